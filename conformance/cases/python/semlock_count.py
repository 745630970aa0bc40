"""The semaphore counts how often its process acquired it, less how often it released it."""

CLAUSES = ("lock.semlock.count", "rlock.semlock.count")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        count = lock._semlock._count
        clause = kind + ".semlock.count"
        kit.expect("_count() at first", count, "0", clause=clause)
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("_count() of the holder", count, "1", clause=clause)
        kit.expect("_count() in another thread", lambda: kit.run_in_thread(count), "1", clause=clause)
        kit.expect("_count() in a child", lambda: kit.run_in_child(count_in_child, lock), "0", clause=clause)
        if kind == "rlock":
            kit.expect("acquire()", lock.acquire, "True")
            kit.expect("_count() of two levels", count, "2", clause=clause)
            kit.expect("release()", lock.release, "None")
        kit.expect("release()", lock.release, "None")
        kit.expect("_count() in the end", count, "0", clause=clause)


def count_in_child(lock):
    return lock._semlock._count()
