"""The correct locks of `locks/` are right in every respect, under fork and spawn."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from harness.selftest.peer import LOCKS, PATIENCE, make, wait_for_one

CORRECT = ("pipe_lock", "flock_lock", "condition_lock", "socket_server_lock")


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("module", CORRECT)
class TestCorrect:
    def test_lock(self, module: str, method: str, peers: Any) -> None:
        a, b = peers(2, make(module), method)
        assert a("release") is ValueError
        assert a("acquire") is True
        assert [b("acquire", False), b("acquire", True, 0), b("acquire", True, -1)] == [False] * 3
        before = time.monotonic()
        assert b("acquire", True, 0.02) is False
        assert time.monotonic() - before >= 0.02
        assert a("acquire", False) is False, "not recursive"
        assert b("release", thread=1) is None, "anybody may release it"
        assert a("release") is ValueError
        assert a("acquire", True, "soon") is TypeError
        assert b("__enter__") is True
        assert b("__exit__", None, None, None) is None
        assert a("acquire", True, float("inf")) is True

    def test_waiters_are_woken_one_by_one(self, module: str, method: str, peers: Any) -> None:
        holder, *waiters = peers(4, make(module), method)
        assert holder("acquire") is True
        for waiter in waiters:
            waiter.start("acquire", True, PATIENCE)
        for _ in range(3):
            assert holder("release") is None
            (woken,) = wait_for_one(waiters)
            waiters.remove(woken)
            assert woken.receive() is True
            assert holder("acquire", False) is False
        assert holder("release") is None

    @pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
    def test_a_dead_or_stopped_waiter_harms_nobody(self, module: str, method: str, blow: int, peers: Any) -> None:
        holder, victim, waiter = peers(3, make(module), method)
        assert holder("acquire") is True
        victim.start("acquire")
        victim.until(lambda call: call[0] != "running")
        os.kill(victim.process.pid, blow)
        os.waitid(os.P_PID, victim.process.pid, os.WEXITED | os.WSTOPPED | os.WNOWAIT)
        waiter.start("acquire")
        assert holder("release") is None
        assert waiter.receive() is True
        assert waiter("release") is None

    def test_rlock(self, module: str, method: str, peers: Any) -> None:
        a, b = peers(2, make(module, "RLock"), method)
        assert a("release") is AssertionError
        assert [a("acquire"), a("acquire", False), a("acquire", True, "ignored by its owner")] == [True] * 3
        assert a("release", thread=1) is AssertionError
        assert a("acquire", False, thread=1) is False
        assert b("release") is AssertionError
        assert [a("release"), a("release")] == [None, None]
        assert b("acquire", False) is False
        assert a("release") is None
        assert b("acquire", True, PATIENCE) is True
        assert a("release") is AssertionError

    @pytest.mark.usefixtures("peers")
    def test_mutual_exclusion(self, module: str, method: str) -> None:
        context: Any = multiprocessing.get_context(method)
        counter = context.RawValue("i", 0)
        lock = make(module)
        processes = [context.Process(target=count, args=(lock, counter, 200)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert counter.value == 3 * 2 * 200


def count(lock: Any, counter: Any, times: int) -> None:
    """Add to the counter in two threads, in a way that loses additions if two do so at once."""

    def add() -> None:
        for _ in range(times):
            with lock:
                seen = counter.value
                os.sched_yield()
                counter.value = seen + 1

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_lock_server_ends_with_its_parent() -> None:
    program = "import socket_server_lock as s; s.Lock(); print(s._started[0]._process.pid)"
    done = subprocess.run([sys.executable, "-c", program], cwd=LOCKS, stdout=subprocess.PIPE, text=True, check=True)
    deadline = time.monotonic() + PATIENCE
    while is_server(int(done.stdout)):
        assert time.monotonic() < deadline, "it is still there"


def is_server(pid: int) -> bool:
    try:
        return b"socket_server_lock" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
