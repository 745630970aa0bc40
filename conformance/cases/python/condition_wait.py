"""Condition.wait() releases its lock while it waits, and holds it again when it returns."""

CLAUSES = ("sync.condition.wait", "sync.condition.notify")


def wait(condition, connection):
    with condition:
        connection.send("about to wait")
        connection.send(condition.wait())
        connection.recv()


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    for name, lock in (("Lock", kit.Lock()), ("RLock", kit.RLock())):
        condition = kit.context.Condition(lock)
        ours, theirs = kit.context.Pipe()
        child = kit.context.Process(target=wait, args=(condition, theirs))
        child.start()
        kit.expect("a child holds the %s" % name, ours.recv, '"about to wait"')
        kit.expect("acquire() while the child waits", lock.acquire, "True")
        kit.expect("notify()", condition.notify, "None", clause="sync.condition.notify")
        early = lambda: ours.poll(0.05)
        kit.expect("the child goes on before release()", early, "False", clause="sync.condition.notify")
        kit.expect("release()", lock.release, "None")
        kit.expect("what wait() returned in the child", ours.recv, "True", clause="sync.condition.notify")
        kit.expect("acquire(False) after the child's wait()", lambda: lock.acquire(False), "False")
        ours.send("done")
        child.join()
        kit.expect("acquire(False) after its with", lambda: lock.acquire(False), "True")
