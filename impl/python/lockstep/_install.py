"""Lockstep's locks under multiprocessing itself.

multiprocessing makes its locks in three places, and each gives ours from then on: ``synchronize.Lock`` and ``RLock``,
of which it makes an object for ``Lock()`` and ``RLock()``; their base class, for classes derived from them and whatever
else counts to 1; and the type ``SemLock`` of the module ``_multiprocessing``, for all that counts further.

The names of these classes stay theirs, since other modules may have imported them before.
"""

from __future__ import annotations

import _multiprocessing
import runpy
from multiprocessing import context, spawn, synchronize
from pathlib import Path
from typing import Any

from lockstep._lockstep import Lock, RLock, SemLock

_OURS: Any = {0: RLock, 1: Lock}  # by multiprocessing's numbers RECURSIVE_MUTEX and SEMAPHORE


class _ChildInstalls:
    """An object that, when a child loads it, installs there what is installed here."""

    def __reduce__(self) -> Any:
        # A path, because the child has not been told yet where to look for modules.
        return runpy.run_path, (str(Path(__file__).with_name("_child.py")),)


def _make_class_give(theirs: Any, ours: Any) -> None:
    """Let a call of multiprocessing's class, but not of one derived from it, return one of our locks."""

    def new(cls: Any, *arguments: Any, **keywords: Any) -> Any:
        if cls is theirs and not arguments and [*keywords] == ["ctx"]:
            return ours(**keywords)
        return object.__new__(cls)  # Its __init__ complains of the arguments, or unpickling does without.

    theirs.__new__ = new


def _replace_base_class() -> None:
    base: Any = synchronize.SemLock
    their_init, their_getstate, their_setstate = base.__init__, base.__getstate__, base.__setstate__

    def init(self: Any, kind: int, value: int, maxvalue: int, *, ctx: Any) -> None:
        if maxvalue != 1 or value != 1 or kind not in _OURS:
            their_init(self, kind, value, maxvalue, ctx=ctx)
            return
        self._semlock = _OURS[kind](ctx=ctx)
        self._is_fork_ctx = self._semlock._is_fork_ctx
        self._make_methods()

    def getstate(self: Any) -> Any:
        if not isinstance(self._semlock, (Lock, RLock)):
            return their_getstate(self)
        context.assert_spawning(self)
        return (self._semlock,)

    def setstate(self: Any, state: Any) -> None:
        if len(state) > 1:
            their_setstate(self, state)
            return
        (self._semlock,) = state
        self._is_fork_ctx = False
        self._make_methods()

    base.__init__, base.__getstate__, base.__setstate__ = init, getstate, setstate


def _reach_children() -> None:
    theirs = spawn.get_preparation_data

    def get_preparation_data(name: str) -> Any:
        """What a spawned process gets from this one before anything else."""
        data: Any = theirs(name)
        data["lockstep"] = _ChildInstalls()
        return data

    spawn.get_preparation_data = get_preparation_data


def install() -> None:
    """Let multiprocessing make Lockstep's locks from now on, in this process and in those that it starts.

    It may be called at any time, and again. Objects made before keep working as they are. It can't be undone: what was
    made in between could not be sent to a child any more.
    """
    stand_in: Any = _multiprocessing
    if stand_in.SemLock is SemLock:
        return
    stand_in.SemLock = SemLock
    _make_class_give(synchronize.Lock, Lock)
    _make_class_give(synchronize.RLock, RLock)
    _replace_base_class()
    _reach_children()
