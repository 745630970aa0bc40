"""A process does not own the RLock that its parent holds: it can neither acquire nor release it."""

CLAUSES = ("rlock.process.not-owner",)


def look(lock):
    try:
        return lock.acquire(False), lock.release()
    except AssertionError:
        return "refused"


def case(kit):
    lock = kit.RLock()
    kit.expect("acquire()", lock.acquire, "True")
    kit.expect("acquire() again", lock.acquire, "True")
    kit.expect("acquire(False) and release() in a child", lambda: kit.run_in_child(look, lock), '"refused"')
    kit.expect("release()", lock.release, "None")
    kit.expect("acquire(False) in a thread", lambda: kit.run_in_thread(lock.acquire, False), "False")
    kit.expect("release() again", lock.release, "None")
    kit.expect("acquire(False) in a thread", lambda: kit.run_in_thread(lock.acquire, False), "True")
