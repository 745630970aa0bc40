"""A lock of the fork context can't be passed to a spawned process: an error says so."""

CLAUSES = ("sync.context.mixed",)


def use(lock):
    with lock:
        pass


def start_with_lock_of_fork(kit):
    lock = kit.module.get_context("fork").Lock()
    child = kit.context.Process(target=use, args=(lock,))
    child.start()
    child.join()
    return "exit code %d" % child.exitcode


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    outcome = '"exit code 0"' if kit.start_method == "fork" else "raises RuntimeError"
    kit.expect("Process(args=(fork lock,)).start()", lambda: start_with_lock_of_fork(kit), outcome)
