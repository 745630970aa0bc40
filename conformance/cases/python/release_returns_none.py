"""release() returns None, at every level of an RLock."""

CLAUSES = ("lock.release.returns-none", "rlock.release.returns-none")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        for _ in range({"lock": 1, "rlock": 3}[kind]):
            kit.expect("acquire()", lock.acquire, "True")
        for _ in range({"lock": 1, "rlock": 3}[kind]):
            kit.expect("release()", lock.release, "None", clause=kind + ".release.returns-none")
