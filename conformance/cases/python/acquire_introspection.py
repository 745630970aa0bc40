"""inspect.signature() shows the arguments of acquire() and release() from 3.10 on."""

import inspect

CLAUSES = ("lock.acquire.signature", "rlock.acquire.signature", "lock.release.signature", "rlock.release.signature")


def case(kit):
    if kit.minor < 10:
        kit.skip("no signatures before 3.10")
    for kind, make in kit.kinds():
        lock = make()
        acquire = lambda: str(inspect.signature(lock.acquire))
        kit.expect("signature of acquire", acquire, '"(block=True, timeout=None)"', clause=kind + ".acquire.signature")
        release = lambda: str(inspect.signature(lock.release))
        kit.expect("signature of release", release, '"()"', clause=kind + ".release.signature")
