"""A process crashes when its parent passes a Lock of the fork context to a Process of the spawn context."""

import argparse
import importlib
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="spawn")
    parser.add_argument("--tries", type=int, default=2)
    options = parser.parse_args()
    module = importlib.import_module(options.module)
    lock, shown = module.get_context("fork").Lock(), 0
    for _ in range(options.tries):
        process = module.get_context(options.start).Process(target=print, args=(lock,))
        try:
            process.start()
        except RuntimeError as error:
            print("refused:", error)
            continue
        process.join()
        print("the child ended with exit code", process.exitcode)
        shown += process.exitcode != 0
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
