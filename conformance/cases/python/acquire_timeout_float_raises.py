"""What the conversion of a timeout raises leaves acquire(), and the lock is as it was."""

CLAUSES = ("lock.acquire.timeout-float-protocol", "rlock.acquire.timeout-float-protocol")


class Raises:
    def __float__(self):
        raise KeyError("from __float__")


class ReturnsInt:
    def __float__(self):
        return 3


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".acquire.timeout-float-protocol"
        for block in (True, False):
            raises = lambda: lock.acquire(block, Raises())
            kit.expect("acquire(%s, Raises())" % block, raises, "raises KeyError", clause=clause)
            returns = lambda: lock.acquire(block, ReturnsInt())
            kit.expect("acquire(%s, ReturnsInt())" % block, returns, "raises TypeError", clause=clause)
        kit.expect("acquire(False)", lambda: lock.acquire(False), "True", clause=clause)
