"""Once another process released its Lock, a Condition refuses its holder, or loses the lock in wait().

Any process may release a Lock. But each process counts its own acquires and releases of it, and Condition believes
these counts: here the process that released counts -1, the one that had acquired 1 for ever.
"""

import argparse
import importlib
import sys


def call(function, *arguments):
    try:
        return "returns %r" % (function(*arguments),)
    except Exception as error:
        return "raises %r" % error


def child(lock, condition, answers):
    lock.release()  # The parent acquired it.
    answers.put(None)
    lock.acquire()
    answers.put(call(condition.wait, 0.01))
    lock.release()


def attempt(context):
    lock = context.Lock()
    condition, answers = context.Condition(lock), context.SimpleQueue()
    lock.acquire()
    process = context.Process(target=child, args=(lock, condition, answers))
    process.start()
    answers.get()
    in_child = answers.get()
    process.join()
    lock.acquire()
    here = call(condition.wait, 0.01)
    print("wait() of the process that released the Lock once, and holds it now,", in_child)
    print("wait() of the process for which it was released, and that holds it now,", here)
    return in_child != "returns False" or here != "returns False"


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
