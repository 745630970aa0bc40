"""The programs of ``install_test.py``: each function is one, run as a script, and prints what it saw."""

from __future__ import annotations

import sys
from typing import Any

if sys.argv[1:] == ["imported", "after"]:
    import multiprocessing.synchronize

import _multiprocessing
import multiprocessing
import os
import pickle
import re
import weakref

THEIR_SEM_LOCK = _multiprocessing.SemLock

import lockstep  # noqa: E402 - what is stock is noted before
from lockstep._lockstep import SemLock  # noqa: E402

if "stock" not in sys.argv and "made_before" not in sys.argv and "hidden_package" not in sys.argv:
    lockstep.install()

from multiprocessing import spawn, synchronize  # noqa: E402


class Derived(synchronize.Lock):
    """A class of a user's."""


def outcome(function: Any, *arguments: Any, **keywords: Any) -> Any:
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def shown(value: Any) -> str:
    """A value as a line, without what differs between two runs: addresses."""
    return re.sub(r"0x[0-9a-f]+", "0x", str(value))


def ask_child(method: str, function: Any, *arguments: Any) -> Any:
    """What a function returns in a child."""
    context: Any = multiprocessing.get_context(method)
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=answer, args=(sender, function, arguments))
    child.start()
    sender.close()
    received = receiver.recv()
    child.join()
    return received


def answer(sender: Any, function: Any, arguments: Any) -> None:
    sender.send(function(*arguments))


def types_here() -> str:
    context = multiprocessing.get_context()
    semaphore: Any = context.Semaphore()
    names = type(context.Lock()).__module__, type(context.RLock()).__module__
    return f"{names[0]} {names[1]} {type(semaphore._semlock).__name__ if is_ours() else 'stock'}"


def is_ours() -> bool:
    return _multiprocessing.SemLock is SemLock


def types_below(method: str) -> list[str]:
    return [types_here(), ask_child(method, types_here)]


def in_a_child(method: str) -> list[str]:
    return ask_child(method, types_below, method)  # type: ignore[no-any-return]


def exclude(method: str) -> list[str]:
    context: Any = multiprocessing.get_context(method)
    lines = []
    for lock in (context.Lock(), context.RLock(), Derived(ctx=context), context.BoundedSemaphore(1)):
        lock.acquire()
        free_while_held = ask_child(method, lock_is_free, lock)
        lock.release()
        lines.append(f"{type(lock).__name__} {free_while_held} {ask_child(method, lock_can_be_had, lock)}")
    return lines


def lock_is_free(lock: Any) -> bool:
    return lock.acquire(False)  # type: ignore[no-any-return]


def lock_can_be_had(lock: Any) -> bool:
    return lock.acquire(timeout=1000)  # type: ignore[no-any-return]


def double(number: int) -> int:
    return 2 * number


def built_on_locks(method: str) -> list[Any]:
    context: Any = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        lines: list[Any] = [pool.map(double, range(3))]
    queue: Any = context.Queue()
    queue.put("item")
    lines.append(queue.get())
    event = context.Event()
    child = context.Process(target=event.set)
    child.start()
    lines.append(event.wait(1000))
    child.join()
    value: Any = context.Value("i", 0)
    for _ in range(3):
        child = context.Process(target=increment, args=(value,))
        child.start()
        child.join()
    return [*lines, value.value]


def increment(value: Any) -> None:
    with value.get_lock():
        value.value += 1


def hidden_package(folder: str) -> list[Any]:
    sys.path.remove(folder)
    del os.environ["PYTHONPATH"]
    lockstep.install()
    return [ask_child("spawn", type_of_lock)]


def type_of_lock() -> str:
    return type(multiprocessing.Lock()).__module__


def imported(_: str) -> list[bool]:
    lock = multiprocessing.Lock()
    rlock = multiprocessing.RLock()
    return [type(lock).__module__ == "lockstep", type(rlock).__module__ == "lockstep", is_ours()]


def twice() -> list[bool]:
    made = synchronize.Lock.__new__, synchronize.SemLock.__init__, spawn.get_preparation_data
    lockstep.install()
    return [made == (synchronize.Lock.__new__, synchronize.SemLock.__init__, spawn.get_preparation_data)]


def kinds() -> list[bool]:
    lock, rlock = multiprocessing.Lock(), multiprocessing.RLock()
    semaphore: Any = multiprocessing.Semaphore()
    derived: Any = Derived(ctx=multiprocessing.get_context())
    return [
        isinstance(lock, synchronize.Lock) and isinstance(lock, synchronize.SemLock),
        isinstance(rlock, synchronize.RLock) and isinstance(lock, lockstep.Lock),
        not isinstance(lock, synchronize.RLock),
        repr(derived) == "<Derived(owner=None)>" and isinstance(derived._semlock, lockstep.Lock),
        isinstance(semaphore._semlock, _multiprocessing.SemLock),
        synchronize.Lock.__enter__(lock) is True and repr(lock) == synchronize.Lock.__repr__(lock),
    ]


def complaints(_: str) -> list[str]:
    context: Any = multiprocessing.get_context("fork")
    lines = []
    for kind in (context.Lock, context.RLock, context.Semaphore, context.BoundedSemaphore):
        made = kind()
        lines += [outcome(made.acquire, "x"), outcome(made.acquire, 1, 2, 3), outcome(made.acquire, timeout="x")]
        lines += [outcome(made.release, 1), outcome(pickle.dumps, made), outcome(repr, made)]
    bounded = context.BoundedSemaphore(3)
    lines += [outcome(bounded.release), outcome(bounded.acquire), outcome(bounded.release), outcome(bounded.release)]
    lines += [outcome(synchronize.Lock), outcome(synchronize.Lock, 1), outcome(synchronize.RLock, x=1)]
    return [shown(line) for line in lines]


def made_before(method: str) -> list[str]:
    context: Any = multiprocessing.get_context(method)
    before, before_too = context.Lock(), Derived(ctx=context)
    lockstep.install()
    before.acquire()
    before_too.acquire()
    lines = [f"{ask_child(method, lock_is_free, before)} {ask_child(method, lock_is_free, before_too)}"]
    before.release()
    return [*lines, str(ask_child(method, lock_can_be_had, before))]


def made_for_forks(method: str) -> list[str]:
    fork: Any = multiprocessing.get_context("fork")
    elsewhere: Any = multiprocessing.get_context(method)
    made = [fork.Lock(), fork.RLock(), Derived(ctx=fork), fork.Semaphore()]
    if sys.version_info < (3, 12):
        made.pop()
    return [outcome(elsewhere.Process(target=lock_is_free, args=(one,)).start) for one in made]


def names() -> list[str]:
    name = f"/lockstep-test-{os.getpid()}"
    make = _multiprocessing.SemLock
    first = make(1, 1, 1, name, False)
    lines = [outcome(make, 1, 1, 1, name, unlink).split(":")[0] for unlink in (False, True)]
    second = make._rebuild(0, 1, 1, name)
    second.acquire()
    _multiprocessing.sem_unlink(name)
    return [*lines, first._get_value(), outcome(make._rebuild, 0, 1, 1, name).split(":")[0]]


def the_type(_: str) -> list[str]:
    make = _multiprocessing.SemLock
    name = f"lockstep-test-{os.getpid()}"
    wrong: list[Any] = [(), (2, 1, 1, name, True), (1, -1, 1, name, True), (1, 1, 1, "", True), (1, 1, 1, "/a/b", True)]
    wrong += [(1, 1, 1, "a" * length, True) for length in (252, 255, 256)]
    wrong += [(1, 1, 1, "a\0b", True), ("1", 1, 1, name, True), (1, 1, 1, name), (1, 1, 1, name, True, 1)]
    lines = [outcome(make, *arguments) for arguments in wrong]
    for arguments in [
        (0, 0, 1),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 1),
        (1, 3, 1),
        (1, 2, 5),
        (0, 2, 5),
        (1, 1, 0),
        (1, 0, -1),
    ]:
        made = make(*arguments, name, True)
        seen = [made.kind, made.maxvalue, made.name, made.acquire(False), made.acquire(False), made._get_value()]
        seen += [made._count(), made._is_mine(), made._is_zero(), outcome(made.release), outcome(made.release)]
        seen += [outcome(made.release), made._count(), outcome(made.__exit__, 1, 2, 3), outcome(made.release, 1)]
        seen += [made._after_fork(), made._count(), outcome(setattr, made, "kind", 1), outcome(setattr, made, "x", 1)]
        seen += [outcome(pickle.dumps, made), outcome(weakref.ref, made), repr(made)]
        lines += [f"{arguments} {one}" for one in seen]
    lines += [make.SEM_VALUE_MAX, make.__name__, make.__module__, type(make(1, 1, 1, name, True)) is make]
    lines.append(outcome(make._rebuild, 0, 1, 1, "/no-such-name"))
    return [shown(line) for line in lines]


def subclass() -> list[Any]:
    class Mine(SemLock):
        extra = 7

    mine: Any = Mine(1, 2, 3, f"lockstep-test-{os.getpid()}", True)
    mine.itself = mine
    return [type(mine) is Mine, mine._get_value(), mine.extra]


def names_of_locks() -> list[Any]:
    context: Any = multiprocessing.get_context("spawn")
    made: Any = context.Lock(), context.RLock(), Derived(ctx=context), context.BoundedSemaphore(1)
    return [lock._semlock.name for lock in made]


if __name__ == "__main__":
    for line in globals()[sys.argv[1]](*sys.argv[2:]):
        print(line)
