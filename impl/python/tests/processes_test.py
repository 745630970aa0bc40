"""Locks among processes: every start method, pickling, and sudden death."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from typing import Any

import lockstep
import pytest

from .support import await_asleep, await_sleepers, outcome

METHODS = ["fork", "spawn", "forkserver"]
KINDS = ["Lock", "RLock"]


@pytest.fixture(params=METHODS)
def context(request: Any) -> Any:
    return lockstep.get_context(request.param)


def run(context: Any, function: Any, *arguments: Any) -> Any:
    """What a function returns in a child of the context."""
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=send_answer, args=(sender, function, arguments))
    child.start()
    sender.close()
    answer = receiver.recv()
    child.join()
    assert child.exitcode == 0
    return answer


def send_answer(sender: Any, function: Any, arguments: Any) -> None:
    sender.send(function(*arguments))


def books(lock: Any) -> Any:
    return lock._get_value(), lock._count(), lock._is_mine(), lock.kind, lock.maxvalue, lock.name


def look_from_outside(lock: Any) -> Any:
    return books(lock), lock.acquire(False), lock.acquire(timeout=0.01), outcome(lock.release)


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_does_not_own_what_its_parent_holds(context: Any, kind: Any) -> None:
    lock = getattr(context, kind)()
    lock.acquire()
    released = None if kind == "Lock" else "AssertionError: attempt to release recursive lock not owned by thread"
    expected = ((0, 0, False, lock.kind, 1, None), False, False, released)
    assert run(context, look_from_outside, lock) == expected
    assert lock._get_value() == (1 if kind == "Lock" else 0)


def hold_and_exit(lock: Any) -> Any:
    return lock.acquire(), lock.acquire(False) if lock.kind == 0 else True, lock._count()


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_outlives_its_holder(context: Any, kind: Any) -> None:
    lock = getattr(context, kind)()
    assert run(context, hold_and_exit, lock) == (True, True, 2 if kind == "RLock" else 1)
    assert lock.acquire(False) is False
    assert (lock._count(), lock.locked()) == (0, True)


def increment(lock: Any, counter: Any, turns: int) -> None:
    for _ in range(turns):
        with lock:
            counter.value += 1


@pytest.mark.parametrize("kind", KINDS)
def test_increments_do_not_get_lost(context: Any, kind: Any) -> None:
    lock = getattr(context, kind)()
    counter = context.Value("i", 0, lock=False)
    children = [context.Process(target=increment, args=(lock, counter, 2000)) for _ in range(2)]
    for child in children:
        child.start()
    increment(lock, counter, 2000)
    for child in children:
        child.join()
    assert counter.value == 6000


def descriptors_of(locks: Any) -> Any:
    for lock in locks:
        lock.release()
    return len({lock._export()[0] for lock in locks}), len({lock.handle for lock in locks})


def test_many_locks_travel_in_one_file(context: Any) -> None:
    locks = [context.Lock() for _ in range(1000)]
    for lock in locks:
        lock.acquire()
    files, handles = run(context, descriptors_of, locks)
    assert files <= 2
    assert handles == 1000
    assert not any(lock.locked() for lock in locks)


def relay(lock: Any, method: Any) -> Any:
    return run(lockstep.get_context(method), look_from_outside, lock)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_passes_a_lock_on(method: Any) -> None:
    context = lockstep.get_context(method)
    lock = context.RLock()
    lock.acquire()
    assert run(context, relay, lock, method)[1:3] == (False, False)


def own_and_fork(lock: Any) -> Any:
    lock.acquire()
    child = run(lockstep.get_context("fork"), look_from_outside, lock)
    return child[1], child[3], lock._is_mine(), lock.release(), lock._get_value()


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_fork_below_a_spawned_owner_owns_nothing(method: Any) -> None:
    context = lockstep.get_context(method)
    complaint = "AssertionError: attempt to release recursive lock not owned by thread"
    assert run(context, own_and_fork, context.RLock()) == (False, complaint, True, None, 1)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_lock_of_a_fork_context_is_not_sent_to_a_spawned_process(method: Any) -> None:
    lock = lockstep.get_context("fork").Lock()
    process = lockstep.get_context(method).Process(target=books, args=(lock,))
    theirs = multiprocessing.get_context("fork").Lock()
    their_process = multiprocessing.get_context(method).Process(target=books, args=(theirs,))
    assert outcome(process.start).startswith("RuntimeError: A SemLock created in a fork context is being shared")
    if sys.version_info >= (3, 12):
        assert outcome(process.start) == outcome(their_process.start)


def test_a_lock_of_a_spawn_context_may_be_forked() -> None:
    lock = lockstep.get_context("spawn").Lock()
    lock.acquire()
    assert run(lockstep.get_context("fork"), look_from_outside, lock)[1] is False


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_lock_that_only_the_child_refers_to_lives_on(method: Any) -> None:
    context = lockstep.get_context(method)
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=send_answer, args=(sender, books, (context.Lock(),)))
    child.start()
    assert receiver.recv()[0] == 1
    child.join()


def wait_for(lock: Any) -> None:
    lock.acquire()
    lock.release()


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_waiter_takes_nothing_with_it(kind: Any) -> None:
    context: Any = lockstep.get_context("fork")
    lock = getattr(context, kind)()
    lock.acquire()
    victim = context.Process(target=wait_for, args=(lock,))
    victim.start()
    await_sleepers(lock, 1)
    await_asleep(victim.pid)
    second = context.Process(target=wait_for, args=(lock,))
    second.start()
    await_sleepers(lock, 2)
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    lock.release()
    second.join()
    assert second.exitcode == 0
    assert lock.acquire(False) is True


def hold_for_ever(lock: Any, connection: Any) -> None:
    lock.acquire()
    connection.send(True)
    signal.pause()


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_holder_keeps_the_lock(kind: Any) -> None:
    context: Any = lockstep.get_context("fork")
    lock = getattr(context, kind)()
    receiver, sender = context.Pipe(duplex=False)
    holder = context.Process(target=hold_for_ever, args=(lock, sender))
    holder.start()
    receiver.recv()
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    assert lock.acquire(timeout=0.01) is False
    assert "SomeOtherProcess" in repr(lock)
    if kind == "Lock":
        lock.release()
        assert lock._count() == -1
        assert lock.acquire(False) is True


def double(number: int) -> Any:
    return 2 * number


def test_what_multiprocessing_builds_on_locks_works(context: Any) -> None:
    with context.Pool(2) as pool:
        assert pool.map(double, range(20)) == [2 * i for i in range(20)]
    queue = context.Queue()
    queue.put("item")
    assert queue.get() == "item"
    queue.close()
    queue.join_thread()
    condition = context.Condition()
    with condition:
        assert condition.wait(0.01) is False
    assert isinstance(condition._lock, lockstep.RLock)


def test_contexts_are_those_of_multiprocessing() -> None:
    method: Any
    for method in METHODS:
        context = lockstep.get_context(method)
        assert context.get_start_method() == method
        assert context.Process is multiprocessing.get_context(method).Process
        assert context.get_context() is context
        assert context.get_context("fork") is lockstep.get_context("fork")
        assert lockstep.Lock(ctx=context)._is_fork_ctx == (method == "fork")
    assert lockstep.get_context().get_start_method() == multiprocessing.get_start_method()
    assert outcome(lockstep.get_context, "bogus") == "ValueError: cannot find context for 'bogus'"
