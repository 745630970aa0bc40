"""The parts of a lock that are not worth writing in C++: how it is shown, and how it travels."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from multiprocessing import context, process, reduction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lockstep._lockstep import Lock, RLock

_NOT_SUPPORTED = (
    "A SemLock created in a fork context is being shared with a process in a spawn context. "
    "This is not supported. Please use the same context to create multiprocessing objects and Process."
)


def is_fork_context(ctx: context.BaseContext | None) -> bool:
    """Whether locks of a context are for forked processes only.

    Asking settles which context is the default one, as it does in multiprocessing.
    """
    if ctx is None:
        ctx = multiprocessing.get_context()
    return ctx.get_start_method() == "fork"


def _this_thread() -> str:
    name = process.current_process().name
    thread = threading.current_thread().name
    return name if thread == "MainThread" else f"{name}|{thread}"


def describe_lock(lock: Lock) -> str:
    """The repr of a Lock. A free lock has no owner, even if this process never learnt that it was released."""
    try:
        if lock._get_value() == 1:
            name = "None"
        elif lock._is_mine():
            name = _this_thread()
        elif lock._count() > 0:
            name = "SomeOtherThread"
        else:
            name = "SomeOtherProcess"
    except Exception:  # A repr must not raise, whatever a subclass does.
        name = "unknown"
    return f"<{type(lock).__name__}(owner={name})>"


def describe_rlock(lock: RLock) -> str:
    """The repr of an RLock: its owner and how often it acquired the lock."""
    try:
        if lock._is_mine():
            name, count = _this_thread(), str(lock._count())
        elif lock._get_value() == 1:
            name, count = "None", "0"
        elif lock._count() > 0:
            name, count = "SomeOtherThread", "nonzero"
        else:
            name, count = "SomeOtherProcess", "nonzero"
    except Exception:  # A repr must not raise, whatever a subclass does.
        name, count = "unknown", "unknown"
    return f"<{type(lock).__name__}({name}, {count})>"


def class_of(lock: Lock | RLock) -> type:
    """The class that a lock passes for: multiprocessing's own of that name, where a program may have got hold of it.

    So isinstance() says of it what it says of multiprocessing's. A subclass passes for nothing but itself.
    """
    kind = type(lock)
    if kind.__module__ != "lockstep" or kind.__bases__ != (object,):
        return kind
    return getattr(sys.modules.get("multiprocessing.synchronize"), kind.__name__, kind)


def refuse_nameless() -> None:
    """What is inherited through a fork alone has no name by which a spawned process could find it."""
    raise RuntimeError(_NOT_SUPPORTED)


def reduce_lock(lock: Lock | RLock) -> tuple[Any, ...]:
    """Pickle a lock for the process that is being spawned: the file that it is in, and where.

    The child gets each file once, however many locks are in it. The table of what it gets stays with the Popen object,
    because the identity of another object could be that of an earlier child's.
    """
    context.assert_spawning(lock)
    if lock._is_fork_ctx:
        raise RuntimeError(_NOT_SUPPORTED)
    descriptor, offset = lock._export()
    inherited = context.get_spawning_popen().__dict__.setdefault("_lockstep_files", {})
    if descriptor not in inherited:
        inherited[descriptor] = reduction.DupFd(descriptor)
    return _rebuild, (type(lock), inherited[descriptor], offset)


def _rebuild(kind: Any, inherited: Any, offset: int) -> Any:
    return kind._attach(inherited.detach(), offset)
