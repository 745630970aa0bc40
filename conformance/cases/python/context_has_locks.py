"""A context object has the Lock and RLock of its module, and they work."""

CLAUSES = ("sync.context.api",)


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    for name in ("Lock", "RLock"):
        lock = getattr(kit.context, name)()
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("release()", lock.release, "None")
    kit.expect("context.get_start_method()", kit.context.get_start_method, '"%s"' % kit.start_method)
