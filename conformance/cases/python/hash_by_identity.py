"""A lock is hashed by identity, whether it is held or not."""

CLAUSES = ("lock.hash", "rlock.hash")


def case(kit):
    for kind, make in kit.kinds():
        lock, other = make(), make()
        before = hash(lock)
        kit.expect("lock.acquire()", lock.acquire, "True")
        kit.expect("hash(lock) is the same", lambda: hash(lock) == before, "True", clause=kind + ".hash")
        kit.expect("len({lock, lock, other})", lambda: len({lock, lock, other}), "2", clause=kind + ".hash")
        kit.expect("lock in {lock}", lambda: lock in {lock}, "True", clause=kind + ".hash")
        kit.expect("other in {lock}", lambda: other in {lock}, "False", clause=kind + ".hash")
