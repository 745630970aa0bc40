"""Correct, but unusual: the lock is a pipe that holds a packet while it is free.

The pipe has room for one packet only (O_DIRECT keeps packets apart, one to a page), so of two releases that race the
kernel refuses one: no look before the write could be as exact.
"""

from __future__ import annotations

import math
import multiprocessing.context
import multiprocessing.reduction
import os
import select
import threading
import time
from fcntl import fcntl
from typing import Any

F_SETPIPE_SZ = 1031  # `fcntl` has the name from 3.10
LONGEST_WAIT = 3600.0  # of one poll, in seconds; there are timeouts that no system call takes


class Lock:
    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC | os.O_DIRECT)
        fcntl(self._write_end, F_SETPIPE_SZ, os.sysconf("SC_PAGESIZE"))
        os.write(self._write_end, b"x")

    def __del__(self) -> None:
        os.close(self._read_end)
        os.close(self._write_end)

    def __getstate__(self) -> Any:
        multiprocessing.context.assert_spawning(self)
        return [multiprocessing.reduction.DupFd(end) for end in (self._read_end, self._write_end)]

    def __setstate__(self, ends: Any) -> None:
        self._read_end, self._write_end = (end.detach() for end in ends)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + max(0.0, timeout)
        poll = select.poll()
        poll.register(self._read_end, select.POLLIN)
        while True:
            try:
                return os.read(self._read_end, 1) == b"x"
            except BlockingIOError:
                remaining = LONGEST_WAIT if deadline is None else deadline - time.monotonic()
            if not block or not remaining > 0:
                return False
            poll.poll(None if deadline is None else math.ceil(min(remaining, LONGEST_WAIT) * 1000))

    def release(self) -> None:
        try:
            os.write(self._write_end, b"x")
        except BlockingIOError:
            raise ValueError("semaphore or lock released too many times") from None

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
