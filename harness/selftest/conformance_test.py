"""The catalogue as its users run it, and what becomes of everything that can be wrong in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.selftest.main_job_test import CLI, HOME, LOCKS, environment, results
from reports.results import load

CLAUSES = """
schema = 1
[[clause]]
id = "lock.release.unlocked"
level = "MUST"
text = "Releasing an unlocked Lock raises ValueError."
anchor = "library/multiprocessing.html#multiprocessing.Lock.release"
quote = "when invoked on an unlocked lock, a ValueError is raised"
[[clause]]
id = "lock.locked.value"
level = "MUST"
since = "3.14"
text = "locked() tells whether anyone holds it."
anchor = "library/multiprocessing.html#multiprocessing.Lock.locked"
quote = "Return a boolean"
quoted_from = "3.14"
"""
HEAD = "lock L = Lock()\nprocess P: a\nprocess Q: b\n"
UNLOCKED = "# An unlocked Lock can't be released.\nclause lock.release.unlocked\n" + HEAD
PYTHON = '"""A Python case."""\nCLAUSES = ("lock.release.unlocked",)\ndef case(kit):\n'


class Checkout:
    """A small catalogue of its own, beside the project's programs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for file in (HOME / "conformance").glob("*.py"):
            self.write(f"conformance/{file.name}", file.read_text(encoding="utf-8"))
        self.write("conformance/clauses.toml", CLAUSES)
        self.write("conformance/expectations/cpython.toml", "")
        self.write("conformance/cases/lock/unlocked.lks", UNLOCKED + "a: L.release() -> raises ValueError\n")

    def write(self, name: str, text: str) -> None:
        (self.home / name).parent.mkdir(parents=True, exist_ok=True)
        (self.home / name).write_text(text, encoding="utf-8")

    def run(self, *words: str | Path) -> tuple[subprocess.CompletedProcess[str], Any]:
        report = self.home / "report"
        shutil.rmtree(report, ignore_errors=True)
        command = [str(CLI), "conformance", "--report", str(report), *map(str, words)]
        own = {**environment(), "LOCKSTEP_HOME": str(self.home), "PYTHONPATH": os.pathsep.join(map(str, sys.path))}
        done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
        return done, results(report) if (report / "results.json").exists() else None


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def verdicts(found: Any, label: str) -> dict[str, str]:
    return {case["name"]: case["verdicts"][label]["verdict"] for case in found["cases"] if label in case["verdicts"]}


def cpython(found: Any) -> str:
    return next(f"{one['name']} {one['start_method']}" for one in found["implementations"] if "cpython" in one["name"])


def test_reference_and_cpython_keep_what_they_promise(tmp_path: Path) -> None:
    command = [str(CLI), "conformance", "--report", str(tmp_path), "--impl", "cpython", "lock/release-*", "silent/*"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = load(tmp_path / "results.json")
    assert set(verdicts(found, "reference fork").values()) <= {"pass", "skipped"}
    assert "known" in verdicts(found, cpython(found)).values()
    assert {one["kind"] for one in found["divergences"]} == {"known"}
    assert done.stdout.splitlines()[-1].split()[1:4:2] == ["passed,", "failed,"]


def test_a_case_with_an_unknown_clause_is_named_and_the_others_run(checkout: Checkout) -> None:
    checkout.write("conformance/cases/lock/lost.lks", "# Lost.\nclause lock.no.such\n" + HEAD + "a: L.release()\n")
    checkout.write("conformance/cases/lock/broken.lks", UNLOCKED.replace("An", "No") + "a: L.rlease()\n")
    done, found = checkout.run("--impl", "cpython")
    assert done.returncode == 2
    assert "conformance/cases/lock/lost.lks:2: unknown clause lock.no.such" in done.stdout
    assert "conformance/cases/lock/broken.lks:6:6: " in done.stdout
    assert verdicts(found, cpython(found)) == {"lock/unlocked": "pass"}


def test_an_expectation_that_matches_nothing_is_named(checkout: Checkout) -> None:
    entry = '[[divergence]]\nid = "X-CPYTHON-001"\ncase = "lock/gone*"\nobserved = "*"\nreason = "why"\n'
    checkout.write("conformance/expectations/cpython.toml", entry)
    done, _ = checkout.run("--impl", "cpython")
    assert done.returncode == 2
    assert "X-CPYTHON-001: 'lock/gone*' matches nothing" in done.stdout


def test_what_a_script_expects_is_held_against_the_trace(checkout: Checkout) -> None:
    wait = "a: L.acquire() -> True\nb: L.acquire() -> blocks\na: L.release() -> None\n"
    for name, line in {
        "returns": "b: returns False",
        "blocks": "b still blocks",
        "one": "one of a, b returns False",
    }.items():
        text = UNLOCKED.replace("An unlocked", name) + wait + line + "\n"
        checkout.write(f"conformance/cases/lock/{name}.lks", text)
    done, found = checkout.run("--impl", "cpython")
    assert done.returncode == 1
    wrong = {"lock/blocks": "fail", "lock/one": "fail", "lock/returns": "fail", "lock/unlocked": "pass"}
    assert verdicts(found, cpython(found)) == wrong
    assert "expected  still blocks\n  observed  True" in done.stdout


def test_a_failed_case_comes_with_the_line_that_repeats_it(tmp_path: Path) -> None:
    lock = LOCKS / "over_release.py"
    words = [str(CLI), "conformance", "--impl", str(lock), "--report", str(tmp_path), "--quiet"]
    done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    repeat = next(line for line in done.stdout.splitlines() if line.startswith("  repeat")).split()[1:]
    again = subprocess.run(
        [str(CLI), *repeat[1:], "--report", str(tmp_path)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert repeat[0] == "./run_tests.py"
    assert again.returncode == 1
    assert "lock.release.unlocked" in again.stdout


def test_what_is_foreseen_and_does_not_show_went_away(checkout: Checkout) -> None:
    entry = '[[divergence]]\nid = "X-CPYTHON-001"\ncase = "lock/unlocked"\nobserved = "None"\nreason = "why"\n'
    checkout.write("conformance/expectations/cpython.toml", entry)
    done, found = checkout.run("--impl", "cpython")
    assert done.returncode == 1
    assert "WENT AWAY" in done.stdout
    assert [one["kind"] for one in found["divergences"]] == ["vanished"]
    checkout.write("conformance/expectations/cpython.toml", entry + "sometimes = true\n")
    assert checkout.run("--impl", "cpython")[0].returncode == 0
    checkout.write("mine.toml", entry)
    assert "WENT AWAY" in checkout.run("--impl", "cpython", "--expectations", checkout.home / "mine.toml")[0].stdout


def test_expectations_that_are_written_make_the_next_run_pass(checkout: Checkout) -> None:
    checkout.write("conformance/cases/lock/unlocked.lks", UNLOCKED + "a: L.release() -> None\n")
    done, _ = checkout.run("--impl", "cpython", "--update-expectations")
    assert done.returncode == 1
    assert "X-CPYTHON-001 foresees lock/unlocked; say why" in done.stdout
    done, found = checkout.run("--impl", "cpython")
    assert verdicts(found, cpython(found)) == {"lock/unlocked": "known"}
    own = {**os.environ, "PYTHONPATH": str(checkout.home)}
    words = [sys.executable, "-P", "-m", "conformance.lint"]
    lint = subprocess.run(words, env=own, cwd="/", capture_output=True, text=True, check=False)
    assert lint.returncode == 2
    assert "X-CPYTHON-001 has no reason" in lint.stdout


def test_editions_decide_which_cases_are_run(checkout: Checkout) -> None:
    text = UNLOCKED.replace("lock.release.unlocked", "lock.locked.value") + "a: L.locked() -> False\n"
    checkout.write("conformance/cases/lock/locked.lks", text.replace("An unlocked", "A free"))
    _, found = checkout.run("--impl", "cpython")
    assert verdicts(found, cpython(found)) == {"lock/locked": "skipped", "lock/unlocked": "pass"}
    _, found = checkout.run("--impl", "cpython", "--spec", "3.14")
    assert found["edition"] == "3.14"
    assert verdicts(found, "reference fork") == {"lock/locked": "pass", "lock/unlocked": "pass"}
    expected = "pass" if sys.version_info >= (3, 14) else "fail"
    assert verdicts(found, cpython(found)) == {"lock/locked": expected, "lock/unlocked": "pass"}


def test_shards_take_every_case_once(checkout: Checkout) -> None:
    names = [f"lock/case-{number}" for number in range(9)]
    for name in names:
        text = UNLOCKED.replace("An unlocked", f"{name}: an unlocked") + "a: L.release() -> raises ValueError\n"
        checkout.write(f"conformance/cases/{name}.lks", text)
    taken = [
        case["name"]
        for shard in ("1/3", "2/3", "3/3")
        for case in checkout.run("--impl", "cpython", "--shard", shard)[1]["cases"]
    ]
    assert sorted(taken) == sorted([*names, "lock/unlocked"])


def test_a_fault_that_does_not_repeat_is_flaky_and_not_green(checkout: Checkout) -> None:
    once = checkout.home / "once"
    body = (
        f"    import pathlib\n    once = pathlib.Path({str(once)!r})\n    first = not once.exists()\n    once.touch()\n"
    )
    body += '    kit.expect("the first time", lambda: not first, "True")\n'
    checkout.write("conformance/cases/python/flaky.py", PYTHON + body)
    done, found = checkout.run("--impl", "multiprocessing", "python/flaky")
    assert verdicts(found, cpython(found)) == {"python/flaky": "flaky"} or verdicts(found, "reference fork") == {
        "python/flaky": "flaky"
    }
    assert done.returncode == 3


@pytest.mark.parametrize("module", ["import_error", "exits_at_import", "not_a_lock", "forks_at_import"])
def test_a_module_that_can_t_be_imported_is_one_line_and_the_rest_goes_on(checkout: Checkout, module: str) -> None:
    done, found = checkout.run("--impl", LOCKS / f"{module}.py", "--impl", "cpython")
    assert done.returncode == 3
    assert sum(line.startswith(module) for line in done.stdout.splitlines()) == 1
    assert verdicts(found, cpython(found)) == {"lock/unlocked": "pass"}


def test_an_interpreter_that_is_another_than_its_name_says_is_refused(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar = checkout.home / "bin" / "python3.14"
    checkout.write("bin/python3.14", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    liar.chmod(0o755)
    monkeypatch.setenv("PATH", f"{liar.parent}:{os.environ['PATH']}")
    done, found = checkout.run("--impl", "multiprocessing@3.14", "--impl", "cpython")
    if sys.version_info[:2] != (3, 14):
        assert done.returncode == 3
        assert "where 3.14 was expected" in done.stdout
    assert verdicts(found, cpython(found)) == {"lock/unlocked": "pass"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lock/no-such"], "lock/no-such: there is no such case"),
        (["--clause", "lock.no.*"], "--clause lock.no.*: no case has such a clause"),
        (["--spec", "2.7"], "--spec 2.7: expected an edition"),
        (["--shard", "3/2"], "--shard 3/2: expected i/n"),
        (["--baseline", "/no/such.json"], "--baseline"),
    ],
)
def test_wrong_usage_is_one_line(checkout: Checkout, words: list[str], said: str) -> None:
    done, _ = checkout.run(*words)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr


def test_the_catalogue_can_be_listed(checkout: Checkout) -> None:
    own = {**environment(), "LOCKSTEP_HOME": str(checkout.home), "PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    words = [str(CLI), "list", "--clauses", "--cases"]
    done = subprocess.run(words, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        *("lock.release.unlocked", "lock.locked.value"),
        "lock/unlocked",
    ]


def test_results_have_the_worst_verdict_of_a_clause(checkout: Checkout) -> None:
    checkout.write("conformance/cases/lock/wrong.lks", UNLOCKED.replace("An", "One") + "a: L.release() -> None\n")
    _, found = checkout.run("--impl", "cpython")
    clause = next(one for one in found["clauses"] if one["id"] == "lock.release.unlocked")
    assert clause["verdicts"][cpython(found)] == "fail"
    assert clause["cases"] == ["lock/unlocked", "lock/wrong"]
    assert json.loads(json.dumps(found)) == found
