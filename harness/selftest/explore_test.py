"""``explore`` and controlled replays, end to end: what they find on real interpreters, print and refuse."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.selftest.main_job_test import HOME, LOCKS, lockstep, results

RACE = HOME / "conformance" / "cases" / "silent" / "release-race.lks"
CLOCK = HOME / "conformance" / "cases" / "silent" / "wall-clock-step.lks"
HOUR = HOME / "conformance" / "cases" / "lock" / "an-hour.lks"

TIMED = """\
lock     L = Lock()
process  P: a
process  Q: b
process  R: c
race
  a: L.acquire(timeout=1)
  a: L.release()
  b: L.acquire()
  b: L.release()
  c: L.acquire(timeout=2)
  c: L.release()
end
"""

DEATH = """\
lock     L = Lock()
process  P: a
process  Q: b
a: L.acquire()
race
  a: L.release()
  kill P
  b: L.acquire(False)
end
"""


def first_seen(output: str, expectation: str) -> int:
    found = re.search(rf"known: {expectation}, first in schedule (\d+)", output)
    assert found, output
    return int(found.group(1))


def test_the_release_race_is_found_in_few_schedules_shrunk_and_repeated(tmp_path: Path) -> None:
    done = lockstep("explore", RACE, "--impl", "cpython", "--seed", "1", "--report", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all 6 schedules explored" in done.stdout
    assert "choices: who runs" in done.stdout
    assert first_seen(done.stdout, "X-CPYTHON-006") <= 50
    found = results(tmp_path)
    passed_and_known = [(one["passed"], one["known"]) for one in found["implementations"]]
    assert passed_and_known == [(1, 0), (0, 1)]
    [divergence] = found["divergences"]
    assert divergence["steps"] <= 8
    assert len(divergence["token"]) <= 160
    for _ in range(5):
        again = lockstep("replay", divergence["token"], "--impl", "cpython")
        assert again.returncode == 0
        assert "known (X-CPYTHON-006)" in again.stdout
    assert "release" in divergence["standalone"]


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="two releases meet on two processors only")
def test_the_standalone_program_of_a_race_shows_it_without_lockstep(tmp_path: Path) -> None:
    lockstep("explore", RACE, "--impl", "cpython", "--seed", "1", "--report", tmp_path)
    [divergence] = results(tmp_path)["divergences"]
    program = tmp_path / "shows_it.py"
    program.write_text(divergence["standalone"], encoding="utf-8")
    shown = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert shown.returncode == 1, shown.stdout + shown.stderr
    assert "lockstep" not in divergence["standalone"].lower()


def test_generated_scripts_alone_lead_to_the_release_race() -> None:
    done = lockstep("explore", "--impl", "cpython", "--seed", "3", "--scripts", "400")
    assert done.returncode == 0, done.stdout + done.stderr
    first_seen(done.stdout, "X-CPYTHON-006")


def test_a_script_explored_wholly_ends_with_a_certificate_that_names_what_is_left_out(tmp_path: Path) -> None:
    script = tmp_path / "timed.lks"
    script.write_text(TIMED, encoding="utf-8")
    bounded = lockstep("explore", script, "--impl", "cpython", "--preemptions", "1", "--seed", "1")
    assert re.search(
        r"all \d+ schedules explored, with at most 1 preemption \(left out: \d+ branches with more\)", bounded.stdout
    )
    assert "choices: who runs, expiry" in bounded.stdout
    assert "fairness: a waiting actor was bypassed at most" in bounded.stdout


@pytest.mark.parametrize("strategy", ["random", "pct"])
def test_random_strategies_repeat_from_their_seed(strategy: str, tmp_path: Path) -> None:
    words = ("explore", RACE, "--impl", "cpython", "--strategy", strategy, "--scripts", "100", "--seed", "5")
    first, second = lockstep(*words), lockstep(*words)
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout == second.stdout
    assert first_seen(first.stdout, "X-CPYTHON-006") <= 50


def test_a_script_without_a_race_is_raced_and_shown_so(tmp_path: Path) -> None:
    script = tmp_path / "plain.lks"
    script.write_text("lock L = Lock()\nprocess P: a\nprocess Q: b\na: L.acquire()\nb: L.release()\n", encoding="utf-8")
    done = lockstep("explore", script, "--impl", "cpython", "--seed", "1")
    assert "its calls are raced:" in done.stdout
    assert "race\n" in done.stdout


def test_a_death_between_two_parts_of_a_call_is_a_choice(tmp_path: Path) -> None:
    script = tmp_path / "death.lks"
    script.write_text(DEATH, encoding="utf-8")
    done = lockstep("explore", script, "--impl", "cpython", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"all \d+ schedules explored", done.stdout)
    assert "choices: who runs, death" in done.stdout


def test_a_stepped_wall_clock_moves_cpythons_deadline_and_not_the_references() -> None:
    done = lockstep("replay", CLOCK, "--impl", "cpython")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "reference fork: agrees" in done.stdout
    assert "known (X-CPYTHON-002)" in done.stdout


def test_an_hour_of_virtual_time_passes() -> None:
    done = lockstep("replay", HOUR, "--impl", "cpython")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "blocks, False" in done.stdout


def test_a_schedule_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "misfit.lks"
    script.write_text(RACE.read_text(encoding="utf-8") + "schedule 0 7\n", encoding="utf-8")
    done = lockstep("replay", script, "--impl", "cpython")
    assert done.returncode == 2
    assert "the schedule does not fit the script: expected at choice 2" in done.stderr


def test_a_token_of_another_version_is_refused() -> None:
    done = lockstep("replay", "L9x-A1ASCJJkAgU")
    assert done.returncode == 2
    assert "version 9 is unknown" in done.stderr


def test_an_implementation_that_differs_on_the_same_schedule_is_called_nondeterministic(tmp_path: Path) -> None:
    script = tmp_path / "many.lks"
    calls = "".join(f"{actor}: L.acquire(False)\n" for _ in range(450) for actor in "ab")
    script.write_text("lock L = Lock()\nprocess P: a\nprocess Q: b\n" + calls, encoding="utf-8")
    done = lockstep("replay", script, "--impl", LOCKS / "nondeterministic.py")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "NONDETERMINISTIC" in done.stdout
    assert "once more" in done.stdout


def test_an_implementation_out_of_the_schedulers_reach_is_a_skip_by_name() -> None:
    done = lockstep("explore", RACE, "--impl", LOCKS / "condition_lock.py")
    assert done.returncode == 4
    assert "condition_lock fork: skipped" in done.stderr
