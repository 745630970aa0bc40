"""Condition.notify(n) takes no n."""

import argparse
import importlib
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="billiard")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    condition = importlib.import_module(options.module).get_context(options.start).Condition()
    shown = 0
    with condition:
        try:
            condition.notify(2)
        except TypeError as error:
            print("notify(2) raises", repr(error))
            shown = 1
    print("shown in %d of 1 tries" % shown)
    return shown


if __name__ == "__main__":
    sys.exit(main())
