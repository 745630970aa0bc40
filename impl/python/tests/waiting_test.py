"""Waiting: who is woken, what ends it, and what signals do to it."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import lockstep
import pytest

from .support import await_sleepers, in_thread, run_python

MAIN = threading.get_ident()


@pytest.fixture(params=["Lock", "RLock"])
def lock(request: Any) -> Any:
    return getattr(lockstep, request.param)()


def acquire_elsewhere(lock: Any) -> Any:
    """Let another thread hold the lock; return what makes it release."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            release.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()

    def end() -> None:
        release.set()
        thread.join()

    return end


@pytest.mark.parametrize("timeout", [None, 1000, float("inf"), 2.0**63, 9.223372036854773760e18, 1e300])
def test_a_wait_ends_with_the_release(lock: Any, timeout: float | None) -> None:
    end = acquire_elsewhere(lock)
    answers = []
    waiter = threading.Thread(target=lambda: answers.append((lock.acquire(True, timeout), lock.release())))
    waiter.start()
    await_sleepers(lock, 1)
    assert answers == []
    end()
    waiter.join()
    assert answers == [(True, None)]
    assert lock._sleepers() == 0


def test_a_wait_is_not_cut_short(lock: Any) -> None:
    end = acquire_elsewhere(lock)
    begin = time.monotonic()
    assert lock.acquire(timeout=0.05) is False
    assert time.monotonic() - begin >= 0.05
    assert lock._sleepers() == 0
    end()


def test_the_holder_of_a_lock_waits_for_itself_in_vain() -> None:
    lock = lockstep.Lock()
    assert lock.acquire()
    assert lock.acquire(timeout=0.01) is False


class Handler:
    """A handler of SIGUSR1, which a thread sends to the main thread once that sleeps on the lock."""

    def __init__(self, lock: Any, action: Any) -> None:
        self.lock = lock
        self.action = action
        self.calls = 0

    def __call__(self, number: int, frame: Any) -> Any:
        self.calls += 1
        return self.action()

    def __enter__(self) -> Any:
        self.before = signal.signal(signal.SIGUSR1, self)
        self.sender = threading.Thread(target=self.send)
        self.sender.start()
        return self

    def send(self) -> None:
        await_sleepers(self.lock, 1)
        while self.calls == 0:
            signal.pthread_kill(MAIN, signal.SIGUSR1)
            os.sched_yield()

    def __exit__(self, *_: object) -> None:
        self.sender.join()
        signal.signal(signal.SIGUSR1, self.before)


def test_a_handler_runs_during_a_wait_and_the_deadline_is_kept(lock: Any) -> None:
    end = acquire_elsewhere(lock)
    begin = time.monotonic()
    with Handler(lock, lambda: None) as handler:
        assert lock.acquire(timeout=0.2) is False
    assert time.monotonic() - begin >= 0.2
    assert handler.calls > 0
    end()


def test_a_handler_may_release_what_is_waited_for() -> None:
    lock = lockstep.Lock()
    lock.acquire()
    actions = iter([lock.release])
    with Handler(lock, lambda: next(actions, lambda: None)()):
        assert lock.acquire() is True
    assert lock._count() == 1
    assert lock.locked()


def test_a_handler_may_try(lock: Any) -> None:
    end = acquire_elsewhere(lock)
    tried = []
    with Handler(lock, lambda: tried.append(lock.acquire(False))):
        assert lock.acquire(timeout=0.2) is False
    assert set(tried) == {False}
    end()


def test_a_handler_that_raises_ends_the_wait(lock: Any) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        if handler.calls == 1:
            raise Stop

    end = acquire_elsewhere(lock)
    handler = Handler(lock, stop)
    with handler, pytest.raises(Stop):
        lock.acquire()
    assert lock._sleepers() == 0
    assert lock.locked()
    end()
    assert not lock.locked()


# The releaser sends the signal in the instant of the hand-over, over and over. An exception in the body would release
# the lock; one between the acquisition and the body would leave it held for ever.
def test_a_signal_at_the_beginning_of_the_body_leaks_nothing() -> None:
    class Stop(Exception):
        pass

    def stop(number: int, frame: Any) -> None:
        raise Stop

    lock = lockstep.Lock()
    before = signal.signal(signal.SIGUSR1, stop)

    def hand_over() -> None:
        await_sleepers(lock, 1)
        lock.release()
        signal.pthread_kill(MAIN, signal.SIGUSR1)

    try:
        for _ in range(200):
            lock.acquire()
            releaser = threading.Thread(target=hand_over)
            try:
                releaser.start()
                with lock:
                    while True:
                        os.sched_yield()
            except Stop:
                pass
            releaser.join()
            assert not lock.locked()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_other_threads_run_while_one_waits(lock: Any) -> None:
    end = acquire_elsewhere(lock)
    waiter = threading.Thread(target=lambda: (lock.acquire(), lock.release()))
    waiter.start()
    await_sleepers(lock, 1)
    assert in_thread(lambda: 6 * 7) == 42
    end()
    waiter.join()


# With the preloaded library time stands still and a wait ends at once: 10^6 seconds are no time at all.
def test_a_preloaded_library_answers_the_waits() -> None:
    library = os.environ.get("LOCKSTEP_PRELOADED")
    if not library:
        pytest.skip("LOCKSTEP_PRELOADED does not name the library of preloaded.cc")
    code = "import lockstep\nl = lockstep.Lock()\nl.acquire()\nprint(l.acquire(timeout=1e6))"
    preloaded = ":".join(filter(None, [os.environ.get("LD_PRELOAD"), library]))  # a sanitizer comes first
    assert run_python("-c", code, LD_PRELOAD=preloaded).strip() == "False"
