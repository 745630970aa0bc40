"""Every interpreter and peer that this machine has, replayed in virtual time; what it lacks is skipped by name."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from harness.selftest.main_job_test import CLI, lockstep, results

ABSENT = "/no/such/interpreter"


def found(interpreter: str) -> str:
    """Return the interpreter if the program finds it; skip the test if not."""
    listed = lockstep("list", "--impl", f"multiprocessing@{interpreter}")
    if "there is no interpreter" in listed.stdout:
        pytest.skip(f"there is no interpreter {interpreter}")
    return interpreter


@pytest.mark.parametrize(
    ("interpreter", "name"),
    [
        *((f"3.{minor}", f"cpython-3.{minor}") for minor in range(8, 14)),
        ("/usr/bin/python3", "cpython-"),
        ("pypy3", "pypy-3."),
    ],
)
def test_every_interpreter_is_replayed_in_virtual_time(interpreter: str, name: str, tmp_path: Path) -> None:
    impl = f"multiprocessing@{found(interpreter)}:all"
    done = lockstep("differential", "--scripts", "60", "--seed", "4", "--impl", impl, "--report", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    others = [one for one in results(tmp_path)["implementations"] if one["name"] != "reference"]
    assert [one["start_method"] for one in others] == ["fork", "spawn", "forkserver"]
    assert all(one["name"].startswith(name) and one["time"] == "virtual" for one in others)


@pytest.mark.parametrize("peer", ["billiard", "multiprocess"])
def test_a_peer_is_replayed_in_virtual_time_or_skipped_by_name(peer: str, tmp_path: Path) -> None:
    impl = f"{peer}:all"
    done = lockstep("differential", "--scripts", "60", "--seed", "4", "--impl", impl, "--report", tmp_path)
    others = [one for one in results(tmp_path)["implementations"] if one["name"] != "reference"]
    if done.returncode == 4:
        assert all(one["skip_reason"].startswith(f"{peer} is not installed in ") for one in others)
        pytest.skip(f"{peer} is not installed")
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(one["name"].startswith(f"{peer}-") and one["time"] == "virtual" for one in others)


@pytest.mark.parametrize(
    ("steps", "level", "expectation"),
    [
        ("a: L.acquire()\nb: L.acquire(timeout=-inf)", "should", "X-PYPY-001"),
        ("a: L.acquire()\nb: L.acquire(timeout=-1e300)\na: L.release()", "should", "X-PYPY-001"),
        ("a: L.acquire(0.5)", "all", "X-PYPY-002"),
        ("a: L.acquire(1, 2, 3)", "all", "X-PYPY-003"),
        ("a: L.release(x=1)", "all", "X-PYPY-003"),
        ('a: L.acquire(False, "x")', "all", "X-PYPY-004"),
        ("a: L.acquire(False, 10**400)", "all", "X-PYPY-005"),
    ],
)
def test_what_is_known_of_pypy_is_true(steps: str, level: str, expectation: str, tmp_path: Path) -> None:
    script = tmp_path / "case.lks"
    script.write_text(f"lock L = Lock()\nprocess P: a\nprocess Q: b\n\n{steps}\n")
    impl = f"multiprocessing@{found('pypy3')}"
    done = lockstep("replay", script, "--level", level, "--impl", impl)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"fork: known ({expectation})" in done.stdout


def test_an_interpreter_that_does_not_load_the_shim_runs_in_real_time_and_says_so(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nunset LD_PRELOAD\nexec python3 "$@"\n')
    python.chmod(0o755)
    words = ("--scripts", "4", "--seed", "1", "--impl", f"multiprocessing@{python}", "--report", tmp_path)
    done = lockstep("differential", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(not in virtual time: the interpreter did not load the shim)" in done.stdout


@pytest.mark.parametrize("library", ["liblockstep_shim.so", "liblockstep_actor.so"])
def test_a_library_that_can_not_be_loaded_is_one_clear_error(library: str, tmp_path: Path) -> None:
    shutil.copy(CLI, tmp_path)
    shutil.copytree(CLI.parent / "lib", tmp_path / "lib")
    (tmp_path / "lib" / library).write_text("no library")
    words = ["differential", "--scripts", "1", "--impl", "cpython", "--report", str(tmp_path)]
    done = subprocess.run([tmp_path / CLI.name, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert f"can't load {tmp_path}/lib/{library}: it is no shared library" in done.stdout


@pytest.mark.parametrize(
    ("impl", "code", "words"),
    [
        (f"multiprocessing@{ABSENT}", 4, f"skipped: there is no interpreter {ABSENT}"),
        ("multiprocessing@3.7", 3, "3.8 or newer is needed"),
    ],
)
def test_what_is_no_interpreter_for_us_is_named(impl: str, code: int, words: str, tmp_path: Path) -> None:
    if ABSENT not in impl:
        found(impl.rpartition("@")[2])
    done = lockstep("differential", "--scripts", "1", "--impl", impl, "--report", tmp_path)
    assert (done.returncode, words in done.stdout) == (code, True), done.stdout


def test_the_list_has_every_name_once_for_each_start_method() -> None:
    done = lockstep("list")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert len({(line[0], line[2]) for line in lines}) == len(lines)
    assert {"reference"} < {line[0] for line in lines}
    assert all("FAILED:" not in line for line in lines)
