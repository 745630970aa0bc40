"""CPython's tests: what is read of them, that they find planted defects, and none in the reference."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import lockstep
import pytest

from impl.cpython_tests.record import Record, newly_failing, read_record
from impl.interpreters import ROOT, ask

PACKAGES = Path(lockstep.__file__).resolve().parent.parent
TESTDATA = Path(__file__).parent / "testdata"


def line(*words: str) -> str:
    return json.dumps(words) + "\n"


def test_outcomes_are_counted() -> None:
    record = read_record([line("passed", "a", ""), line("failed", "b", "why"), line("skipped", "c", "")], "")
    assert record.counts() == {"run": 3, "passed": 1, "failed": 1, "skipped": 1}
    assert record.texts == {"b": "why"}


def test_of_several_outcomes_the_worst_counts() -> None:
    record = read_record([line("failed", "a", "in a subtest"), line("passed", "a", "")], "")
    assert record.outcomes == {"a": "failed"}


def test_what_began_and_did_not_end_failed() -> None:
    record = read_record([line("begun", "a", ""), line("passed", "a", ""), line("begun", "b", "")], "it died")
    assert record.outcomes == {"a": "passed", "b": "failed"}
    assert "it died" in record.texts["b"]


def test_a_line_that_was_broken_off_is_not_read() -> None:
    assert read_record([line("begun", "a", ""), '["passed", "a"'], "it died").outcomes == {"a": "failed"}


@pytest.mark.parametrize(
    ("stock", "replaced", "worse"),
    [
        ("passed", "passed", False),
        ("passed", "failed", True),
        ("passed", "skipped", True),
        ("passed", None, True),
        ("skipped", "failed", True),
        (None, "failed", True),
        ("failed", "failed", False),
        ("failed", None, False),
        ("skipped", "skipped", False),
        ("failed", "passed", False),
    ],
)
def test_what_the_replacement_made_worse_newly_fails(stock: Any, replaced: Any, worse: bool) -> None:
    before, after = (Record({} if outcome is None else {"a": outcome}) for outcome in (stock, replaced))
    assert newly_failing(before, after) == (["a"] if worse else [])


def run(tmp_path: Path, *words: Any) -> tuple[int, list[Any], str]:
    """Run the program in this interpreter; return its exit code, its results and what it printed."""
    interpreter = ask(sys.executable)
    if interpreter is None or interpreter.lacks:
        pytest.skip(f"{sys.executable}: {interpreter and interpreter.lacks}")
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "impl.cpython_tests", "--interpreter", sys.executable, "--json", results, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(results.read_text()), done.stdout + done.stderr


def test_no_test_of_the_locks_newly_fails_with_the_reference(tmp_path: Path) -> None:
    code, results, said = run(tmp_path, "--subset", "--package", PACKAGES)
    assert code == 0, said
    assert [one["start_method"] for one in results] == ["fork", "spawn", "forkserver"]
    assert all(one["replaced"]["passed"] >= 7 for one in results)


@pytest.mark.parametrize(
    ("defect", "test"),
    [("always_acquired.py", "WithProcessesTestLock.test_lock"), ("dies.py", "WithProcessesTestLock.test_lock")],
)
def test_a_planted_defect_newly_fails(defect: str, test: str, tmp_path: Path) -> None:
    words = ["--method", "fork", "--replacement", TESTDATA / defect, "WithProcessesTestLock"]
    code, results, said = run(tmp_path, *words)
    assert code == 1, said
    assert f"mp_fork.{test}" in results[0]["newly_failing"]
    assert f"NEWLY FAILING  {sys.executable} fork: mp_fork.{test}" in said


def test_what_lacks_the_tests_is_skipped_by_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "impl.cpython_tests", "--interpreter", "/bin/true"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "skipped: /bin/true: it is no CPython" in done.stdout) == (4, True)
