"""To threading -1 means to wait for ever and other negative timeouts are errors; to multiprocessing all are zero."""

CLAUSES = ("threading.lock.acquire.timeout-negative", "threading.rlock.acquire.timeout-negative")


def case(kit):
    threading = kit.contrast
    for kind, lock in (("lock", threading.Lock()), ("rlock", threading.RLock())):
        clause = "threading.%s.acquire.timeout-negative" % kind
        with kit.held(lock):
            kit.expect("acquire(True, -2)", lambda: lock.acquire(True, -2), "raises ValueError", clause=clause)
            kit.expect("acquire(True, -0.5)", lambda: lock.acquire(True, -0.5), "raises ValueError", clause=clause)
            kit.expect("acquire(True, -1)", lambda: lock.acquire(True, -1), "blocks", clause=clause)
