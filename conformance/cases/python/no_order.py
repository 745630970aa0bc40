"""Locks have no order, so that they can't be sorted against a deadlock."""

CLAUSES = ("lock.order", "rlock.order")


def case(kit):
    for kind, make in kit.kinds():
        lock, other = make(), make()
        clause = kind + ".order"
        kit.expect("lock < other", lambda: lock < other, "raises TypeError", clause=clause)
        kit.expect("lock >= other", lambda: lock >= other, "raises TypeError", clause=clause)
        kit.expect("sorted([lock, other])", lambda: sorted([lock, other]), "raises TypeError", clause=clause)
