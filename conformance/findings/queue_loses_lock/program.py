"""Queue.put(lock) returns, and the item is lost: the error is raised where no caller can see it."""

import argparse
import importlib
import sys
from queue import Empty


def first_of(queue):
    """Return what comes out first; None if nothing ever will, since the thread that feeds the queue has died."""
    while True:
        fed = queue._thread.is_alive()
        try:
            first = queue.get(timeout=0.1)
        except Empty:
            if fed:
                continue
            print("nothing comes out: the queue's feeder thread has died")
            return None
        print("the first thing that comes out is", repr(first))
        return first


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
    shown = not isinstance(first_of(queue), context.Lock().__class__)
    print("shown in %d of 1 tries" % shown)
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
