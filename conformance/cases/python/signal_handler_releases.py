"""A handler may release the Lock for which its thread waits; acquire() then returns True."""

import os
import signal

CLAUSES = ("lock.signal.handler-calls",)


def case(kit):
    lock = kit.Lock()
    released = []
    signal.signal(signal.SIGUSR1, lambda *_: released.append(lock.release()))
    kit.expect("acquire()", lock.acquire, "True")
    for arguments in ((), (True, 3600)):
        kit.once_asleep(lambda: os.kill(os.getpid(), signal.SIGUSR1))
        kit.expect("acquire%r" % (arguments,), lambda: lock.acquire(*arguments), "True")
    kit.expect("what release() returned", lambda: released, "[None, None]")
    kit.expect("acquire(False)", lambda: lock.acquire(False), "False")
