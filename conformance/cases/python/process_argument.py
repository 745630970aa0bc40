"""A lock passed to a process as an argument is the same lock there and here."""

CLAUSES = ("lock.process.spawned", "rlock.process.spawned")


def try_all(locks):
    return [lock.acquire(False) for lock in locks]


def case(kit):
    kinds, locks = zip(*[(kind, make()) for kind, make in kit.kinds()])
    for lock in locks:
        kit.expect("acquire()", lock.acquire, "True")
    in_child = lambda: kit.run_in_child(try_all, locks)
    kit.expect("acquire(False) of held locks in a child", in_child, repr([False for _ in locks]))
    for lock in locks:
        kit.expect("release()", lock.release, "None")
    kit.expect("acquire(False) of free locks in a child", in_child, repr([True for _ in locks]))
    for kind, lock in zip(kinds, locks):
        kit.expect("acquire(False)", lambda: lock.acquire(False), "False", clause=kind + ".process.spawned")
