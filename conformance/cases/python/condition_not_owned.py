"""wait() and notify() without the lock are refused."""

CLAUSES = ("sync.condition.not-owned",)


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    for lock in (kit.Lock(), kit.RLock()):
        expect_refusals(kit, kit.context.Condition(lock))
        with kit.held(lock):
            expect_refusals(kit, kit.context.Condition(lock))


def expect_refusals(kit, condition):
    kit.expect("wait(0)", lambda: condition.wait(0), "raises AssertionError")
    kit.expect("notify()", condition.notify, "raises AssertionError")
    kit.expect("notify_all()", condition.notify_all, "raises AssertionError")
