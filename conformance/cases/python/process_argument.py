"""A lock passed to a process as an argument is the same lock there and here."""

CLAUSES = ("lock.process.spawned", "rlock.process.spawned")


def try_it(lock):
    return lock.acquire(False)


def keep_it(lock):
    return lock.acquire()


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".process.spawned"
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("acquire(False) in a child", lambda: kit.run_in_child(try_it, lock), "False", clause=clause)
        kit.expect("release()", lock.release, "None", clause=clause)
        kit.expect("acquire() in a child", lambda: kit.run_in_child(keep_it, lock), "True", clause=clause)
        kit.expect("acquire(False)", lambda: lock.acquire(False), "False", clause=clause)
