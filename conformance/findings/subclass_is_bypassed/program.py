"""The acquire() of a subclass of Lock is never called: neither by `with` nor by lock.acquire()."""

import argparse
import importlib
import sys

calls: list = []


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    module = importlib.import_module(options.module)
    synchronize = importlib.import_module(options.module + ".synchronize")

    class Counted(synchronize.Lock):  # type: ignore[name-defined, misc]
        def acquire(self, *arguments, **keywords):
            calls.append("acquire")
            return super().acquire(*arguments, **keywords)

    lock = Counted(ctx=module.get_context(options.start))
    lock.acquire()
    lock.release()
    print("lock.acquire() called the subclass's acquire()", len(calls), "times")
    print("shown in %d of 1 tries" % (not calls))
    return 0 if calls else 1


if __name__ == "__main__":
    sys.exit(main())
