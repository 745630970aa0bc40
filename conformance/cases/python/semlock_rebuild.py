"""_rebuild() gives another object of the same semaphore, with an owner of its own.

This is how a lock arrives in a spawned process.
"""

CLAUSES = ("lock.semlock.rebuild", "rlock.semlock.rebuild", "lock.semlock.two-objects", "rlock.semlock.two-objects")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        semaphore = lock._semlock
        kit.needs(semaphore, "the semaphore", "_rebuild")
        if semaphore.name is None:
            kit.skip("a semaphore without a name is rebuilt from its address, and two objects would free it twice")
        state = (semaphore.handle, semaphore.kind, semaphore.maxvalue, semaphore.name)
        again = semaphore._rebuild(*state)
        clause = kind + ".semlock.rebuild"
        kit.expect("_rebuild() gives another object", lambda: again is semaphore, "False", clause=clause)
        kit.expect("kind and name", lambda: (again.kind, again.name) == state[1::2], "True", clause=clause)
        clause = kind + ".semlock.two-objects"
        kit.expect("acquire()", lock.acquire, "True", clause=clause)
        kit.expect("_get_value() of the other", again._get_value, "0", clause=clause)
        kit.expect("_is_mine() of the other", again._is_mine, "False", clause=clause)
        kit.expect("acquire(False) of the other", lambda: again.acquire(False), "False", clause=clause)
        refused = {"lock": "None", "rlock": "raises AssertionError"}[kind]
        kit.expect("release() of the other", again.release, refused, clause=clause)
