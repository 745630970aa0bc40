"""inspect.signature() shows the arguments of acquire() and release() from 3.10 on."""

import inspect

CLAUSES = ("lock.attributes", "rlock.attributes")


def case(kit):
    if kit.minor < 10:
        kit.skip("no signatures before 3.10")
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".attributes"
        acquire = lambda: str(inspect.signature(lock.acquire))
        kit.expect("inspect.signature(acquire)", acquire, '"(block=True, timeout=None)"', clause=clause)
        release = lambda: str(inspect.signature(lock.release))
        kit.expect("inspect.signature(release)", release, '"()"', clause=clause)
