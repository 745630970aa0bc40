"""A lock can be pickled only while a process is being spawned."""

import pickle

CLAUSES = ("lock.pickle.refused", "rlock.pickle.refused")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        refused = 'raises RuntimeError("%s objects should only be shared between processes through inheritance")'
        outcome = refused % type(lock).__name__
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            what = "pickle.dumps(%s(), %d)" % (type(lock).__name__, protocol)
            kit.expect(what, lambda: pickle.dumps(lock, protocol), outcome, clause=kind + ".pickle.refused")
