"""multiprocessing's contexts, with the locks replaced.

What multiprocessing builds on locks (queues, pools, conditions) asks its context for them, and so gets these too.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing import context
from typing import Any

from lockstep._lockstep import Lock, RLock


class _Locks:
    """What differs from the context of the same start method."""

    # Built in, because a method in Python takes longer than all that it does.
    Lock: Any = Lock._make
    RLock: Any = RLock._make

    def get_context(self, method: Any = None) -> Any:
        return self if method is None else get_context(method)


class ForkContext(_Locks, context.ForkContext):
    """Locks for forked processes."""

    Lock: Any = Lock._make_for_fork
    RLock: Any = RLock._make_for_fork


class SpawnContext(_Locks, context.SpawnContext):
    """Locks that can be sent to spawned processes."""


class ForkServerContext(_Locks, context.ForkServerContext):
    """Locks that can be sent to the processes of a fork server."""


_CONTEXTS = {"fork": ForkContext(), "spawn": SpawnContext(), "forkserver": ForkServerContext()}


def get_context(method: str | None = None) -> Any:
    """Return the context of a start method, or of multiprocessing's default one.

    Raises ValueError, as multiprocessing does, for a method that is unknown or not available.
    """
    return _CONTEXTS[multiprocessing.get_context(method).get_start_method()]
