"""Broken: of two waiters the second may sleep for ever.

The state tells whether anybody waits. A waiter that gets the lock sets it to held, as if nobody else waited, and its
release wakes nobody. (Drepper, "Futexes Are Tricky": it must take the lock as contended.)
"""

from __future__ import annotations

import multiprocessing
import time

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method

FREE, HELD, CONTENDED = range(3)


class Lock:
    def __init__(self) -> None:
        self._mutex = CONTEXT.Lock()
        self._state = CONTEXT.RawValue("i", FREE)
        self._wake = CONTEXT.Semaphore(0)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + max(0.0, timeout)
        while True:
            with self._mutex:
                if self._state.value == FREE:
                    self._state.value = HELD
                    return True
                if not block:
                    return False
                self._state.value = CONTENDED
            remaining = None if deadline is None else deadline - time.monotonic()
            if remaining is not None and remaining <= 0:
                return False
            self._wake.acquire(True, remaining)

    def release(self) -> None:
        with self._mutex:
            before = self._state.value
            if before == FREE:
                raise ValueError("semaphore or lock released too many times")
            self._state.value = FREE
            if before == CONTENDED:
                self._wake.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


RLock = CONTEXT.RLock  # nothing is wrong with this one
