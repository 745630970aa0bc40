"""Two signals in Condition.wait() make the `with` around it release a Lock that another process holds."""

import argparse
import importlib
import os
import select
import signal
import sys
import time


class Interrupted(Exception):
    """What the signal handler raises, as the default one raises KeyboardInterrupt."""


def interrupt(number, frame):
    os.write(signal_pipe[1], b"x")
    raise Interrupted


def until_asleep(pid):
    while True:
        with open("/proc/%d/stat" % pid) as file:
            if file.read().rpartition(")")[2].split()[0] == "S":
                return
        time.sleep(0.001)


def waiter(condition):
    """Wait for a notification; the `with` must not release what it did not acquire again."""
    signal.signal(signal.SIGUSR1, interrupt)
    try:
        with condition:
            os.write(signal_pipe[1], b"x")
            condition.wait()
    except BaseException as error:
        print("the waiter's `with` ended with", repr(error), flush=True)
    os._exit(0)


def attempt(context):
    lock = context.Lock()
    condition = context.Condition(lock)
    child = os.fork()
    if child == 0:
        waiter(condition)
    os.read(signal_pipe[0], 1)  # The child holds the lock, and releases it in wait().
    lock.acquire()
    for _ in range(2):  # The first ends the wait, the second ends the acquire() at the end of wait().
        until_asleep(child)
        os.kill(child, signal.SIGUSR1)
        handled = select.select([signal_pipe[0]], [], [], 10)[0]
        if not handled:
            os.kill(child, signal.SIGKILL)  # This implementation does not let a second signal in.
            break
        os.read(signal_pipe[0], 1)
    os.waitpid(child, 0)
    stolen = lock.acquire(False)
    print("while this process holds the Lock, acquire(False) returns", stolen)
    return stolen


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="multiprocessing")
    parser.add_argument("--start", default="fork")
    parser.add_argument("--tries", type=int, default=5)
    options = parser.parse_args()
    context = importlib.import_module(options.module).get_context(options.start)
    shown = sum(attempt(context) for _ in range(options.tries))
    print("shown in %d of %d tries" % (shown, options.tries))
    return 1 if shown else 0


signal_pipe = os.pipe()

if __name__ == "__main__":
    sys.exit(main())
