"""threading refuses a timeout where it must not block; multiprocessing ignores it."""

CLAUSES = ("threading.lock.acquire.timeout-nonblocking", "threading.rlock.acquire.timeout-nonblocking")


def case(kit):
    threading = kit.contrast
    for kind, lock in (("lock", threading.Lock()), ("rlock", threading.RLock())):
        clause = "threading.%s.acquire.timeout-nonblocking" % kind
        kit.expect("acquire(False, 5)", lambda: lock.acquire(False, 5), "raises ValueError", clause=clause)
        kit.expect("acquire(False, 0)", lambda: lock.acquire(False, 0), "raises ValueError", clause=clause)
        kit.expect("acquire(False, -1)", lambda: lock.acquire(False, -1), "True", clause=clause)
