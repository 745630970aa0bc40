"""A lock is a context manager for contextlib, too."""

import contextlib

CLAUSES = ("lock.context-manager", "rlock.context-manager")


def case(kit):
    for kind, make in kit.kinds():
        locks = [make() for _ in range(3)]
        clause = kind + ".context-manager"

        def elsewhere(lock):
            return kit.run_in_thread(take_and_give_back, lock)

        with contextlib.ExitStack() as stack:
            for lock in locks:
                kit.expect("enter_context(lock)", lambda: stack.enter_context(lock), "True", clause=clause)
            for lock in locks:
                kit.expect("acquire(False) elsewhere, inside", lambda: elsewhere(lock), "False", clause=clause)
        for lock in locks:
            kit.expect("acquire(False) elsewhere, outside", lambda: elsewhere(lock), "True", clause=clause)


def take_and_give_back(lock):
    taken = lock.acquire(False)
    if taken:
        lock.release()
    return taken
