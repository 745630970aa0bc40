"""A lock is true whether it is held or not, so that ``if lock:`` tells nothing."""

CLAUSES = ("lock.bool", "rlock.bool")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.expect("bool(free lock)", lambda: bool(lock), "True", clause=kind + ".bool")
        kit.expect("lock.acquire()", lock.acquire, "True")
        kit.expect("bool(held lock)", lambda: bool(lock), "True", clause=kind + ".bool")
