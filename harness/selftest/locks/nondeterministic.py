"""Broken: bare semaphores, and in every process a thread that releases them whenever it likes.

Nothing about it can be repeated: `replay` must say so, and not take it for a divergence that can be shown.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from multiprocessing.synchronize import Lock as Semaphore

LOCKS: list[Semaphore] = []


def make_lock() -> Semaphore:
    LOCKS.append(multiprocessing.Lock())
    return LOCKS[-1]


def release_at_random() -> None:
    while True:
        for lock in LOCKS:
            try:
                lock.release()
            except ValueError:
                time.sleep(0.0001)


Lock = make_lock
os.register_at_fork(after_in_child=lambda: threading.Thread(target=release_at_random, daemon=True).start())
