"""After os.fork() the parent and the child own one RLock together, and two releases leave it broken for good."""

import argparse
import importlib
import os
import sys


def attempt(context):
    """Fork while holding an RLock; return whether the child could release what only the parent acquired."""
    rlock = context.RLock()
    rlock.acquire()
    child = os.fork()
    if child == 0:
        try:
            rlock.release()
        except AssertionError:
            os._exit(0)
        os._exit(1)
    status = os.waitpid(child, 0)[1]
    if status:
        rlock.release()
        print("both processes released it; the semaphore's value is now", rlock._semlock._get_value())
    return bool(status)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=20)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context) for _ in range(options.tries))
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
