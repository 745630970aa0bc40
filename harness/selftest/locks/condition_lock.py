"""Correct, but unusual: a monitor of a mutex, a flag and a condition, which is made by hand.

`multiprocessing.Condition` would not do. Its notify() waits until whom it notified is awake, which a waiter that was
stopped or killed never is. Here the condition is a semaphore that holds a token whenever the lock has been freed since
a waiter last looked. One is enough: the waiter that takes it either gets the lock, and its release brings the
next token, or finds it held by somebody whose release will.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method
LONGEST_WAIT = 3600.0  # of one sleep, in seconds; there are timeouts that no system call takes


class Lock:
    def __init__(self) -> None:
        self._mutex = CONTEXT.Lock()
        self._held = CONTEXT.RawValue("b", False)
        self._freed = CONTEXT.Semaphore(0)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + max(0.0, timeout)
        while True:
            with self._mutex:
                if not self._held.value:
                    self._held.value = True
                    return True
            remaining = LONGEST_WAIT if deadline is None else deadline - time.monotonic()
            if not block or not remaining > 0:
                return False
            self._freed.acquire(True, None if deadline is None else min(remaining, LONGEST_WAIT))

    def release(self) -> None:
        with self._mutex:
            if not self._held.value:
                raise ValueError("semaphore or lock released too many times")
            self._held.value = False
            self._freed.acquire(False)
            self._freed.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock:
    """Recursive, on top of Lock. What a process notes here is its own: a forked child's pid is another."""

    def __init__(self) -> None:
        self.__setstate__(Lock())

    def __getstate__(self) -> Lock:
        return self._lock

    def __setstate__(self, lock: Lock) -> None:
        self._lock = lock
        self._owner: tuple[int, threading.Thread] | None = None
        self._depth = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        caller = os.getpid(), threading.current_thread()
        if self._owner != caller:
            if not self._lock.acquire(block, timeout):
                return False
            self._owner, self._depth = caller, 0
        self._depth += 1
        return True

    def release(self) -> None:
        if self._owner != (os.getpid(), threading.current_thread()):
            raise AssertionError("attempt to release recursive lock not owned by thread")
        self._depth -= 1
        if self._depth == 0:
            self._owner = None
            self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
