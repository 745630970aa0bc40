"""A handler that returns runs during the wait, as often as a signal comes, and the wait goes on."""

import os
import signal

CLAUSES = ("lock.wait.signal-returns", "rlock.wait.signal-returns")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        runs = []
        signal.signal(signal.SIGUSR1, lambda *_: runs.append("run"))
        send = lambda: os.kill(os.getpid(), signal.SIGUSR1)
        clause = kind + ".wait.signal-returns"
        for arguments in ((), (True, 3600)):
            with kit.held(lock) as wanted_back:
                kit.once_asleep(send, send, send, wanted_back.set)
                what = "acquire%r, three signals, a release" % (arguments,)
                kit.expect(what, lambda: lock.acquire(*arguments), "True", clause=clause)
            kit.expect("release()", lock.release, "None", clause=clause)
        kit.expect("runs of the handler", lambda: len(runs), "6", clause=clause)
