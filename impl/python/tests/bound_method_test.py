"""What ``with`` looks up is bound in a way of our own: it must look like what the interpreter binds."""

import gc
import inspect
import types
import weakref
from typing import Any

import lockstep
import pytest

NAMES = ("__enter__", "__exit__")


@pytest.fixture(params=[lockstep.Lock, lockstep.RLock])
def lock(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_like_a_builtin_method(lock: Any, name: str) -> None:
    bound = getattr(lock, name)
    assert isinstance(bound, types.BuiltinMethodType)
    assert bound.__self__ is lock
    assert bound.__name__ == name
    assert bound.__doc__ == getattr(type(lock), name).__doc__
    assert repr(bound).startswith(f"<built-in method {name} of {type(lock).__name__} object at 0x")
    assert (
        list(inspect.signature(bound).parameters) == list(inspect.signature(getattr(type(lock), name)).parameters)[1:]
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_class_gives_the_method_itself(lock: Any, name: str) -> None:
    method = getattr(type(lock), name)
    assert isinstance(method, types.MethodDescriptorType)
    assert method.__objclass__ is type(lock)
    assert method.__get__(lock) == method.__get__(lock)


def test_called_by_the_class_it_does_the_same(lock: Any) -> None:
    assert type(lock).__enter__(lock) is True
    assert lock.locked()
    assert type(lock).__exit__(lock, None, None, None) is None
    assert not lock.locked()


def test_equal_is_what_is_bound_to_the_same_lock(lock: Any) -> None:
    other = type(lock)()
    assert lock.__enter__ == lock.__enter__
    assert hash(lock.__enter__) == hash(lock.__enter__)
    assert lock.__enter__ != other.__enter__
    assert lock.__enter__ != lock.__exit__
    assert lock.__enter__ != 3


def test_many_may_be_held_at_once() -> None:
    locks = [lockstep.Lock() for _ in range(100)]
    bound: list[Any] = [lock.__enter__ for lock in locks]
    for enter, lock in zip(bound, locks, strict=True):
        enter()
        assert lock.locked()
    assert all(enter.__self__ is lock for enter, lock in zip(bound, locks, strict=True))


def test_the_lock_dies_with_what_was_bound_to_it() -> None:
    lock = lockstep.Lock()
    gone = weakref.ref(lock)
    bound = lock.__enter__
    del lock
    assert gone() is not None
    del bound
    assert gone() is None


def test_a_lock_that_holds_its_own_method_is_collected() -> None:
    lock: Any = lockstep.Lock()
    lock.mine = lock.__enter__
    gone = weakref.ref(lock)
    del lock
    gc.collect()
    assert gone() is None


def test_a_derived_class_may_put_its_own_in_its_place() -> None:
    class Counting(lockstep.Lock):
        entered = 0

        def __enter__(self) -> bool:
            self.entered += 1
            return super().__enter__()

    lock = Counting()
    with lock:
        assert lock.locked()
    assert lock.entered == 1
    assert not lock.locked()


def test_it_binds_only_its_own_kind(lock: Any) -> None:
    with pytest.raises(TypeError, match="doesn't apply to"):
        vars(type(lock))["__enter__"].__get__(object())


def test_arguments_are_looked_at(lock: Any) -> None:
    with pytest.raises(TypeError):
        lock.__enter__(1)
    with pytest.raises(TypeError):
        lock.__exit__(None, None, None, None, x=1)
