"""A class derived from a lock's class is a lock, with its additions."""

CLAUSES = ("lock.subclass", "rlock.subclass")


def case(kit):
    for kind, make in kit.kinds():

        class Named(type(make())):  # type: ignore[misc]
            def __init__(self, name):
                super().__init__(ctx=kit.context)
                self.label = name

            def __enter__(self):
                super().__enter__()
                return self

        lock = Named("a")
        clause = kind + ".subclass"
        with lock as entered:
            kit.expect("what __enter__() of the subclass returns", lambda: entered is lock, "True", clause=clause)
            elsewhere = lambda: kit.run_in_thread(lock.acquire, False)
            kit.expect("acquire(False) elsewhere", elsewhere, "False", clause=clause)
        kit.expect("lock.label", lambda: lock.label, '"a"', clause=clause)
        kit.expect("acquire(False) afterwards", lambda: lock.acquire(False), "True", clause=clause)
