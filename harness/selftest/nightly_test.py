"""``nightly`` in small, and that nothing sleeps where time is virtual.

Needs a build; LOCKSTEP_CLI names the program, else it is build/release/lockstep.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
CLI = Path(os.environ.get("LOCKSTEP_CLI", HOME / "build" / "release" / "lockstep"))

# Each line: a verdict, the part, the subject, what was measured, the time it took.
LINE = re.compile(r"(PASS|FAIL|SKIPPED)  (.*), (\S+ \S+ \S+): (.*)  \(\d+\.\d s\)")

# An hour, of which the timeout takes half. Waiters, threads, a race.
SCRIPT = """\
lock     L = Lock()
process  P: a
process  Q: b c

a: L.acquire()
b: L.acquire(timeout=1800)
c: L.acquire(timeout=3600)
pause 3500
race
a: L.release()
b: L.acquire(timeout=60)
end
"""

# <linux/filter.h>, <linux/seccomp.h>, <sys/prctl.h>; numbers of x86-64, <asm/unistd_64.h>.
SLEEPS = {"select": 23, "nanosleep": 35, "clock_nanosleep": 230, "pselect6": 270}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000


class Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "LOCKSTEP_HOME": str(HOME),
        "LOCKSTEP_PYTHON": os.environ.get("LOCKSTEP_PYTHON", sys.executable),
    }


def run(
    *command: str | Path, before: Callable[[], None] | None = None, timeout: float = 600
) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(
        words,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
        timeout=timeout,
    )


def death_to_sleepers() -> None:
    """Let the kernel kill whoever makes a call that sleeps for a time: this process and all that it will start."""
    code = struct.pack("HBBI", LOAD_NUMBER, 0, 0, 0)
    for left, number in zip(range(len(SLEEPS), 0, -1), SLEEPS.values(), strict=True):
        code += struct.pack("HBBI", JUMP_IF_EQUAL, left, 0, number)
    code += struct.pack("HBBI", RETURN, 0, 0, ALLOW) + struct.pack("HBBI", RETURN, 0, 0, KILL_PROCESS)
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(code) // 8, code)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "prctl")


def test_every_part_has_a_line_and_passes() -> None:
    done = run(CLI, "nightly", "--seconds", "5", "--seed", "1", "--impl", "cpython", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    first, *lines, last = done.stdout.splitlines()
    assert first == "seed 1"
    read = [LINE.fullmatch(line) for line in lines]
    assert all(read), done.stdout
    cpython = {match[2]: match for match in read if match and match[3].startswith("cpython")}
    assert {"audit of P by F", "audit of P by S", "audit of P by K", "determinism of F", "determinism of P"} <= set(
        cpython
    )
    assert {"replays of tokens on P", "a timeout of an hour", "all schedules, recursion, 2 preemptions"} <= set(cpython)
    for name, match in cpython.items():
        assert match[1] == "PASS" or (match[1] == "SKIPPED" and name == "audit of P by S"), match[0]
    assert int(cpython["determinism of F"][4].split()[0]) > int(cpython["determinism of P"][4].split()[0]) > 0
    assert re.fullmatch(r"\d+ passed, 0 failed, \d+ skipped", last)


def test_a_lock_that_virtual_time_does_not_reach_is_skipped_by_name() -> None:
    lock = HOME / "harness" / "selftest" / "locks" / "flock_lock.py"
    done = run(CLI, "nightly", "--seconds", "1", "--seed", "1", "--impl", lock, "--jobs", "1")
    assert re.search(r"^SKIPPED  all parts, flock_lock fork: ", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter knows the system calls of x86-64")
class TestNothingSleepsWhereTimeIsVirtual:
    def test_the_filter_kills_what_sleeps(self) -> None:
        nap = "import time; time.sleep(0.001)"
        assert run(sys.executable, "-c", nap, before=death_to_sleepers).returncode == -signal.SIGSYS
        assert run(sys.executable, "-c", "", before=death_to_sleepers).returncode == 0

    @pytest.mark.parametrize("implementation", ["reference", "cpython"])
    def test_an_hour_is_replayed_by_processes_that_must_not_sleep(self, tmp_path: Path, implementation: str) -> None:
        script = tmp_path / "hour.lks"
        script.write_text(SCRIPT)
        command = (CLI, "replay", script, "--impl", implementation)
        free = run(*command)
        filtered = run(*command, before=death_to_sleepers)
        assert filtered.returncode == free.returncode == 0, filtered.stdout + filtered.stderr
        assert filtered.stdout == free.stdout
