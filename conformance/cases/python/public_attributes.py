"""A lock has acquire, release, __enter__ and __exit__, and shows its semaphore as _semlock."""

CLAUSES = ("lock.attributes", "rlock.attributes")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        for name in ("acquire", "release", "__enter__", "__exit__"):
            what = "callable(lock.%s)" % name
            kit.expect(what, lambda: callable(getattr(lock, name)), "True", clause=kind + ".attributes")
        kit.expect("hasattr(lock, '_semlock')", lambda: hasattr(lock, "_semlock"), "True", clause=kind + ".attributes")
