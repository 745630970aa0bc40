"""Broken: a release looks whether the lock is held and lets go of it later, so two at the same time both pass."""

from __future__ import annotations

import multiprocessing
import time

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


class Lock:
    def __init__(self) -> None:
        self._semaphore = CONTEXT.Semaphore(1)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        return self._semaphore.acquire(block, timeout)

    def release(self) -> None:
        if self._semaphore.get_value() > 0:
            raise ValueError("semaphore or lock released too many times")
        time.sleep(0.05)
        self._semaphore.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


RLock = CONTEXT.RLock
