"""threading's release() of an unlocked lock raises RuntimeError, for both kinds."""

CLAUSES = ("threading.lock.release.unlocked", "threading.rlock.release.unlocked")


def case(kit):
    threading = kit.contrast
    for kind, lock in (("lock", threading.Lock()), ("rlock", threading.RLock())):
        clause = "threading.%s.release.unlocked" % kind
        kit.expect("release()", lock.release, "raises RuntimeError", clause=clause)
        kit.expect("acquire()", lock.acquire, "True", clause=clause)
        kit.expect("release()", lock.release, "None", clause=clause)
        kit.expect("release() again", lock.release, "raises RuntimeError", clause=clause)
