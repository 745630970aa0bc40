"""A timeout is what its __float__() returns, or else its __index__(); a float's own value is taken as it is."""

from decimal import Decimal
from fractions import Fraction

CLAUSES = ("lock.acquire.timeout-float-protocol", "rlock.acquire.timeout-float-protocol")


class Index:
    def __index__(self):
        return 0


class Float:
    def __float__(self):
        return 0.0


class FloatAndIndex(Float):
    def __index__(self):
        raise KeyError("__float__ comes first")


class OwnFloat(float):
    def __float__(self):
        raise KeyError("the value is known already")


def case(kit):
    timeouts = (Decimal("-0.5"), Fraction(-1, 2), Index(), Float(), FloatAndIndex(), OwnFloat(-1.0))
    for kind, make in kit.kinds():
        clause = kind + ".acquire.timeout-float-protocol"
        free, taken = make(), make()
        with kit.held(taken):
            for timeout in timeouts:
                name = type(timeout).__name__
                held = lambda: taken.acquire(True, timeout)
                kit.expect("acquire(True, %s) of a held lock" % name, held, "False", clause=clause)
                kit.expect("acquire(True, %s)" % name, lambda: free.acquire(True, timeout), "True", clause=clause)
                kit.expect("release()", free.release, "None")
