"""A Process forked below a spawned one owns the RLock that its parent holds."""

import argparse
import importlib
import sys


def grandchild(rlock, answers):
    """Release what only the parent acquired, if this process is let do so."""
    try:
        rlock.release()
    except AssertionError:
        answers.put(("the grandchild does not own it", False))
    else:
        answers.put(("the grandchild released its parent's RLock", True))


def child(module, rlock, answers):
    rlock.acquire()
    process = importlib.import_module(module).get_context("fork").Process(target=grandchild, args=(rlock, answers))
    process.start()
    process.join()
    rlock.release()


def attempt(context, module):
    rlock, answers = context.RLock(), context.SimpleQueue()
    process = context.Process(target=child, args=(module, rlock, answers))
    process.start()
    text, shown = answers.get()
    process.join()
    print(text + "; after the child's own release the semaphore's value is", rlock._semlock._get_value())
    return shown


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="spawn")
    parser.add_argument("--tries", type=int, default=5)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context, options.module) for _ in range(options.tries))
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
