"""acquire() takes at most two arguments, each once."""

CLAUSES = ("lock.acquire.signature", "rlock.acquire.signature")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".acquire.signature"
        kit.expect("acquire(True, 0, 3)", lambda: lock.acquire(True, 0, 3), "raises TypeError", clause=clause)
        named = lambda: lock.acquire(True, block=True)
        kit.expect("acquire(True, block=True)", named, "raises TypeError", clause=clause)
        twice = lambda: lock.acquire(True, 0, timeout=0)
        kit.expect("acquire(True, 0, timeout=0)", twice, "raises TypeError", clause=clause)
        kit.expect("acquire(x=1)", lambda: lock.acquire(x=1), "raises TypeError", clause=clause)
        kit.expect("acquire(True, 0)", lambda: lock.acquire(True, 0), "True", clause=clause)
