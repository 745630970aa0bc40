"""What a program or the system may do wrong: a clear error, never a crash and never a hang."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import struct
import subprocess
import sys
from typing import Any

import lockstep
import pytest

from .support import outcome, run_python

ARENA_SIZE = 1 << 20


@pytest.fixture(params=["Lock", "RLock"])
def kind(request: Any) -> Any:
    return getattr(lockstep, request.param)


def memory_file(size: int) -> int:
    descriptor = os.memfd_create("test")
    os.ftruncate(descriptor, size)
    return descriptor


def test_what_is_no_arena_is_refused(kind: Any) -> None:
    for descriptor in (memory_file(0), memory_file(64), memory_file(ARENA_SIZE - 1), os.open("/dev/null", os.O_RDWR)):
        assert "Invalid argument" in outcome(kind._attach, descriptor, 0)
        os.close(descriptor)
    receiver, sender = os.pipe()
    assert "Invalid argument" in outcome(kind._attach, receiver, 0)
    os.close(receiver)
    os.close(sender)
    assert "Bad file descriptor" in outcome(kind._attach, receiver, 0)


def test_an_arena_that_could_be_cut_short_is_refused(kind: Any) -> None:
    descriptor = memory_file(ARENA_SIZE)
    assert "Invalid argument" in outcome(kind._attach, descriptor, 0)
    os.close(descriptor)


def test_a_process_can_not_cut_an_arena_short(kind: Any) -> None:
    descriptor, _ = kind()._export()
    assert "Operation not permitted" in outcome(os.ftruncate, descriptor, 0)


def test_an_arena_that_can_not_be_written_is_refused() -> None:
    descriptor, _ = lockstep.Lock()._export()
    unwritable = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY)
    # In a fresh process: in this one the file is mapped already.
    code = """
import lockstep, sys
try:
    lockstep.Lock._attach(int(sys.argv[1]), 0)
except OSError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(unwritable)], pass_fds=[unwritable], capture_output=True, text=True, check=True
    )
    os.close(unwritable)
    assert done.stdout == "[Errno 13] Permission denied\n"


@pytest.mark.parametrize("offset", [-64, 1, 63, ARENA_SIZE, ARENA_SIZE + 64, 2**62, -(2**63)])
def test_an_offset_that_is_no_slot_is_refused(kind: Any, offset: int) -> None:
    descriptor, _ = kind()._export()
    assert "Invalid argument" in outcome(kind._attach, descriptor, offset)


@pytest.mark.parametrize("arguments", [(), (0,), ("x", 0), (0, "x"), (0, 0, 0), (2**40, 0), (0, 2**70), (None, None)])
def test_arguments_of_the_wrong_kind_are_refused(kind: Any, arguments: Any) -> None:
    assert outcome(kind._attach, *arguments).split(":")[0] in ("TypeError", "OverflowError")


def scribble(lock: Any, words: list[int]) -> None:
    """Overwrite a lock's slot, as a stray pointer of another process would."""
    descriptor, offset = lock._export()
    with mmap.mmap(descriptor, ARENA_SIZE) as arena:
        arena[offset : offset + 4 * len(words)] = struct.pack(f"{len(words)}I", *words)


@pytest.mark.parametrize("word", [1, 0x1FFFFFFF, 0x40000000, 0xFFFFFFFF, os.getpid()])
@pytest.mark.parametrize("rest", [0, 1, 0xFFFFFFFF])
def test_an_overwritten_lock_is_held_and_can_be_released(word: int, rest: int) -> None:
    lock = lockstep.Lock()
    scribble(lock, [word, rest, rest, rest])
    assert (lock.locked(), lock.acquire(False), lock.acquire(timeout=0.001)) == (True, False, False)
    assert "SomeOtherProcess" in repr(lock)
    lock.release()
    assert lock.acquire(timeout=1000) is True
    lock.release()


def test_an_overwritten_rlock_has_no_owner_here() -> None:
    lock = lockstep.RLock()
    scribble(lock, [0xFFFFFFFF] * 4)
    assert (lock.acquire(False), lock.acquire(timeout=0.001)) == (False, False)
    assert outcome(lock.release).startswith("AssertionError")


def test_a_held_lock_that_was_overwritten_as_free_complains(kind: Any) -> None:
    lock = kind()
    lock.acquire()
    scribble(lock, [0, 0, 0, 0])
    assert outcome(lock.release) == "ValueError: semaphore or lock released too many times"


def test_without_file_descriptors_no_arena_is_made_and_later_one_is() -> None:
    code = """
import lockstep, os, resource
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (32, hard))
taken = []
try:
    while True:
        taken.append(os.dup(0))
except OSError:
    pass
try:
    lockstep.Lock()
except OSError as error:
    print(error)
os.close(taken.pop())
lock = lockstep.Lock()
locks = [lockstep.Lock() for _ in range(100)]
try:
    locks += [lockstep.Lock() for _ in range(20000)]
except OSError as error:
    print(error)
print(lock.acquire(), lock.release(), locks[99].acquire())
"""
    wanted = ["[Errno 24] Too many open files"] * 2 + ["True None True"]
    assert run_python("-c", code).splitlines() == wanted


def test_without_memory_no_arena_is_made_and_the_others_live_on() -> None:
    code = """
import lockstep, resource
lock = lockstep.Lock()
repr(lock)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 19), resource.getrlimit(resource.RLIMIT_AS)[1]))
made = []
try:
    while True:
        made.append(lockstep.Lock())
except (OSError, MemoryError) as error:
    print(type(error).__name__)
print(lock.acquire(), lock.release())
"""
    lines = run_python("-c", code).splitlines()
    assert lines[0] in ("OSError", "MemoryError")
    assert lines[1:] == ["True None"]


def send_dead_descriptor(method: str) -> Any:
    context: Any = lockstep.get_context(method)
    lock = context.Lock()
    process = context.Process(target=print, args=(Stale(lock),))
    process.start()
    process.join(60)
    return process.exitcode


class Stale:
    """Pickled as a lock whose file is not where the child looks for it."""

    def __init__(self, lock: Any) -> None:
        self.lock = lock

    def __reduce__(self) -> Any:
        return type(self.lock)._attach, (1000, 0)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_lock_whose_arena_is_gone_is_an_error_in_the_child(method: str, capfd: Any) -> None:
    assert send_dead_descriptor(method) == 1
    assert "OSError: [Errno 9] Bad file descriptor" in capfd.readouterr().err


FORK_IN_EVERY_ORDER = """
import gc, os, sys, lockstep
sys.stdout.reconfigure(line_buffering=True)
order = sys.argv[1]
locks = [kind() for kind in (lockstep.Lock, lockstep.RLock) for _ in range(100)]
for lock in locks[::3]:
    lock.acquire()
if "free" in order:
    del locks[50:150]
    gc.collect()
pid = os.fork()
if pid == 0 and "again" in order:
    pid = os.fork()
    if pid:
        os._exit(os.waitpid(pid, 0)[1] and 1)
if pid == 0:
    mine = [lockstep.Lock() for _ in range(300)]
    addresses = {lock.handle for lock in mine} | {lock.handle for lock in locks}
    good = len(addresses) == len(mine) + len(locks) and not any(lock.locked() for lock in mine)
    good = good and not any(lock._is_mine() for lock in locks)
    del locks
    gc.collect()
    mine += [lockstep.RLock() for _ in range(300)]
    os._exit(0 if good and all(lock.acquire(False) for lock in mine) else 1)
if "parent" in order:
    held = [lock._is_mine() for lock in locks]
    locks = locks[:10]
    locks += [lockstep.Lock() for _ in range(300)]
print(os.waitpid(pid, 0)[1], sum(lock._is_mine() for lock in locks[:10]))
"""


@pytest.mark.parametrize("order", ["", "free", "again", "parent", "free again", "free parent", "free again parent"])
def test_locks_of_before_a_fork_and_of_after_it_are_apart(order: str) -> None:
    assert run_python("-c", FORK_IN_EVERY_ORDER, order).split() == ["0", "4"]


@pytest.mark.parametrize(
    "state", [(), (0, 1, 1), (0, 1, 1, None), (0, 9, 1, "/x"), (0, 1, 1, "/no-such-name"), (0, 1, 1, 5)]
)
def test_a_semaphore_is_not_rebuilt_from_nonsense(state: Any) -> None:
    from lockstep._lockstep import SemLock  # noqa: PLC0415 - it is not for users

    assert outcome(SemLock._rebuild, *state).split(":")[0] in (
        "TypeError",
        "RuntimeError",
        "ValueError",
        "FileNotFoundError",
    )


def test_a_file_that_is_no_semaphore_is_refused() -> None:
    from lockstep._lockstep import SemLock  # noqa: PLC0415 - it is not for users

    name = f"lockstep-test-{os.getpid()}"
    with open(f"/dev/shm/sem.{name}", "w") as file:
        file.write("short")
    try:
        assert outcome(SemLock._rebuild, 0, 1, 1, name) == "OSError: [Errno 22] Invalid argument"
        assert outcome(SemLock, 1, 1, 1, name, True).startswith("FileExistsError")
    finally:
        os.unlink(f"/dev/shm/sem.{name}")


def test_a_context_that_is_none_is_refused(kind: Any) -> None:
    assert outcome(kind, ctx=5).startswith("AttributeError")
    assert outcome(kind, 5).startswith("TypeError")
    assert outcome(kind, x=5).startswith("TypeError")
    assert outcome(kind.__new__, int).startswith("TypeError")
    assert outcome(kind.acquire, multiprocessing).startswith("TypeError")
