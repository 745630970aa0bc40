"""If a handler raises while with waits for the lock, the body never begins and nothing is held."""

import os
import signal

CLAUSES = ("lock.with.signal", "rlock.with.signal")


def raise_it(*_):
    raise KeyError("from the handler")


def case(kit):
    signal.signal(signal.SIGUSR1, raise_it)
    for kind, make in kit.kinds():
        lock = make()
        entered = []

        def enter():
            with lock:
                entered.append(True)

        clause = kind + ".with.signal"
        with kit.held(lock):
            kit.once_asleep(lambda: os.kill(os.getpid(), signal.SIGUSR1))
            kit.expect("with lock: ...", enter, "raises KeyError", clause=clause)
        kit.expect("how often the body ran", lambda: len(entered), "0", clause=clause)
        kit.expect("acquire(False)", lambda: lock.acquire(False), "True", clause=clause)
