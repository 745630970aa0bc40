"""The arguments of acquire() are named block and timeout, and not blocking as threading's."""

CLAUSES = ("lock.acquire.argument-names", "rlock.acquire.argument-names")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".acquire.argument-names"
        kit.expect("acquire(block=True)", lambda: lock.acquire(block=True), "True", clause=clause)
        away = lambda **keywords: kit.run_in_thread(lambda: lock.acquire(**keywords))
        kit.expect("acquire(block=False) elsewhere", lambda: away(block=False), "False", clause=clause)
        kit.expect("acquire(timeout=0) elsewhere", lambda: away(timeout=0), "False", clause=clause)
        kit.expect("acquire(timeout=0, block=True)", lambda: away(timeout=0, block=True), "False", clause=clause)
        kit.expect("acquire(blocking=False)", lambda: away(blocking=False), "raises TypeError", clause=clause)
