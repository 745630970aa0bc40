"""False is a timeout of zero seconds and True of one, as they are numbers in Python."""

CLAUSES = ("lock.acquire.timeout-bool", "rlock.acquire.timeout-bool")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()

        def released_in_time():
            with kit.held(lock) as wanted_back:
                kit.once_asleep(wanted_back.set)
                return lock.acquire(timeout=True)

        clause = kind + ".acquire.timeout-bool"
        with kit.held(lock):
            kit.expect("acquire(timeout=False)", lambda: lock.acquire(timeout=False), "False", clause=clause)
        # On a busy machine a second may be over before the release.
        often = lambda: any(released_in_time() for _ in range(10))
        kit.expect("acquire(timeout=True), released in time", often, "True", clause=clause)
