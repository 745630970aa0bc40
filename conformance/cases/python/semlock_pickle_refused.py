"""The semaphore inside of a lock can't be pickled at all."""

import pickle

CLAUSES = ("lock.semlock.pickle", "rlock.semlock.pickle")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        # The reference is its own semaphore, and refuses in the words of a lock.
        outcome = "raises RuntimeError" if lock._semlock is lock else "raises TypeError"
        clause = kind + ".semlock.pickle"
        kit.expect("pickle.dumps(_semlock)", lambda: pickle.dumps(lock._semlock), outcome, clause=clause)
