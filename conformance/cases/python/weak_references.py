"""A lock can be referred to weakly, and a weak reference does not keep it."""

import gc
import weakref

CLAUSES = ("lock.weakref", "rlock.weakref")


def case(kit):
    for kind, make in kit.kinds():
        locks = [make()]
        reference = weakref.ref(locks[0])
        kit.expect("reference() is lock", lambda: reference() is locks[0], "True", clause=kind + ".weakref")
        locks.clear()
        gc.collect()
        kit.expect("reference() without the lock", reference, "None", clause=kind + ".weakref")
