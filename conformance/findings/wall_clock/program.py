"""A step of the wall clock ends a timed acquire early: the deadline is a time of day.

The step is simulated: this program runs itself with a library preloaded that adds seconds to gettimeofday() inside one
process, which is where SemLock takes the present from. Without a C compiler it can't tell, and ends with exit code 2.
"""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

LIBRARY = """
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  struct timespec true_time;
  clock_gettime(CLOCK_REALTIME, &true_time);
  now->tv_sec = true_time.tv_sec - atoi(getenv("CLOCK_BEHIND"));
  now->tv_usec = true_time.tv_nsec / 1000;
  return 0;
}
"""


def wait_once(context):
    """In the process whose wall clock steps: wait for a lock that nobody releases; print for how long."""
    lock = context.Lock()
    lock.acquire()
    begun = time.monotonic()
    lock.acquire(timeout=4)
    print(time.monotonic() - begun)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--stepped", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stepped:
        return wait_once(importlib.import_module(options.module).get_context(options.start))
    if not shutil.which("cc"):
        print("no C compiler: can't tell")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "clock.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input=LIBRARY.encode(), check=True)
        # The clock is set forward by 3 seconds after acquire() read it and before the kernel does.
        environment = dict(os.environ, LD_PRELOAD=library, CLOCK_BEHIND="3")
        command = [sys.executable, __file__, "--stepped", "--module", options.module, "--start", options.start]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    seconds = float(done.stdout)
    print("acquire(timeout=4) of a held Lock returned after %.2f s" % seconds)
    shown = seconds < 3.5
    print("shown in %d of 1 tries" % shown)
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
