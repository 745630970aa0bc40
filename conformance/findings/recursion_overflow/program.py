"""An RLock acquired 2**31 times by one thread belongs to nobody, and is locked for ever."""

import argparse
import collections
import importlib
import itertools
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    rlock = importlib.import_module(options.module).get_context(options.start).RLock()
    try:
        collections.deque(map(rlock.acquire, itertools.repeat(True, 2**31)), 0)
    except OverflowError as error:
        print("acquire() raises", repr(error))
    again = rlock.acquire(False)
    print("after 2**31 calls of acquire() its owner's acquire(False) returns", again)
    try:
        rlock.release()
    except AssertionError as error:
        print("release() raises", repr(error))
        again = False
    print("shown in %d of 1 tries" % (not again))
    return 0 if again else 1


if __name__ == "__main__":
    sys.exit(main())
