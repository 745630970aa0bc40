"""A timeout that is no real number is refused, even where none is needed."""

CLAUSES = ("lock.acquire.timeout-type", "rlock.acquire.timeout-type")


class OnlyInt:
    def __int__(self):
        return 0


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        for timeout in (b"1", [], 1j, OnlyInt(), "1", object(), print):
            for block in (True, False):
                what = "acquire(%s, %s)" % (block, type(timeout).__name__)
                clause = kind + ".acquire.timeout-type"
                kit.expect(what, lambda: lock.acquire(block, timeout), "raises TypeError", clause=clause)
        kit.expect("acquire(False)", lambda: lock.acquire(False), "True", clause=kind + ".acquire.timeout-type")
