"""with gives what acquire() returns, True, and not the lock."""

CLAUSES = ("lock.with.enter-value", "rlock.with.enter-value")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        with lock as entered:
            kit.expect("what `with lock as` gives", lambda: entered, "True", clause=kind + ".with.enter-value")
        kit.expect("lock.__enter__()", lock.__enter__, "True", clause=kind + ".with.enter-value")
