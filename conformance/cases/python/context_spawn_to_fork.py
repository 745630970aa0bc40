"""A lock of the spawn context can be passed to a forked process."""

CLAUSES = ("sync.context.spawn-to-fork",)


def try_it(lock):
    return lock.acquire(False)


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    if kit.start_method != "fork":
        kit.skip("nothing is forked")
    for name in ("Lock", "RLock"):
        lock = getattr(kit.module.get_context("spawn"), name)()
        kit.expect("acquire(False) in a child", lambda: kit.run_in_child(try_it, lock), "True")
        kit.expect("acquire(False)", lambda: lock.acquire(False), "False")
