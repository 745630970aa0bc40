"""A release too many, or with arguments, is refused in CPython's words."""

CLAUSES = ("lock.release.messages", "rlock.release.messages")


def case(kit):
    method = "SemLock.release()" if kit.minor >= 9 else "release()"
    too_many = {
        "lock": 'raises ValueError("semaphore or lock released too many times")',
        "rlock": 'raises AssertionError("attempt to release recursive lock not owned by thread")',
    }
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".release.messages"
        kit.expect("release()", lock.release, too_many[kind], clause=clause)
        positional = 'raises TypeError("%s takes no arguments (1 given)")' % method
        kit.expect("release(1)", lambda: lock.release(1), positional, clause=clause)
        keyword = 'raises TypeError("%s takes no keyword arguments")' % method
        kit.expect("release(x=1)", lambda: lock.release(x=1), keyword, clause=clause)
