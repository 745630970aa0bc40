"""A program that ends without join() takes the Lock away from the child that it waits for."""

import argparse
import importlib
import subprocess
import sys

kept: list = []  # so that the lock lives as long as the program


def child(lock):
    with lock:
        print("the child holds the lock", flush=True)


def parent(module, start):
    """Start a child and end; the interpreter joins it on its way out."""
    context = importlib.import_module(module).get_context(start)
    kept.append(context.Lock())
    context.Process(target=child, args=(kept[0],)).start()
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="spawn")
    parser.add_argument("--tries", type=int, default=5)
    parser.add_argument("--parent", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.parent:
        return parent(options.module, options.start)
    command = [sys.executable, __file__, "--parent", "--module", options.module, "--start", options.start]
    shown = 0
    for _ in range(options.tries):
        done = subprocess.run(command, capture_output=True, check=True)
        missing = b"FileNotFoundError" in done.stderr
        print("the child died of FileNotFoundError" if missing else "the child had the lock")
        shown += missing and not done.stdout
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
