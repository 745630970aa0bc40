"""__exit__() returns None, so that no exception of the body is swallowed."""

CLAUSES = ("lock.with.exit-value", "rlock.with.exit-value")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".with.exit-value"
        kit.expect("lock.acquire()", lock.acquire, "True")
        kit.expect("__exit__(None, None, None)", lambda: lock.__exit__(None, None, None), "None", clause=clause)
        kit.expect("lock.acquire()", lock.acquire, "True")
        error = KeyError("body")
        kit.expect("__exit__(KeyError, ...)", lambda: lock.__exit__(KeyError, error, None), "None", clause=clause)
