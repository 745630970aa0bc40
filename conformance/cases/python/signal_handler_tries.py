"""A handler may call acquire(False) of the lock for which its thread waits: False, and the wait goes on."""

import os
import signal

CLAUSES = ("lock.signal.handler-calls", "rlock.signal.handler-calls")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        tries = []
        signal.signal(signal.SIGUSR1, lambda *_: tries.append(lock.acquire(False)))
        clause = kind + ".signal.handler-calls"
        with kit.held(lock) as wanted_back:
            kit.once_asleep(lambda: os.kill(os.getpid(), signal.SIGUSR1), wanted_back.set)
            kit.expect("acquire()", lock.acquire, "True", clause=clause)
        kit.expect("what the handler's acquire(False) returned", lambda: tries, "[False]", clause=clause)
        error = {"lock": "ValueError", "rlock": "AssertionError"}[kind]
        kit.expect("release()", lock.release, "None", clause=clause)
        kit.expect("release() again", lock.release, "raises " + error, clause=clause)
