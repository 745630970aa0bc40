"""A new lock is unlocked, however many there are, and they don't know of each other."""

CLAUSES = ("lock.create.unlocked", "rlock.create.unlocked")


def case(kit):
    for kind, make in kit.kinds():
        locks = [make() for _ in range(100)]
        taken = lambda: [lock.acquire(False) for lock in locks].count(True)
        kit.expect("acquire(False) of 100 locks", taken, "100", clause=kind + ".create.unlocked")
        freed = lambda: [lock.release() for lock in locks].count(None)
        kit.expect("release() of 100 locks", freed, "100", clause=kind + ".create.unlocked")
