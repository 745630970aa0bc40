"""threading refuses a timeout that it can't wait for, even where it need not wait."""

CLAUSES = ("threading.lock.acquire.timeout-huge", "threading.rlock.acquire.timeout-huge")


def case(kit):
    threading = kit.contrast
    for kind, lock in (("lock", threading.Lock()), ("rlock", threading.RLock())):
        clause = "threading.%s.acquire.timeout-huge" % kind
        for timeout in (1e10, 1e20, float("inf"), 2**63):
            what = "acquire(True, %r)" % timeout
            kit.expect(what, lambda: lock.acquire(True, timeout), "raises OverflowError", clause=clause)
        longest = lambda: lock.acquire(True, threading.TIMEOUT_MAX)
        kit.expect("acquire(True, TIMEOUT_MAX)", longest, "True", clause=clause)
