"""Broken: the release of a lock that is free, or of another's RLock, passes in silence."""

from __future__ import annotations

import contextlib
import multiprocessing
from multiprocessing import synchronize

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


class Lock:
    def __init__(self) -> None:
        self._lock: synchronize.Lock | synchronize.RLock = CONTEXT.Lock()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        return self._lock.acquire(block, timeout)

    def release(self) -> None:
        with contextlib.suppress(ValueError, AssertionError):
            self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    def __init__(self) -> None:
        self._lock = CONTEXT.RLock()
