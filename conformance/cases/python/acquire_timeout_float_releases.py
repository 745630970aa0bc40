"""The conversion of a timeout may release the very Lock, which acquire() then takes."""

CLAUSES = ("lock.acquire.timeout-reenters",)


def case(kit):
    lock = kit.Lock()

    class Releases:
        def __float__(self):
            lock.release()
            return 0.0

    kit.expect("acquire()", lock.acquire, "True")
    kit.expect("acquire(True, Releases())", lambda: lock.acquire(True, Releases()), "True")
    kit.expect("acquire(False)", lambda: lock.acquire(False), "False")
    kit.expect("acquire(False, Releases())", lambda: lock.acquire(False, Releases()), "True")
