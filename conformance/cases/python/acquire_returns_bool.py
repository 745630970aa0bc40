"""acquire() returns True or False themselves, and nothing that is merely true or false."""

CLAUSES = ("lock.acquire.returns-bool", "rlock.acquire.returns-bool")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".acquire.returns-bool"
        kit.expect("acquire() is True", lambda: lock.acquire() is True, "True", clause=clause)
        away = lambda *arguments: kit.run_in_thread(lock.acquire, *arguments)
        kit.expect("acquire(False) is False", lambda: away(False) is False, "True", clause=clause)
        kit.expect("acquire(True, 0) is False", lambda: away(True, 0) is False, "True", clause=clause)
        kit.expect("acquire(True, 0.001) is False", lambda: away(True, 0.001) is False, "True", clause=clause)
