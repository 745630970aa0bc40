"""release() takes no arguments, and refuses them before it looks at the lock."""

CLAUSES = ("lock.release.signature", "rlock.release.signature")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".release.signature"
        kit.expect("release(1) of a free lock", lambda: lock.release(1), "raises TypeError", clause=clause)
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("release(1)", lambda: lock.release(1), "raises TypeError", clause=clause)
        kit.expect("release(x=1)", lambda: lock.release(x=1), "raises TypeError", clause=clause)
        kit.expect("release()", lock.release, "None", clause=clause)
