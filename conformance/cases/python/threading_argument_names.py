"""threading's acquire() calls its first argument blocking, where multiprocessing's calls it block."""

CLAUSES = ("threading.lock.acquire.argument-names", "threading.rlock.acquire.argument-names")


def case(kit):
    threading = kit.contrast
    for kind, lock in (("lock", threading.Lock()), ("rlock", threading.RLock())):
        clause = "threading.%s.acquire.argument-names" % kind
        kit.expect("acquire(blocking=True)", lambda: lock.acquire(blocking=True), "True", clause=clause)
        away = lambda **keywords: kit.run_in_thread(lambda: lock.acquire(**keywords))
        kit.expect("acquire(blocking=False) elsewhere", lambda: away(blocking=False), "False", clause=clause)
        kit.expect("acquire(timeout=0) elsewhere", lambda: away(timeout=0), "False", clause=clause)
        kit.expect("acquire(block=False)", lambda: away(block=False), "raises TypeError", clause=clause)
