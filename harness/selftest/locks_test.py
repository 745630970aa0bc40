"""Each broken lock of `locks/` fails where its docstring says, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from harness.selftest.correct_locks_test import CORRECT
from harness.selftest.peer import LOCKS, PATIENCE, Peer, PeerDied, make, wait_for_one

BROKEN = (
    *("depth_lost", "dies_in_call", "early_expiry", "late_release", "lost_wakeup", "negative_blocks", "not_recursive"),
    *("over_release", "owner_only", "process_rlock", "spins_in_call", "timeout_true", "wrong_error"),
)


def in_futex_without_timeout(system_call: list[str]) -> bool:
    # The number of futex(2) is that of the call that the kernel shows for a thread known to wait in one.
    return len(system_call) == 9 and system_call[0] == futex_number() and system_call[4] == "0x0"


def futex_number() -> str:
    """Find the number by looking at a thread of our own that waits for a lock."""
    if not FUTEX:
        lock = threading.Lock()
        lock.acquire()
        waiting = threading.Thread(target=lock.acquire)
        waiting.start()
        shown = ["running"]
        while len(shown) != 9:
            shown = Path(f"/proc/self/task/{waiting.native_id}/syscall").read_text().split()
        lock.release()
        waiting.join()
        FUTEX.append(shown[0])
    return FUTEX[0]


FUTEX: list[str] = []


@pytest.mark.parametrize("module", [*BROKEN, "prints"])
def test_every_broken_lock_excludes_and_passes_on(module: str, peers: Any) -> None:
    """Apart from its one fault each works, so that what a check reports is that fault."""
    a, b = peers(2, make(module))
    assert a("acquire") is True
    assert b("acquire", False) is False
    assert a("release") is None
    assert b("acquire") is True
    assert b("release") is None
    r, s = peers(2, make(module, "RLock"))
    assert r("acquire") is True
    assert s("acquire", False) is False
    assert r("release") is None
    assert s("acquire") is True


def test_negative_blocks(peers: Any) -> None:
    a, b = peers(2, make("negative_blocks"))
    a("acquire")
    b.start("acquire", True, -1)
    b.until(in_futex_without_timeout)
    a("release")
    assert b.receive() is True


def test_process_rlock(peers: Any) -> None:
    (a,) = peers(1, make("process_rlock", "RLock"))
    assert [a("acquire"), a("acquire", False, thread=1)] == [True, True]
    assert [a("release", thread=1), a("release")] == [None, None]


def test_lost_wakeup(peers: Any) -> None:
    a, b, c = peers(3, make("lost_wakeup"))
    a("acquire")
    b.start("acquire")
    b.until(in_futex_without_timeout)
    c.start("acquire")
    c.until(in_futex_without_timeout)
    a("release")
    (woken,) = wait_for_one([b, c])
    woken.receive()
    sleeper = c if woken is b else b
    assert woken("release") is None
    sleeper.until(in_futex_without_timeout)
    assert not sleeper.pipe.poll()
    assert [a("acquire", False), a("release")] == [True, None], "the lock is free while somebody waits for it"


def test_early_expiry(peers: Any) -> None:
    a, b = peers(2, make("early_expiry"))
    a("acquire")
    # Half of the time is less than the whole at least once in many tries, however busy the machine.
    for _ in range(100):
        before = time.monotonic()
        assert b("acquire", True, 0.2) is False
        if time.monotonic() - before < 0.2:
            return
    pytest.fail("never early")


def test_late_release(peers: Any) -> None:
    lock = make("late_release")
    a, b = peers(2, lock)
    # The second begins while the first is about to let go at least once in many tries, however busy the machine.
    for _ in range(100):
        a("acquire")
        a.start("release")
        if b("release") is None:
            assert a.receive() is None
            assert [a("acquire", False), b("acquire", False)] == [True, True]
            return
        a.receive()
    pytest.fail("one of them was told every time")


def test_over_release(peers: Any) -> None:
    a, b = peers(2, make("over_release"))
    assert a("release") is None
    assert [a("acquire", False), b("acquire", False)] == [True, False]


def test_wrong_error(peers: Any) -> None:
    assert peers(1, make("wrong_error"))[0]("release") is RuntimeError
    assert peers(1, make("wrong_error", "RLock"))[0]("release") is RuntimeError


def test_owner_only(peers: Any) -> None:
    a, b = peers(2, make("owner_only"))
    assert a("release") is ValueError
    a("acquire")
    assert [b("release"), a("release", thread=1), a("release")] == [AssertionError, AssertionError, None]


def test_not_recursive(peers: Any) -> None:
    (a,) = peers(1, make("not_recursive", "RLock"))
    assert [a("acquire"), a("acquire", False)] == [True, False]


def test_depth_lost(peers: Any) -> None:
    a, b = peers(2, make("depth_lost", "RLock"))
    assert [a("acquire") for _ in range(3)] == [True] * 3
    assert [a("release"), a("release")] == [None, None]
    assert b("acquire", False) is True


def test_timeout_true(peers: Any) -> None:
    a, b = peers(2, make("timeout_true"))
    a("acquire")
    assert [b("acquire", True, 0.001), b("acquire", False)] == [True, False]


def test_prints(peers: Any, capfd: pytest.CaptureFixture[str]) -> None:
    (a,) = peers(1, make("prints"))
    assert [a("acquire"), a("release")] == [True, None]
    assert len(capfd.readouterr().out.splitlines()) == 200


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_dies_in_call(peers: Any, kind: str) -> None:
    (a,) = peers(1, make("dies_in_call", kind))
    for _ in range(2):
        assert [a("acquire"), a("release")] == [True, None]
    assert a("acquire") is True
    with pytest.raises(PeerDied):
        a("release")
    a.process.join()
    assert a.process.exitcode == 3


def test_spins_in_call(peers: Any) -> None:
    a, b = peers(2, make("spins_in_call"))
    a("acquire")
    b.start("acquire")
    burn(b)
    a("release")
    burn(b)
    assert not b.pipe.poll()


def burn(peer: Peer) -> None:
    """Wait until the peer has used more time of a CPU: 20 ticks, which no waiting and no answering takes."""
    begin = peer.cpu_ticks()
    deadline = time.monotonic() + PATIENCE
    while peer.cpu_ticks() < begin + 20:
        assert time.monotonic() < deadline, "it does not run"


def imported(module: str) -> subprocess.CompletedProcess[str]:
    program = f"import {module}; print(sorted({{'Lock', 'RLock'}} & set(dir({module}))))"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=LOCKS, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_modules_that_are_no_locks() -> None:
    assert imported("not_a_lock").stdout == "[]\n"
    assert "ModuleNotFoundError" in imported("import_error").stderr
    assert (imported("exits_at_import").returncode, imported("exits_at_import").stdout) == (0, "")


def test_every_lock_says_what_it_is_and_has_a_test() -> None:
    unusual = {"prints", "not_a_lock", "import_error", "exits_at_import", "forks_at_import", "nondeterministic"}
    assert {path.stem for path in LOCKS.glob("*.py")} == unusual | set(CORRECT) | set(BROKEN)
    for path in LOCKS.glob("*.py"):
        assert path.read_text().startswith(('"""Broken: ', '"""Correct, but ')), path
