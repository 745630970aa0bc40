"""Condition.wait() returns False when its timeout has expired, and holds the lock then, too."""

CLAUSES = ("sync.condition.timeout",)


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    for name, lock in (("Lock", kit.Lock()), ("RLock", kit.RLock())):
        condition = kit.context.Condition(lock)
        kit.expect("acquire() of a %s" % name, condition.acquire, "True")
        for timeout in (0, -1, 0.001):
            kit.expect("wait(%s)" % timeout, lambda: condition.wait(timeout), "False")
            kit.expect("acquire(False) elsewhere", lambda: kit.run_in_thread(lock.acquire, False), "False")
        kit.expect("wait_for(..., 0.001)", lambda: condition.wait_for(lambda: False, 0.001), "False")
        kit.expect("release()", condition.release, "None")
