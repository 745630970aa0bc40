"""siginterrupt(False) does not delay the handler in a timed wait: it still runs at once."""

import os
import signal

CLAUSES = ("lock.signal.siginterrupt",)


def case(kit):
    lock = kit.Lock()
    signal.signal(signal.SIGUSR1, lambda *_: lock.release())
    signal.siginterrupt(signal.SIGUSR1, False)
    kit.expect("acquire()", lock.acquire, "True")
    kit.once_asleep(lambda: os.kill(os.getpid(), signal.SIGUSR1))
    # Were the handler to wait for the end of the call, nobody would release the lock in time.
    kit.expect("acquire(True, 5)", lambda: lock.acquire(True, 5), "True")
