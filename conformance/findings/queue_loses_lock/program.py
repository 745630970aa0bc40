"""Queue.put(lock) returns, and the item is lost: the error is raised where no caller can see it."""

import argparse
import importlib
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    queue = context.Queue()
    try:
        queue.put(context.Lock())
    except RuntimeError as error:
        print("put() raises", repr(error))
    queue.put("what was put after the lock")
    first = queue.get()
    print("the first thing that comes out is", repr(first))
    shown = isinstance(first, str)
    print("shown in %d of 1 tries" % shown)
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
