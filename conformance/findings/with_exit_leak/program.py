"""A signal handler that raises as `with lock:` ends leaves the Lock held, although the body is over."""

import argparse
import importlib
import random
import signal
import sys

# Far more than fit before the timer ends. Only so many, because the exception is lost for good
# where the interpreter runs the handler inside a weak reference's callback or a finalizer.
ROUNDS = 1000000


class Interrupted(Exception):
    """What the signal handler raises."""


def interrupt(number, frame):
    raise Interrupted


def attempt(lock):
    """Enter and leave `with` until a timer interrupts it; return whether that left the lock held at the end."""
    over = False
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, 100e-6))
        for _ in range(ROUNDS):
            over = False
            with lock:
                over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Interrupted:
        return over and not lock.acquire(False)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=2000)
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, interrupt)
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context.Lock()) for _ in range(options.tries))
    print("shown in %d of %d tries: the body of `with` is over, and the Lock is held" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
