"""An object with __index__() is an int as block up to 3.11, and simply true from 3.12 on."""

CLAUSES = ("lock.acquire.block-type", "rlock.acquire.block-type")


class Zero:
    def __index__(self):
        return 0


def case(kit):
    outcome = "blocks" if kit.minor >= 12 else "False"
    for kind, make in kit.kinds():
        lock = make()
        with kit.held(lock):
            kit.expect("acquire(Zero())", lambda: lock.acquire(Zero()), outcome, clause=kind + ".acquire.block-type")
