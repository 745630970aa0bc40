"""A timeout that `block=False` makes irrelevant is an error all the same."""

import argparse
import importlib
import sys

TIMEOUTS = ("soon", 10**400, b"1")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    lock = importlib.import_module(options.module).get_context(options.start).Lock()
    lock.acquire()
    shown = 0
    for timeout in TIMEOUTS:
        try:
            answer = "returns %r" % lock.acquire(False, timeout)
        except (TypeError, OverflowError) as error:
            answer = "raises %r" % error
            shown += 1
        print("acquire(False, %.10r) %s" % (repr(timeout)[:10], answer))
    print("shown in %d of %d tries" % (shown, len(TIMEOUTS)))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
