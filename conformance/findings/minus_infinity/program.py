"""acquire(timeout=-inf) of a held Lock waits, where a negative timeout is equivalent to zero."""

import argparse
import importlib
import os
import sys
import time

TIMEOUTS = (float("-inf"), -1e300, -1e20, -1e18, -1.0)


def waits(pid):
    """Return True once the process has slept in one go for half a second, False once it has ended.

    It sleeps in acquire() only; a wait that is over at once is a short sleep, after which the kernel counts a switch.
    """
    seen, since = None, 0.0
    while True:
        with open("/proc/%d/status" % pid) as file:
            fields = dict(line.split(":", 1) for line in file)
        sleep = (fields["State"].split()[0], fields.get("voluntary_ctxt_switches"))
        if sleep[0] == "Z":
            return False
        if sleep[0] != "S" or sleep != seen:
            seen, since = sleep, time.monotonic()
        elif time.monotonic() - since > 0.5:
            return True
        time.sleep(0.001)


def attempt(context, timeout):
    lock = context.Lock()
    lock.acquire()
    child = os.fork()
    if child == 0:
        os._exit(1 if lock.acquire(timeout=timeout) else 0)
    asleep = waits(child)
    if asleep:
        lock.release()  # Only a call that is still waiting can have it.
    acquired = bool(os.waitpid(child, 0)[1])
    print("acquire(timeout=%r) %s" % (timeout, "waited until the lock was released" if acquired else "returned False"))
    return asleep and acquired


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context, timeout) for timeout in TIMEOUTS)
    print("shown in %d of %d tries" % (shown, len(TIMEOUTS)))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
