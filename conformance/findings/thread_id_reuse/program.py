"""A new thread owns the RLock that a dead thread left locked, once it gets the dead thread's id."""

import argparse
import importlib
import sys
import threading


def in_thread(function, *arguments):
    """Call the function in a thread of its own; return what it returned."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function(*arguments)))
    thread.start()
    thread.join()
    return answers[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=100)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = 0
    for _ in range(options.tries):
        rlock = context.RLock()
        in_thread(rlock.acquire)
        shown += in_thread(rlock.acquire, False)
    print("shown in %d of %d tries: another thread acquired the RLock that was never released" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
