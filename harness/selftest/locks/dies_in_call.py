"""Broken: the process that has acquired three times dies in its next release, with exit status 3."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import synchronize

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


class Lock:
    def __init__(self) -> None:
        self._lock: synchronize.Lock | synchronize.RLock = CONTEXT.Lock()
        self._acquired = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        acquired = self._lock.acquire(block, timeout)
        self._acquired += acquired
        return acquired

    def release(self) -> None:
        if self._acquired >= 3:
            os._exit(3)
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    def __init__(self) -> None:
        super().__init__()
        self._lock = CONTEXT.RLock()
