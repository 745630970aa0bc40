"""When a lock and all that knew it have gone, nothing of it is left in /dev/shm."""

import gc

CLAUSES = ("sync.leftovers",)


def use(locks):
    for lock in locks:
        with lock:
            pass


def case(kit):
    locks = [make() for _, make in kit.kinds() for _ in range(5)]
    kit.expect("locks used in a child", lambda: kit.run_in_child(use, locks), "None")
    locks.clear()
    gc.collect()
    kit.expect("what is left in /dev/shm", kit.shared_memory, "[]")
