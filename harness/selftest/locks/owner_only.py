"""Broken: a Lock that only the thread which acquired it may release, as if it were an RLock."""

from __future__ import annotations

import multiprocessing
import os
import threading

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


class Lock:
    def __init__(self) -> None:
        self._lock = CONTEXT.Lock()
        self._owner = CONTEXT.RawArray("q", 2)  # shared, so that a release by another process is known as such

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        acquired = self._lock.acquire(block, timeout)
        if acquired:
            self._owner[:] = [os.getpid(), threading.get_native_id()]
        return acquired

    def release(self) -> None:
        if self._owner[0] != 0:
            if self._owner[:] != [os.getpid(), threading.get_native_id()]:
                raise AssertionError("attempt to release a lock not owned by thread")
            self._owner[:] = [0, 0]
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


RLock = CONTEXT.RLock  # nothing is wrong with this one
