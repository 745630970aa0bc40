"""The program end to end, as its users run it: real interpreters, the locks of ``locks/``, exit codes and words.

Needs a build; LOCKSTEP_CLI names the program, else it is build/release/lockstep.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[2]
CLI = Path(os.environ.get("LOCKSTEP_CLI", HOME / "build" / "release" / "lockstep"))
LOCKS = HOME / "harness" / "selftest" / "locks"


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "LOCKSTEP_HOME": str(HOME),
        "LOCKSTEP_PYTHON": os.environ.get("LOCKSTEP_PYTHON", sys.executable),
    }


def lockstep(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(CLI), *map(str, words)]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)


def results(folder: Path) -> Any:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def nothing_is_left() -> Any:
    before = set(os.listdir("/dev/shm"))
    yield
    assert {name for name in os.listdir("/dev/shm") if name.startswith("sem.mp-")} <= before


def test_reference_and_cpython_agree_under_every_start_method(tmp_path: Path) -> None:
    words = ("differential", "--scripts", "1000", "--seed", "1", "--report", tmp_path)
    done = lockstep(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("seed 1\n")
    found = results(tmp_path)
    columns = {(one["name"].partition("-")[0], one["start_method"]) for one in found["implementations"]}
    assert columns == {(name, how) for name in ("reference", "cpython") for how in ("fork", "spawn", "forkserver")}
    assert all(one["scripts"] >= 1000 and one["unexpected"] == 0 for one in found["implementations"])
    assert any(divergence["expectation"] == "X-CPYTHON-001" for divergence in found["divergences"])
    assert found["coverage"]["contended"] >= 0.5
    assert found["coverage"]["timeout"] >= 0.2


def test_the_same_seed_gives_the_same_verdicts(tmp_path: Path) -> None:
    def verdicts(folder: Path) -> Any:
        lockstep("differential", "--scripts", "600", "--seed", "9", "--impl", "cpython", "--report", folder)
        found = results(folder)
        return found["totals"], [(one["script"], one["observed"]) for one in found["divergences"]], found["coverage"]

    assert verdicts(tmp_path / "a") == verdicts(tmp_path / "b")


BROKEN = {
    "negative_blocks": "acquire.timeout-negative",
    "process_rlock": "rlock.",
    "lost_wakeup": "lock.acquire.wakes",
    "wrong_error": "release.unlocked",
    "dies_in_call": "call.ends",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_lock_is_shown_by_a_short_script_that_repeats(name: str, tmp_path: Path) -> None:
    done = lockstep("run", "--impl", LOCKS / f"{name}.py", "--seed", "7", "--report", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    divergence = next(one for one in results(tmp_path)["divergences"] if one["kind"] == "unexpected")
    assert divergence["steps"] <= 6
    assert BROKEN[name] in divergence["clause"]
    again = lockstep(*divergence["replay"].split()[1:])
    assert again.returncode == 1, again.stdout + again.stderr


def test_a_correct_lock_of_a_pipe_agrees(tmp_path: Path) -> None:
    words = ("differential", "--impl", LOCKS / "pipe_lock.py", "--scripts", "60", "--seed", "3", "--report", tmp_path)
    done = lockstep(*words)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("impl", "code", "words"),
    [
        ("no_such_module_anywhere", 3, "ModuleNotFoundError"),
        (str(LOCKS / "not_a_lock.py"), 3, "neither a callable Lock nor a callable RLock"),
        (str(LOCKS / "exits_at_import.py"), 3, "exits_at_import.py"),
        ("multiprocessing@/bin/false", 3, "/bin/false"),
        ("multiprocessing@3.99", 4, "no interpreter 3.99"),
        ("./no_such_file.py", 2, "there is no file"),
        ("cpython:thread", 2, "expected fork, spawn, forkserver or all"),
    ],
)
def test_what_can_not_be_tested_is_named_and_the_rest_goes_on(impl: str, code: int, words: str, tmp_path: Path) -> None:
    done = lockstep("differential", "--impl", impl, "--scripts", "20", "--report", tmp_path)
    assert done.returncode == code
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if code != 2:
        reference = results(tmp_path)["implementations"][0]
        assert reference["passed"] == reference["scripts"] > 0


def test_a_script_that_does_not_parse_is_named_by_line_and_column(tmp_path: Path) -> None:
    script = tmp_path / "bad.lks"
    script.write_text("lock L = Lock()\nprocess P: a\n\na: L.aquire()\n", encoding="utf-8")
    done = lockstep("replay", script)
    assert done.returncode == 2
    assert f"{script}:4:6: expected" in done.stderr


def test_a_script_replays_the_same_in_virtual_and_in_real_time(tmp_path: Path) -> None:
    script = tmp_path / "script.lks"
    head = "lock L = Lock()\nprocess P: a\nprocess Q: b\n\n"
    steps = "a: L.acquire()\nb: L.acquire(timeout=0.5)\npause 0.7\na: L.release()\n"
    script.write_text(head + steps, encoding="utf-8")
    virtual, real = (lockstep("replay", script, "--time", time) for time in ("virtual", "real"))
    assert (virtual.returncode, real.returncode) == (0, 0), virtual.stderr + real.stderr
    assert virtual.stdout == real.stdout


def test_an_interrupt_keeps_the_results_so_far(tmp_path: Path) -> None:
    command = [
        str(CLI),
        "differential",
        "--impl",
        "cpython",
        "--seconds",
        "600",
        "--seed",
        "1",
        "--report",
        str(tmp_path),
    ]
    program = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, start_new_session=True)
    assert program.stdout is not None
    assert program.stdout.readline() == b"seed 1\n"
    while not has_actors(program.pid):
        assert program.poll() is None
    os.killpg(program.pid, signal.SIGINT)
    program.communicate()
    assert program.returncode == 130
    assert results(tmp_path)["interrupted"] is True


def has_actors(pid: int) -> bool:
    """Whether a worker of the program has a host that has started a process by now."""
    hosts = [host for worker in children(pid) for host in children(worker)]
    return any(children(host) for host in hosts)


def children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.mark.parametrize("start_method", ["fork", "spawn", "forkserver"])
def test_a_raw_forks_child_can_start_processes(start_method: str, tmp_path: Path) -> None:
    script = tmp_path / "fork.lks"
    head = "lock L = Lock()\nprocess P: a\n"
    script.write_text(
        head
        + "start process R: c from a\nfork a as d\nstart process U: g from d\ng: L.acquire()\nc: L.acquire(False)\n",
        encoding="utf-8",
    )
    words = ("--impl", f"reference:{start_method}", "--impl", f"cpython:{start_method}")
    done = lockstep("replay", script, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": agrees") == 2
