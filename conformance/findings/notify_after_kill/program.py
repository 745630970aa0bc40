"""Event.set() never returns once a process that waited for the Event was killed, and keeps the Event's lock."""

import argparse
import importlib
import os
import signal
import sys
import time


def until(fact, seconds):
    """Wait until the fact holds, or the seconds are over; return whether it held."""
    deadline = time.monotonic() + seconds
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.001)
    return fact()


def attempt(context):
    event = context.Event()
    condition = event._cond
    waiter = context.Process(target=event.wait)
    waiter.start()
    # One process sleeps in wait(), and nobody holds the lock: the waiter dies holding nothing.
    until(lambda: condition._sleeping_count.get_value() == 1 and condition._lock.acquire(False), 60)
    condition._lock.release()
    os.kill(waiter.pid, signal.SIGKILL)
    waiter.join()
    setter = context.Process(target=event.set)
    setter.start()
    # set() has woken the dead waiter, and waits for its answer; nobody is left who could give it.
    stuck = until(lambda: condition._wait_semaphore.get_value() == 1, 10) and not until(
        lambda: not setter.is_alive() or condition._woken_count.get_value() > 0, 2
    )
    locked = not condition._lock.acquire(False)
    os.kill(setter.pid, signal.SIGKILL)
    setter.join()
    print(
        "set() %s; the Event's lock is %s"
        % ("waits for a dead process" if stuck else "returned", "held" if locked else "free")
    )
    return stuck and locked


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=2)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context) for _ in range(options.tries))
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
