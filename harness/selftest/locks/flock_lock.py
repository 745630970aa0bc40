"""Correct, but unusual: the lock is a byte of a file in memory, guarded by flock, and who waits polls.

A flock belongs to an open file, which a forked child shares, so every look at the byte opens the file anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing.context
import multiprocessing.reduction
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

POLL_SECONDS = 0.001


class Lock:
    def __init__(self) -> None:
        self._file = os.memfd_create("flock_lock")
        os.write(self._file, b"0")

    def __del__(self) -> None:
        os.close(self._file)

    def __getstate__(self) -> Any:
        multiprocessing.context.assert_spawning(self)
        return multiprocessing.reduction.DupFd(self._file)

    def __setstate__(self, file: Any) -> None:
        self._file = file.detach()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[int]:
        own = os.open(f"/proc/self/fd/{self._file}", os.O_RDWR)
        try:
            fcntl.flock(own, fcntl.LOCK_EX)
            yield own
        finally:
            fcntl.flock(own, fcntl.LOCK_UN)  # a child forked just now may keep the file open
            os.close(own)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + max(0.0, timeout)
        while True:
            with self._guarded() as file:
                if os.pread(file, 1, 0) == b"0":
                    os.pwrite(file, b"1", 0)
                    return True
            remaining = POLL_SECONDS if deadline is None else deadline - time.monotonic()
            if not block or not remaining > 0:
                return False
            time.sleep(min(remaining, POLL_SECONDS))

    def release(self) -> None:
        with self._guarded() as file:
            if os.pread(file, 1, 0) == b"0":
                raise ValueError("semaphore or lock released too many times")
            os.pwrite(file, b"0", 0)

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
