"""repr() shows its owner how often the RLock was acquired, and others only that it was."""

CLAUSES = ("rlock.repr.level",)


def case(kit):
    lock = kit.RLock()
    for level in (1, 2, 3):
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("repr(lock)", lambda: repr(lock), '"<RLock(MainProcess, %d)>"' % level)
    kit.expect("repr(lock) in a thread", lambda: kit.run_in_thread(repr, lock), '"<RLock(SomeOtherThread, nonzero)>"')
    for level in (2, 1):
        kit.expect("release()", lock.release, "None")
        kit.expect("repr(lock)", lambda: repr(lock), '"<RLock(MainProcess, %d)>"' % level)
    kit.expect("release()", lock.release, "None")
    kit.expect("repr(lock)", lambda: repr(lock), '"<RLock(None, 0)>"')
