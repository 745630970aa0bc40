"""notify_all() wakes every waiter; notify(1) exactly one."""

CLAUSES = ("sync.condition.notify",)


def wait(condition, connection):
    with condition:
        connection.send("about to wait")
        condition.wait()
        connection.send("woken")


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    condition = kit.context.Condition(kit.Lock())
    ours, theirs = kit.context.Pipe()
    children = [kit.context.Process(target=wait, args=(condition, theirs)) for _ in range(3)]
    for child in children:
        child.start()
        kit.expect("a child holds the lock", ours.recv, '"about to wait"')
    with condition:
        kit.expect("notify()", condition.notify, "None")
    kit.expect("one is woken", ours.recv, '"woken"')
    kit.expect("another one, too", lambda: ours.poll(0.05), "False")
    with condition:
        kit.expect("notify_all()", condition.notify_all, "None")
    kit.expect("the others are woken", lambda: [ours.recv(), ours.recv()], "['woken', 'woken']")
    for child in children:
        child.join()
