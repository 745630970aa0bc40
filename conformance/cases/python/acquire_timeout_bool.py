"""False is a timeout of zero seconds and True of one, as they are numbers in Python."""

CLAUSES = ("lock.acquire.timeout-bool", "rlock.acquire.timeout-bool")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".acquire.timeout-bool"
        with kit.held(lock) as wanted_back:
            kit.expect("acquire(timeout=False)", lambda: lock.acquire(timeout=False), "False", clause=clause)
            kit.once_asleep(wanted_back.set)
            released = lambda: lock.acquire(timeout=True)
            kit.expect("acquire(timeout=True), released in time", released, "True", clause=clause)
