"""A lock can't be copied: a copy would be another name of the same lock."""

import copy

CLAUSES = ("lock.copy.refused", "rlock.copy.refused")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".copy.refused"
        kit.expect("copy.copy(lock)", lambda: copy.copy(lock), "raises RuntimeError", clause=clause)
        kit.expect("copy.deepcopy(lock)", lambda: copy.deepcopy(lock), "raises RuntimeError", clause=clause)
        kit.expect("copy.deepcopy([lock])", lambda: copy.deepcopy([lock]), "raises RuntimeError", clause=clause)
