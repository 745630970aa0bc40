"""A handler that raises just after `with lock:` acquired leaves the lock held, with the body never entered."""

import argparse
import importlib
import os
import signal
import sys
import time


class Interrupted(Exception):
    """What the signal handler raises."""


def interrupt(number, frame):
    raise Interrupted


def attempt(lock):
    """Wait in `with` for a lock that another process releases just before it sends a signal."""
    lock.acquire()
    child = os.fork()
    if child == 0:
        while not asleep(os.getppid()):
            time.sleep(0)
        lock.release()
        os.kill(os.getppid(), signal.SIGUSR1)
        os._exit(0)
    entered = False
    try:
        with lock:
            entered = True
        while True:
            time.sleep(0.01)  # The signal came later than the body, and ends this.
    except Interrupted:
        pass
    os.waitpid(child, 0)
    return not lock.acquire(False) and not entered


def asleep(pid):
    with open("/proc/%d/stat" % pid) as file:
        return file.read().rpartition(")")[2].split()[0] == "S"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=100)
    options = parser.parse_args()
    signal.signal(signal.SIGUSR1, interrupt)
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context.Lock()) for _ in range(options.tries))
    print("shown in %d of %d tries: the lock is held, its body was never entered" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
