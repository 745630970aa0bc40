"""An os.register_at_fork() hook in a new Process owns the RLock that the parent holds."""

import argparse
import importlib
import os
import sys


def nothing():
    pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=5)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    rlock, inside = context.RLock(), context.Semaphore(0)

    def hook():
        if rlock.acquire(False):  # False without exception, if the hook is in the child of another process
            inside.release()
            rlock.release()

    os.register_at_fork(after_in_child=hook)
    shown = 0
    for _ in range(options.tries):
        with rlock:
            process = context.Process(target=nothing)
            process.start()
            process.join()
        shown += inside.acquire(False)
    print("shown in %d of %d tries: the child's hook was inside the RLock of its parent" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
