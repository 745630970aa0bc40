"""A lock that was passed to a process lives on, even if nobody else refers to it any more."""

CLAUSES = ("sync.argument-kept",)


def use(*locks):
    for lock in locks:
        with lock:
            pass


def case(kit):
    child = kit.context.Process(target=use, args=(kit.Lock(), kit.RLock()))
    child.start()
    child.join()
    kit.expect("the child's exit code", lambda: child.exitcode, "0")
