"""repr() tells others only whether the holder is in their process."""

CLAUSES = ("lock.repr.other-process", "rlock.repr.other-process", "lock.repr.other-thread", "rlock.repr.other-thread")


def case(kit):
    shown = {"lock": '"<Lock(owner=%s)>"', "rlock": '"<RLock(%s, nonzero)>"'}
    for kind, make in kit.kinds():
        lock = make()
        with kit.held(lock):
            same = shown[kind] % "SomeOtherThread"
            kit.expect("repr(lock) in another thread", lambda: repr(lock), same, clause=kind + ".repr.other-thread")
            other = shown[kind] % "SomeOtherProcess"
            in_child = lambda: kit.run_in_child(repr, lock)
            kit.expect("repr(lock) in a child", in_child, other, clause=kind + ".repr.other-process")
