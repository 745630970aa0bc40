"""The semaphore has a handle, a kind, a maxvalue and a name, and none of them can be set."""

CLAUSES = ("lock.semlock.attributes", "rlock.semlock.attributes")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        semaphore = lock._semlock
        clause = kind + ".semlock.attributes"
        kit.expect("kind", lambda: semaphore.kind, {"lock": "1", "rlock": "0"}[kind], clause=clause)
        kit.expect("maxvalue", lambda: semaphore.maxvalue, "1", clause=clause)
        kit.expect("type(handle)", lambda: type(semaphore.handle).__name__, '"int"', clause=clause)
        kit.expect("SEM_VALUE_MAX", lambda: semaphore.SEM_VALUE_MAX, str(2**31 - 1), clause=clause)
        for name in ("handle", "kind", "maxvalue", "name"):
            what = "%s = 1" % name
            kit.expect(what, lambda: setattr(semaphore, name, 1), "raises AttributeError", clause=clause)
