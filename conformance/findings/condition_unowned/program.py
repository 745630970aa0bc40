"""Under python -O a Condition can be waited for and notified without its lock, and no error is raised."""

import argparse
import importlib
import subprocess
import sys

CALLS = ("wait(0.01)", "notify()", "notify_all()")


def calls(context):
    """Make the calls without the lock; print what each does, and how many raised no RuntimeError."""
    condition, silent = context.Condition(), 0
    for text in CALLS:
        name, _, argument = text.rstrip(")").partition("(")
        try:
            answer = "returns %r" % (getattr(condition, name)(*([float(argument)] if argument else [])),)
        except Exception as error:
            answer = "raises %r" % error
        print("%s without the lock %s" % (text, answer))
        silent += not answer.startswith("raises RuntimeError")
    return silent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    options = parser.parse_args()
    if not sys.flags.optimize:
        return subprocess.run([sys.executable, "-O", __file__, *sys.argv[1:]], check=False).returncode
    shown = calls(importlib.import_module(options.module).get_context(options.start))
    print("shown in %d of %d tries" % (shown, len(CALLS)))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
