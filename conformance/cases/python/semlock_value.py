"""_get_value() and _is_zero() tell any process whether the lock is free."""

CLAUSES = ("lock.semlock.value", "rlock.semlock.value", "lock.semlock.zero", "rlock.semlock.zero")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        value, zero = lock._semlock._get_value, lock._semlock._is_zero
        kit.expect("_get_value() of a free lock", value, "1", clause=kind + ".semlock.value")
        kit.expect("_is_zero() of a free lock", zero, "False", clause=kind + ".semlock.zero")
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("_get_value() of a held lock", value, "0", clause=kind + ".semlock.value")
        kit.expect("_is_zero() of a held lock", zero, "True", clause=kind + ".semlock.zero")
        look = lambda: kit.run_in_child(look_in_child, lock)
        kit.expect("both in a child", look, "(0, True)", clause=kind + ".semlock.value")


def look_in_child(lock):
    return lock._semlock._get_value(), lock._semlock._is_zero()
