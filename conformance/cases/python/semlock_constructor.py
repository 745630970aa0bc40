"""The semaphore's constructor refuses an unknown kind, bad names and bad values, each with its own error."""

CLAUSES = ("lock.semlock.constructor", "rlock.semlock.constructor")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        cls = type(lock._semlock)
        if cls is type(lock):
            kit.skip("a lock of %s is its own semaphore" % kit.module_name)
        clause = kind + ".semlock.constructor"
        number, free = {"lock": 1, "rlock": 0}[kind], kit.name_of_semaphores + "-constructor-" + kind

        def construct(kind=number, value=1, maxvalue=1, name=free, unlink=True):
            return type(cls(kind, value, maxvalue, name, unlink)).__name__

        unknown, invalid = 'raises ValueError("unrecognized kind")', 'raises OSError("[Errno 22] Invalid argument")'
        kit.expect("SemLock(2, 1, 1, name, True)", lambda: construct(kind=2), unknown, clause=clause)
        kit.expect("SemLock(-1, 1, 1, name, True)", lambda: construct(kind=-1), unknown, clause=clause)
        kit.expect("value -1", lambda: construct(value=-1), invalid, clause=clause)
        for name in ("", "/", "/a/b"):
            kit.expect("name %r" % name, lambda: construct(name=name), "raises OSError", clause=clause)
        kit.expect("a name with NUL", lambda: construct(name=free + "\0"), "raises ValueError", clause=clause)
        kit.expect("a name of 300", lambda: construct(name="/" + 300 * "x"), "raises OSError", clause=clause)
        kit.expect("a good name", construct, '"SemLock"', clause=clause)
        kit.expect("a good name, to stay", lambda: construct(unlink=False), '"SemLock"', clause=clause)
        kit.expect("a name in use", construct, "raises FileExistsError", clause=clause)
