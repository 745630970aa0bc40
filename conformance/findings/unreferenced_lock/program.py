"""A spawned process can't open the Lock that it was given, if its parent keeps no other reference."""

import argparse
import importlib
import sys


def child(lock):
    with lock:
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="spawn")
    parser.add_argument("--tries", type=int, default=5)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = 0
    for _ in range(options.tries):
        process = context.Process(target=child, args=(context.Lock(),))
        process.start()
        process.join()
        print("the child ended with exit code", process.exitcode)
        shown += process.exitcode != 0
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
