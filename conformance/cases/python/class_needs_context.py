"""The class of a lock can't be called without a context, which only the factories supply."""

CLAUSES = ("lock.context-required", "rlock.context-required")


def case(kit):
    for kind, make in kit.kinds():
        cls = type(make())
        clause = kind + ".context-required"
        if cls.__module__.partition(".")[0] == "lockstep":
            kit.skip("lockstep's Lock and RLock are classes, for which a context is optional")
        kit.expect("synchronize.%s()" % cls.__name__, cls, "raises TypeError", clause=clause)
        positional = lambda: cls(kit.context)
        kit.expect("synchronize.%s(context)" % cls.__name__, positional, "raises TypeError", clause=clause)
        kit.expect("lock.acquire()", cls(ctx=kit.context).acquire, "True", clause=clause)
