"""repr() never raises: what it can't find out, it calls unknown."""

CLAUSES = ("lock.repr.owner", "rlock.repr.owner")


def case(kit):
    shown = {"lock": '"<Lock(owner=unknown)>"', "rlock": '"<RLock(unknown, unknown)>"'}
    for kind, make in kit.kinds():
        lock = make()
        try:
            lock._semlock = None
        except AttributeError:
            kit.skip("the semaphore of a lock of %s can't be taken away" % kit.module_name)
        kit.expect("repr(lock) without its semaphore", lambda: repr(lock), shown[kind], clause=kind + ".repr.owner")
