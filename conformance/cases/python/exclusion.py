"""Processes that count under a lock lose no step of it."""

CLAUSES = ("sync.exclusion",)
TURNS = 500


def count(lock, counter):
    for _ in range(TURNS):
        with lock:
            counter.value += 1


def case(kit):
    kit.needs(kit.context, "the context", "RawValue")
    for name, lock in (("Lock", kit.Lock()), ("RLock", kit.RLock())):
        counter = kit.context.RawValue("i", 0)
        children = [kit.context.Process(target=count, args=(lock, counter)) for _ in range(2)]
        for child in children:
            child.start()
        count(lock, counter)
        for child in children:
            child.join()
        kit.expect("3 x %d turns with %s" % (TURNS, name), lambda: counter.value, str(3 * TURNS))
