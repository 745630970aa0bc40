"""A lock takes attributes of its user's choice."""

CLAUSES = ("lock.dict", "rlock.dict")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".dict"
        kit.expect("setattr(lock, 'purpose', 1)", lambda: setattr(lock, "purpose", 1), "None", clause=clause)
        kit.expect("lock.purpose", lambda: lock.purpose, "1", clause=clause)
        kit.expect("'purpose' in vars(lock)", lambda: "purpose" in vars(lock), "True", clause=clause)
        kit.expect("delattr(lock, 'purpose')", lambda: delattr(lock, "purpose"), "None", clause=clause)
        kit.expect("lock.purpose", lambda: lock.purpose, "raises AttributeError", clause=clause)
