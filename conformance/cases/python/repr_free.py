"""repr() of a free lock names no owner."""

CLAUSES = ("lock.repr.free", "rlock.repr.free")


def case(kit):
    shown = {"lock": '"<Lock(owner=None)>"', "rlock": '"<RLock(None, 0)>"'}
    for kind, make in kit.kinds():
        lock = make()
        kit.expect("repr(lock)", lambda: repr(lock), shown[kind], clause=kind + ".repr.free")
        kit.expect("str(lock)", lambda: str(lock), shown[kind], clause=kind + ".repr.free")
        with lock:
            pass
        kit.expect("repr(lock) after with", lambda: repr(lock), shown[kind], clause=kind + ".repr.free")
