"""Processes that count under a lock lose no step of it."""

import time

CLAUSES = ("sync.exclusion",)
PROCESSES = 3
TURNS = 300


def count(index, lock, begun, counter):
    begun[index] = 1
    while sum(begun) < PROCESSES:
        time.sleep(0)
    for _ in range(TURNS):
        with lock:
            before = counter.value
            time.sleep(0)  # whoever is not kept out comes in now
            counter.value = before + 1


def case(kit):
    kit.needs(kit.context, "the context", "RawValue")
    for name, lock in (("Lock", kit.Lock()), ("RLock", kit.RLock())):
        begun, counter = kit.context.RawArray("i", PROCESSES), kit.context.RawValue("i", 0)
        arguments = (lock, begun, counter)
        children = [kit.context.Process(target=count, args=(index, *arguments)) for index in range(1, PROCESSES)]
        for child in children:
            child.start()
        count(0, *arguments)
        for child in children:
            child.join()
        what = "%d processes of %d turns with %s" % (PROCESSES, TURNS, name)
        kit.expect(what, lambda: counter.value, str(PROCESSES * TURNS))
