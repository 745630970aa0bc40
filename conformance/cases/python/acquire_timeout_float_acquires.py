"""The conversion of a timeout may acquire the very RLock; the call that it belongs to then takes it for held.

Who owns the lock was asked before the conversion, and is not asked again.
"""

CLAUSES = ("rlock.acquire.timeout-reenters", "lock.acquire.timeout-reenters")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()

        class Acquires:
            def __float__(self, lock=lock):
                lock.acquire()
                return 0.0

        clause = kind + ".acquire.timeout-reenters"
        kit.expect("acquire(True, Acquires())", lambda: lock.acquire(True, Acquires()), "False", clause=clause)
        kit.expect("release()", lock.release, "None", clause=clause)
        error = {"lock": "ValueError", "rlock": "AssertionError"}[kind]
        kit.expect("release() again", lock.release, "raises " + error, clause=clause)
