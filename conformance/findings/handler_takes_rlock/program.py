"""A thread waits for an RLock that it owns, once a signal handler acquired it for the thread during the wait."""

import argparse
import importlib
import os
import signal
import sys
import time


def until_asleep(pid):
    while True:
        with open("/proc/%d/stat" % pid) as file:
            if file.read().rpartition(")")[2].split()[0] == "S":
                return
        time.sleep(0.001)


def attempt(context):
    """Wait for an RLock that another process gives up to our signal handler; return whether we miss it."""
    rlock = context.RLock()
    rlock.acquire()  # A fork-context Process does not inherit this, so the waiter is the child.
    answers = context.SimpleQueue()
    process = context.Process(target=waiter, args=(rlock, answers))
    process.start()
    answers.get()
    until_asleep(process.pid)
    os.kill(process.pid, signal.SIGUSR1)
    until_asleep(process.pid)
    rlock.release()  # The handler waits for this, in the thread that acquire() below waits in.
    outer, owned = answers.get()
    process.join()
    print("acquire() of the RLock that the thread %s returned %s" % ("owns" if owned else "does not own", outer))
    return owned and not outer


def waiter(rlock, answers):
    owned = []
    signal.signal(signal.SIGUSR1, lambda number, frame: owned.append(rlock.acquire()))
    answers.put(None)
    outer = rlock.acquire(timeout=2)
    answers.put((outer, bool(owned)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=1)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context) for _ in range(options.tries))
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
