"""The truth value of block is asked for from 3.12 on, and what that raises leaves acquire()."""

CLAUSES = ("lock.acquire.block-truth", "rlock.acquire.block-truth")


class Raises:
    def __bool__(self):
        raise KeyError("from __bool__")


class Empty:
    def __len__(self):
        return 0


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".acquire.block-truth"
        kit.expect("acquire(Raises())", lambda: lock.acquire(Raises()), "raises KeyError", clause=clause)
        kit.expect("acquire(Empty())", lambda: lock.acquire(Empty()), "True", clause=clause)
        away = lambda block: kit.run_in_thread(lock.acquire, block)
        kit.expect("acquire(Empty()) elsewhere", lambda: away(Empty()), "False", clause=clause)
        kit.expect("acquire(0.0) elsewhere", lambda: away(0.0), "False", clause=clause)
