"""block is converted to a C int up to 3.11: what is no integer is refused, whatever its truth value."""

CLAUSES = ("lock.acquire.block-int", "rlock.acquire.block-int")


class Raises:
    def __bool__(self):
        raise KeyError("never asked")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".acquire.block-int"
        for block in (0.5, "x", None, (), Raises()):
            what = "acquire(%s)" % type(block).__name__
            kit.expect(what, lambda: lock.acquire(block), "raises TypeError", clause=clause)
        kit.expect("acquire(2**31)", lambda: lock.acquire(2**31), "raises OverflowError", clause=clause)
        kit.expect("acquire(-1)", lambda: lock.acquire(-1), "True", clause=clause)
