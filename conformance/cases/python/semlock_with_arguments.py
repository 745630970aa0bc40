"""The semaphore's __enter__() takes no arguments, and its __exit__() three at most."""

CLAUSES = (
    "lock.with.exit-arguments",
    "rlock.with.exit-arguments",
    "lock.with.enter-arguments",
    "rlock.with.enter-arguments",
)


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        semaphore = lock._semlock
        enter, leave = kind + ".with.enter-arguments", kind + ".with.exit-arguments"
        kit.expect("__enter__(False)", lambda: semaphore.__enter__(False), "raises TypeError", clause=enter)
        kit.expect("__enter__()", semaphore.__enter__, "True", clause=enter)
        four = 'raises TypeError("__exit__ expected at most 3 arguments, got 4")'
        kit.expect("__exit__(1, 2, 3, 4)", lambda: semaphore.__exit__(1, 2, 3, 4), four, clause=leave)
        kit.expect("__exit__(None, None, None)", lambda: semaphore.__exit__(None, None, None), "None", clause=leave)
        kit.expect("__enter__()", semaphore.__enter__, "True", clause=enter)
        kit.expect("__exit__()", semaphore.__exit__, "None", clause=leave)
