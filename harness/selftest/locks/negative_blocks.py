"""Broken: a negative timeout waits for ever; the documentation says that it is the same as zero."""

from __future__ import annotations

import multiprocessing
from multiprocessing import synchronize

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


class Lock:
    def __init__(self) -> None:
        self._lock: synchronize.Lock | synchronize.RLock = CONTEXT.Lock()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        if timeout is not None and timeout < 0:
            timeout = None
        return self._lock.acquire(block, timeout)

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    def __init__(self) -> None:
        self._lock = CONTEXT.RLock()
