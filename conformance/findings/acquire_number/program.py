"""acquire(0.1) of a held Lock waits without a limit: the number is taken for `block`, where it means True."""

import argparse
import importlib
import os
import sys
import time


def waits_without_limit(pid):
    """Return True once the process sleeps in the kernel with no timeout, False once it has ended."""
    while True:
        with open("/proc/%d/stat" % pid) as file:
            state = file.read().rpartition(")")[2].split()[0]
        with open("/proc/%d/syscall" % pid) as file:
            words = file.read().split()
        if state == "Z":
            return False
        if state == "S" and len(words) > 4 and int(words[4], 16) == 0:
            return True
        time.sleep(0.001)


def attempt(context):
    lock = context.Lock()
    lock.acquire()
    child = os.fork()
    if child == 0:
        try:
            os._exit(1 if lock.acquire(0.1) else 0)
        except TypeError as error:
            print("TypeError:", error, flush=True)
        os._exit(0)
    unlimited = waits_without_limit(child)
    if unlimited:
        lock.release()  # Only a call that is still waiting can have it.
    acquired = bool(os.waitpid(child, 0)[1])
    print("acquire(0.1) %s" % ("waited until the lock was released" if acquired else "ended by itself"))
    return unlimited and acquired


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=5)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context) for _ in range(options.tries))
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
