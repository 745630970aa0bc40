"""When a program has ended, nothing of its locks is left in /dev/shm."""

CLAUSES = ("sync.leftovers",)
PROGRAM = """
from case_kit import kit_of_program

if __name__ == "__main__":
    kit = kit_of_program()
    locks = [kit.Lock(), kit.RLock()]
    for lock in locks:
        print(lock.acquire())
"""


def case(kit):
    kit.expect("what the program prints", lambda: kit.run_program(PROGRAM).split(), "['True', 'True']")
    kit.expect("what is left in /dev/shm", kit.shared_memory, "[]")
