"""Condition.wait() releases an RLock of any level, and gives the level back."""

CLAUSES = ("sync.condition.rlock-released-fully",)


def wake(condition):
    with condition:
        condition.notify()


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    lock = kit.RLock()
    condition = kit.context.Condition(lock)
    for _ in range(3):
        kit.expect("acquire()", condition.acquire, "True")
    kit.once_asleep(lambda: wake(condition))
    kit.expect("wait() with three levels, notified by a thread", condition.wait, "True")
    for _ in range(3):
        kit.expect("acquire(False) elsewhere", lambda: kit.run_in_thread(lock.acquire, False), "False")
        kit.expect("release()", condition.release, "None")
    kit.expect("release() too often", condition.release, "raises AssertionError")
