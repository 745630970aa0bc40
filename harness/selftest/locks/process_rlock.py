"""Broken: an RLock that belongs to the process: each of its threads may enter, and release."""

from __future__ import annotations

import multiprocessing
import os

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


class Lock:
    def __init__(self) -> None:
        self._lock = CONTEXT.Lock()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        return self._lock.acquire(block, timeout)

    def release(self) -> None:
        self._lock.release()

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
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        caller = os.getpid()
        if self._owner != caller:
            if not self._lock.acquire(block, timeout):
                return False
            self._owner, self._depth = caller, 0
        self._depth += 1
        return True

    def release(self) -> None:
        if self._owner != os.getpid():
            raise AssertionError("attempt to release recursive lock not owned by thread")
        self._depth -= 1
        if self._depth == 0:
            self._owner = None
            self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
