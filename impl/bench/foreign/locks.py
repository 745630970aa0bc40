"""The locks that are compared, by name."""

from __future__ import annotations

import importlib.util
import multiprocessing
import threading
from typing import Any, Callable

import lockstep

posix_ipc: Any = importlib.import_module("posix_ipc") if importlib.util.find_spec("posix_ipc") else None


def posix_ipc_lock() -> Any:
    """Make a semaphore of posix_ipc that no other program sees."""
    semaphore = posix_ipc.Semaphore(None, posix_ipc.O_CREX, initial_value=1)
    semaphore.unlink()
    return semaphore


def makers() -> dict[str, Callable[[], Any]]:
    """Return what makes a lock, for each implementation; CPython's and the reference come first."""
    found: dict[str, Callable[[], Any]] = {
        "cpython": multiprocessing.get_context("fork").Lock,
        "lockstep": lockstep.get_context("fork").Lock,
        "threading": threading.Lock,
    }
    if posix_ipc is not None:
        found["posix_ipc"] = posix_ipc_lock
    return found


def recursive() -> dict[str, Callable[[], Any]]:
    """Return the makers of recursive locks."""
    return {
        "cpython": multiprocessing.get_context("fork").RLock,
        "lockstep": lockstep.get_context("fork").RLock,
        "threading": threading.RLock,
    }
