"""repr() of a free Lock names an owner, once another process than the acquirer has released it."""

import argparse
import importlib
import sys


def child(lock, answers):
    lock.release()
    lock.acquire()
    answers.put(repr(lock))
    lock.release()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    lock, answers = context.Lock(), context.SimpleQueue()
    lock.acquire()
    process = context.Process(target=child, args=(lock, answers), name="Releaser")
    process.start()
    held = answers.get()
    process.join()
    free = repr(lock)
    print("in the process Releaser, which holds it:", held)
    print("in the process that held it before, now that it is free:", free)
    shown = ("owner=Releaser" not in held) + ("owner=None" not in free)
    print("shown in %d of 2 tries" % shown)
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
