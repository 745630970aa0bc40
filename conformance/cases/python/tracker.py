"""What a killed program leaves in /dev/shm, the resource tracker removes."""

CLAUSES = ("sync.tracker",)
PROGRAM = """
import os, signal
from case_kit import kit_of_program

if __name__ == "__main__":
    kit = kit_of_program()
    locks = [kit.Lock(), kit.RLock()]
    print(len(kit.shared_memory()), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def case(kit):
    # The tracker holds the program's output as well, so the program has printed all only when the tracker is done.
    named = kit.expect("how many semaphores have names", lambda: kit.run_program(PROGRAM), '"0"', '"2"')
    if named == "0":
        kit.skip("there are no names to remove")
    kit.expect("what is left in /dev/shm", kit.shared_memory, "[]")
