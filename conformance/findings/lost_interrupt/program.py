"""A signal that comes just before acquire() begins to wait is not handled until another one comes.

A child waits for a lock that is never released; its parent sends it one signal, whose handler raises, at about the
moment at which the wait begins. The signal is lost if the kernel has delivered it, the child sleeps, and has not said
that acquire() raised.
"""

import argparse
import importlib
import mmap
import os
import select
import signal
import sys
import time

CHILD_READY, MOMENT = 0, 1  # of the shared page: the round that the child is ready for; when to begin it


class Interrupted(Exception):
    """What the signal handler raises."""


def interrupt(number, frame):
    raise Interrupted


def wait_once(lock, page):
    before = page[MOMENT]
    page[CHILD_READY] += 1
    while page[MOMENT] == before:
        os.sched_yield()
    moment = page[MOMENT]
    while time.perf_counter() < moment:
        pass
    lock.acquire()


def waits(lock, page, interrupted):
    """Begin to wait for the lock at each moment that the page names; report each interruption."""
    signal.signal(signal.SIGUSR1, interrupt)
    while True:
        try:
            wait_once(lock, page)
        except Interrupted:
            os.write(interrupted, b"i")


def is_lost(child, interrupted):
    """Return True once the child sleeps although the signal was delivered, False once acquire() raised."""
    while True:
        with open("/proc/%d/status" % child) as file:
            fields = dict(line.split(":", 1) for line in file)
        delivered = not int(fields["SigPnd"], 16) and not int(fields["ShdPnd"], 16)
        with open("/proc/%d/stat" % child) as file:
            state = file.read().rpartition(")")[2].split()[0]
        if select.select([interrupted], [], [], 0)[0]:
            os.read(interrupted, 1)
            return False
        if delivered and state == "S":
            return True
        os.sched_yield()


def play(lock, tries):
    page = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")
    interrupted, child_end = os.pipe()
    child, shown = os.fork(), 0
    if child == 0:
        waits(lock, page, child_end)
    for number in range(1, tries + 1):
        while page[CHILD_READY] < number:
            os.sched_yield()
        moment = time.perf_counter() + 50e-6
        page[MOMENT] = moment
        while time.perf_counter() < moment + (number % 100 - 80) * 0.1e-6:
            pass
        os.kill(child, signal.SIGUSR1)
        if is_lost(child, interrupted):
            shown += 1
            os.kill(child, signal.SIGUSR1)  # The same signal, now that it sleeps, does end the call.
            os.read(interrupted, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return shown


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=5000)
    options = parser.parse_args()
    lock = importlib.import_module(options.module).get_context(options.start).Lock()
    lock.acquire()
    shown = play(lock, options.tries)
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
