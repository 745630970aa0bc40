"""_after_fork() makes a process forget that it holds the lock, which stays locked."""

CLAUSES = ("lock.semlock.after-fork", "rlock.semlock.after-fork")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        semaphore = lock._semlock
        clause = kind + ".semlock.after-fork"
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("_after_fork()", semaphore._after_fork, "None", clause=clause)
        kit.expect("_count()", semaphore._count, "0", clause=clause)
        kit.expect("_is_mine()", semaphore._is_mine, "False", clause=clause)
        kit.expect("acquire(False)", lambda: lock.acquire(False), "False", clause=clause)
