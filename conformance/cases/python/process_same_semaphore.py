"""A child has the same semaphore: of the same kind, value and name, and with no owner in the child."""

CLAUSES = ("lock.semlock.attributes", "rlock.semlock.attributes")


def describe(lock):
    semaphore = lock._semlock
    return semaphore.kind, semaphore.maxvalue, semaphore.name, semaphore._count(), semaphore._is_mine()


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        expected = repr(describe(lock))
        kit.expect("acquire()", lock.acquire, "True")
        in_child = lambda: kit.run_in_child(describe, lock)
        kit.expect("kind, maxvalue, name ...", in_child, expected, clause=kind + ".semlock.attributes")
