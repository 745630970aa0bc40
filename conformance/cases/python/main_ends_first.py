"""A process gets its locks even if the main module ends without joining it."""

CLAUSES = ("sync.main-ends-first",)
PROGRAM = """
from case_kit import kit_of_program

def use(*locks):
    for lock in locks:
        with lock:
            print("used")

if __name__ == "__main__":
    kit = kit_of_program()
    locks = [kit.Lock(), kit.RLock()]
    kit.context.Process(target=use, args=locks).start()
"""


def case(kit):
    kit.expect("what the child prints", lambda: kit.run_program(PROGRAM).split(), "['used', 'used']")
