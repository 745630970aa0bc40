"""The Lock and RLock of a context are methods, no classes: isinstance() against them is an error."""

CLAUSES = ("lock.isinstance", "rlock.isinstance")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".isinstance"
        kit.expect("isinstance(lock, Lock)", lambda: isinstance(lock, make), "raises TypeError", clause=clause)
        kit.expect("isinstance(lock, type(lock))", lambda: isinstance(lock, type(lock)), "True", clause=clause)
