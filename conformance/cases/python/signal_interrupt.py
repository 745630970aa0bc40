"""Ctrl-C ends a wait with KeyboardInterrupt, and the lock is as it was."""

import os
import signal

CLAUSES = ("lock.signal.raises", "rlock.signal.raises")


def case(kit):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".signal.raises"
        with kit.held(lock):
            for arguments in ((), (True, 3600)):
                kit.once_asleep(lambda: os.kill(os.getpid(), signal.SIGINT))
                what = "acquire%r" % (arguments,)
                kit.expect(what, lambda: lock.acquire(*arguments), "raises KeyboardInterrupt", clause=clause)
            kit.expect("acquire(False)", lambda: lock.acquire(False), "False", clause=clause)
        kit.expect("acquire(False), released", lambda: lock.acquire(False), "True", clause=clause)
        error = {"lock": "ValueError", "rlock": "AssertionError"}[kind]
        kit.expect("release()", lock.release, "None", clause=clause)
        kit.expect("release() again", lock.release, "raises " + error, clause=clause)
