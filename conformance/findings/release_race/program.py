"""Two processes release one held Lock at the same moment, and both releases succeed."""

import argparse
import importlib
import mmap
import os
import sys
import time

MOMENT, ANSWER = 0, 1  # of the shared page: when to release; 1 if the child's release succeeded, 2 if not


def release_at(lock, moment):
    """Release the lock at this moment; return whether that succeeded."""
    while time.perf_counter() < moment:
        pass
    try:
        lock.release()
    except ValueError:
        return False
    return True


def releases(lock, page, tries):
    moment = 0.0
    for _ in range(tries):
        while page[MOMENT] == moment:
            os.sched_yield()
        moment = page[MOMENT]
        page[ANSWER] = 1 if release_at(lock, moment) else 2


def play(context, page, tries):
    """Return in how many rounds both processes released the Lock that was acquired once."""
    lock, shown = context.Lock(), 0
    child = os.fork()
    if child == 0:
        releases(lock, page, tries)
        os._exit(0)
    for number in range(1, tries + 1):
        lock.acquire()
        page[ANSWER] = 0
        page[MOMENT] = time.perf_counter() + 30e-6
        here = release_at(lock, page[MOMENT])
        while page[ANSWER] == 0:
            os.sched_yield()
        if here and page[ANSWER] == 1:
            shown += 1
            two = [lock.acquire(False), lock.acquire(False)]
            if shown == 1:
                print("try %d: both releases succeeded; two acquires then return %s" % (number, two))
            lock.release()
    os.waitpid(child, 0)
    return shown


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=20000)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    page = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")
    shown = play(context, page, options.tries)
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
