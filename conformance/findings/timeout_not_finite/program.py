"""A wait for inf seconds is an OSError, and a wait for 292 thousand million years ends at once."""

import argparse
import importlib
import os
import sys
import time

TIMEOUTS = (float("inf"), 1e20, 2.0**63, 9.223372036854774e18, float("nan"))


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
    """Return whether acquire(timeout=timeout) of a held Lock ends, which it should not while the lock is held."""
    lock = context.Lock()
    lock.acquire()
    child = os.fork()
    if child == 0:
        try:
            answer = "returns %s" % lock.acquire(timeout=timeout)
        except (OSError, OverflowError, ValueError) as error:
            answer = "raises %r" % error
        print("acquire(timeout=%r) of a held Lock %s" % (timeout, answer), flush=True)
        os._exit(0)
    ended = not waits(child)
    if not ended:
        print("acquire(timeout=%r) of a held Lock waits" % timeout, flush=True)
        lock.release()
    os.waitpid(child, 0)
    return ended


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
