"""An RLock can be acquired a hundred thousand times by its owner, and is free only after as many releases."""

CLAUSES = ("rlock.recursion.deep",)
DEPTH = 100_000


def case(kit):
    lock = kit.RLock()
    kit.expect("acquire(), very often", lambda: all(lock.acquire() for _ in range(DEPTH)), "True")
    kit.expect("release(), once less", lambda: [lock.release() for _ in range(DEPTH - 1)].count(None), str(DEPTH - 1))
    kit.expect("acquire(False) elsewhere", lambda: kit.run_in_thread(lock.acquire, False), "False")
    kit.expect("release()", lock.release, "None")
    kit.expect("release() too often", lock.release, "raises AssertionError")
