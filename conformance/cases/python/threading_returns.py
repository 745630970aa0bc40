"""threading's acquire() returns True or False, as multiprocessing's does."""

CLAUSES = ("threading.lock.acquire.returns", "threading.rlock.acquire.returns")


def case(kit):
    threading = kit.contrast
    for kind, lock in (("lock", threading.Lock()), ("rlock", threading.RLock())):
        clause = "threading.%s.acquire.returns" % kind
        kit.expect("acquire()", lock.acquire, "True", clause=clause)
        kit.expect("acquire(False) elsewhere", lambda: kit.run_in_thread(lock.acquire, False), "False", clause=clause)
        elsewhere = lambda: kit.run_in_thread(lock.acquire, True, 0.001)
        kit.expect("acquire(True, 0.001) elsewhere", elsewhere, "False", clause=clause)
