"""A lock equals itself and nothing else."""

CLAUSES = ("lock.equality", "rlock.equality")


def case(kit):
    for kind, make in kit.kinds():
        lock, other = make(), make()
        clause = kind + ".equality"
        kit.expect("lock == lock", lambda: lock == lock, "True", clause=clause)  # noqa: PLR0124
        kit.expect("lock != lock", lambda: lock != lock, "False", clause=clause)  # noqa: PLR0124
        kit.expect("lock == other", lambda: lock == other, "False", clause=clause)
        kit.expect("lock != other", lambda: lock != other, "True", clause=clause)
        kit.expect("lock == True", lambda: lock == True, "False", clause=clause)  # noqa: E712
