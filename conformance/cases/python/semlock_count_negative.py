"""A process that releases what another one acquired counts -1, and the other keeps its 1."""

CLAUSES = ("lock.semlock.count",)


def case(kit):
    lock = kit.Lock()
    kit.needs(lock, "a lock", "_semlock")
    kit.expect("acquire()", lock.acquire, "True")
    kit.expect("release() and _count() in a child", lambda: kit.run_in_child(release_and_count, lock), "-1")
    kit.expect("_count() of the acquirer", lock._semlock._count, "1")
    kit.expect("_is_mine() of the acquirer", lock._semlock._is_mine, "True", clause="lock.semlock.mine")
    kit.expect("_get_value()", lock._semlock._get_value, "1", clause="lock.semlock.value")
    kit.expect("acquire(False)", lambda: lock.acquire(False), "True")
    kit.expect("_count() after another acquire()", lock._semlock._count, "2")


def release_and_count(lock):
    lock.release()
    return lock._semlock._count()
