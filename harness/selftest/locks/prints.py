"""Correct, but talkative: every call prints 100 lines. No answer of the lock may drown in them."""

from __future__ import annotations

import multiprocessing
from multiprocessing import synchronize

CONTEXT = multiprocessing.get_context("spawn")  # its locks pass to processes of every start method


def chatter(call: str) -> None:
    for line in range(100):
        print(f"{call}: {line} of 100, none of it of any use to anybody", flush=True)


class Lock:
    def __init__(self) -> None:
        self._lock: synchronize.Lock | synchronize.RLock = CONTEXT.Lock()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        chatter("acquire")
        return self._lock.acquire(block, timeout)

    def release(self) -> None:
        chatter("release")
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    def __init__(self) -> None:
        self._lock = CONTEXT.RLock()
