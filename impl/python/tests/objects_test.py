"""What a lock object is: owner, repr, attributes, life and death."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from typing import Any

import lockstep
import pytest
from lockstep._lockstep import SemLock

from .support import in_thread, outcome, raw_fork


@pytest.fixture(params=["Lock", "RLock"])
def lock(request: Any) -> Any:
    return getattr(lockstep, request.param)()


def test_repr_of_a_lock_names_its_owner() -> None:
    lock = lockstep.Lock()
    assert repr(lock) == "<Lock(owner=None)>"
    with lock:
        assert repr(lock) == "<Lock(owner=MainProcess)>"
        assert in_thread(repr, lock) == "<Lock(owner=SomeOtherThread)>"
    in_thread(lock.acquire)
    assert repr(lock) == "<Lock(owner=SomeOtherThread)>"
    lock.release()
    assert in_thread(lambda: (lock.acquire(), repr(lock))[1], name="T1") == "<Lock(owner=MainProcess|T1)>"


def test_repr_of_an_rlock_names_its_owner_and_depth() -> None:
    lock = lockstep.RLock()
    assert repr(lock) == "<RLock(None, 0)>"
    with lock, lock:
        assert repr(lock) == "<RLock(MainProcess, 2)>"
        assert in_thread(repr, lock) == "<RLock(SomeOtherThread, nonzero)>"
    assert in_thread(lambda: (lock.acquire(), repr(lock))[1], name="T1") == "<RLock(MainProcess|T1, 1)>"


def test_repr_never_raises() -> None:
    class Broken(lockstep.Lock):
        def _get_value(self) -> Any:
            raise OSError

    class BrokenR(lockstep.RLock):
        def _is_mine(self) -> Any:
            raise OSError

    assert repr(Broken()) == "<Broken(owner=unknown)>"
    assert repr(BrokenR()) == "<BrokenR(unknown, unknown)>"


def test_after_a_release_elsewhere_a_free_lock_has_no_owner() -> None:
    lock = lockstep.Lock()
    lock.acquire()
    assert raw_fork(lambda: (outcome(lock.release), lock._count()) == (None, -1))
    assert repr(lock) == "<Lock(owner=None)>"
    assert (lock._count(), lock._is_mine()) == (1, True)
    lock.acquire()
    lock.release()
    assert lock._count() == 1


def test_a_releaser_in_debt_owns_nothing_it_acquires() -> None:
    lock = lockstep.Lock()
    lock.acquire()

    def owe_then_acquire() -> Any:
        lock.release()
        lock.acquire()
        return (lock._count(), lock._is_mine(), repr(lock)) == (0, False, "<Lock(owner=SomeOtherProcess)>")

    assert raw_fork(owe_then_acquire)


def test_a_raw_fork_owns_neither(lock: Any) -> None:
    lock.acquire()
    assert raw_fork(lambda: (lock._is_mine(), lock._count(), lock.acquire(False)) == (False, 0, False))
    name = type(lock).__name__
    shown = {"Lock": "<Lock(owner=SomeOtherProcess)>", "RLock": "<RLock(SomeOtherProcess, nonzero)>"}[name]
    assert raw_fork(lambda: repr(lock) == shown)
    assert lock._is_mine()
    lock.release()
    assert lock._get_value() == 1


def test_a_raw_fork_cannot_release_an_rlock() -> None:
    lock = lockstep.RLock()
    lock.acquire()
    complaint = "AssertionError: attempt to release recursive lock not owned by thread"
    assert raw_fork(lambda: outcome(lock.release) == complaint)
    assert lock._count() == 1


def test_a_thread_that_reuses_an_id_does_not_own_what_a_dead_one_held() -> None:
    lock = lockstep.RLock()
    owner = in_thread(lambda: (lock.acquire(), threading.get_ident())[1])

    def stranger() -> Any:
        assert not lock._is_mine()
        assert lock.acquire(False) is False
        return threading.get_ident()

    assert any(in_thread(stranger) == owner for _ in range(1000)), "no id was reused: nothing was tested"
    assert repr(lock) == "<RLock(SomeOtherThread, nonzero)>"


def test_recursion_goes_deep() -> None:
    lock = lockstep.RLock()
    for _ in range(100_000):
        lock.acquire()
    assert lock._count() == 100_000
    assert lock._get_value() == 0
    for _ in range(100_000):
        lock.release()
    assert lock._get_value() == 1


def test_an_owned_rlock_does_not_look_at_the_timeout() -> None:
    with lockstep.RLock() as entered:
        assert entered is True
    lock: Any = lockstep.RLock()
    lock.acquire()
    assert lock.acquire(True, "x") is True
    assert lock.acquire(False, 10**400) is True
    assert lock._count() == 3


def test_locked(lock: Any) -> None:
    assert lock.locked() is False
    with lock:
        assert lock.locked() is True
    assert lock.locked() is False


def test_a_with_statement_passes_exceptions_on(lock: Any) -> None:
    with pytest.raises(KeyError), lock:
        raise KeyError
    assert not lock.locked()


def test_releasing_within_a_with_statement() -> None:
    lock = lockstep.Lock()

    def release_within() -> None:
        with lock:
            lock.release()
            raise KeyError

    with pytest.raises(ValueError, match="released too many times") as caught:
        release_within()
    assert isinstance(caught.value.__context__, KeyError)


def test_attributes_are_free_and_die_with_the_lock(lock: Any) -> None:
    class Thing:
        pass

    lock.thing = Thing()
    lock.itself = lock
    thing = weakref.ref(lock.thing)
    assert set(lock.__dict__) == {"thing", "itself"}
    dead = weakref.ref(lock)
    found = dead() is lock
    assert found
    del lock.itself
    del lock.thing
    assert thing() is None


@pytest.mark.parametrize("kind", [lockstep.Lock, lockstep.RLock])
def test_cycles_are_collected(kind: Any) -> None:
    lock = kind()
    lock.itself = lock
    dead = weakref.ref(lock)
    del lock
    gc.collect()
    assert dead() is None


@pytest.mark.parametrize("kind", [lockstep.Lock, lockstep.RLock])
def test_subclasses_override(kind: Any) -> None:
    class Named(kind):  # type: ignore[misc]
        def __init__(self, name: str) -> None:
            super().__init__()
            self.label = name

        def acquire(self, *arguments: Any) -> Any:
            return (self.label, super().acquire(*arguments))

    lock = Named("a")
    assert lock.acquire(False) == ("a", True)
    assert lock._semlock is lock
    assert type(lock).__name__ in repr(lock)


def test_handles_are_slots_of_their_own() -> None:
    locks = [lockstep.Lock() for _ in range(20_000)]
    handles = {lock._semlock.handle for lock in locks}
    assert len(handles) == len(locks)
    assert all(handle % 64 == 0 for handle in handles)


def test_a_slot_comes_back_as_a_free_lock() -> None:
    lock = lockstep.Lock()
    lock.acquire()
    handle = lock.handle
    del lock
    again = lockstep.Lock()
    assert again.handle == handle
    assert (again.locked(), again._count()) == (False, 0)


def test_after_fork_forgets(lock: Any) -> None:
    lock.acquire()
    lock._semlock._after_fork()
    assert (lock._count(), lock._is_mine(), lock._get_value()) == (0, False, 0)


def used_often(kind: int) -> None:
    for _ in range(1000):
        lock = SemLock(kind, 1, 1, "/lockstep-test", True)
        for _ in range(10):
            lock.acquire()
            lock.release()


@pytest.mark.parametrize("kind", [0, 1])
def test_a_lock_that_is_used_often_leaves_nothing_behind(kind: int) -> None:
    used_often(kind)
    before = sys.getallocatedblocks()
    used_often(kind)
    assert sys.getallocatedblocks() - before < 100
