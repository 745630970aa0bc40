"""Broken: an acquire whose time is up says True, and the caller believes that it holds the lock."""

from __future__ import annotations

import multiprocessing
from multiprocessing import synchronize

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


class Lock:
    def __init__(self) -> None:
        self._lock: synchronize.Lock | synchronize.RLock = CONTEXT.Lock()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        acquired = self._lock.acquire(block, timeout)
        return acquired or (block and timeout is not None)

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    def __init__(self) -> None:
        self._lock = CONTEXT.RLock()
