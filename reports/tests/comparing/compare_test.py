"""compare as its users run it: words, exit codes, files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from reports.comparison import compare
from reports.comparison_text import markdown, text
from reports.results import HERE, Json
from reports.tests.comparing.samples import case, results, vanished, verdict

HOSTILE = "```\n## x | <script>\x1b[2J\ud800\u202e::error::"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reports.compare", *map(str, words)]
    return subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)


def write(path: Path, content: Json) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    cases = [case("lock/a", cpython_fork="known", cpython_spawn="known"), case("lock/b", cpython_fork="pass")]
    return write(tmp_path / "old.json", results(cases, started="2025-12-31T00:00:00Z"))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    cases = [case("lock/a", cpython_fork="pass", cpython_spawn="pass"), case("lock/b", cpython_fork="fail")]
    return write(tmp_path / "new.json", results(cases, [vanished()]))


def test_the_same_run_is_no_change(old: Path) -> None:
    done = run(old, old)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\nNothing changed\n")


def test_what_changed_is_told_in_words(old: Path, new: Path) -> None:
    done = run(old, new)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "Something got worse: 1 new, 1 vanished, 2 fixed"
    assert "  cpython fork, cpython spawn\n" in done.stdout.replace("    cpython", "  cpython")
    assert "repeat    ./run_tests.py conformance lock/b --impl" in done.stdout
    for word in ("2025-12-31", "2026-01-01", "./run_tests.py conformance --seed 7", "glibc 2.36", "X-CPYTHON-001"):
        assert word in done.stdout


def test_getting_better_is_exit_0(old: Path, tmp_path: Path) -> None:
    fine = results([case("lock/a", cpython_fork="pass"), case("lock/b", cpython_fork="pass")])
    done = run(old, write(tmp_path / "fine.json", fine))
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "Nothing got worse: 1 fixed, 1 not run"


def test_the_files_are_written(old: Path, new: Path, tmp_path: Path) -> None:
    done = run(old, new, "--markdown", tmp_path / "c.md", "--json", tmp_path / "c.json")
    assert done.returncode == 1
    found = json.loads((tmp_path / "c.json").read_text())
    schema = json.loads((HERE / "comparison.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    assert "### New: 1" in (tmp_path / "c.md").read_text()
    found["new"][0]["worse"] = "perhaps"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(found)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("{", "not valid JSON"), ('{"schema": 2}', "is a required property"), (None, "No such file")],
)
def test_what_cant_be_read_is_one_line_and_exit_2(old: Path, tmp_path: Path, content: str, complaint: str) -> None:
    bad = tmp_path / "bad.json"
    if content is not None:
        bad.write_text(content)
    for words in ((old, bad), (bad, old)):
        done = run(*words)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert str(bad) in done.stderr
        assert complaint in done.stderr


def test_a_file_that_cant_be_written_is_one_line_and_exit_2(old: Path, tmp_path: Path) -> None:
    done = run(old, old, "--json", tmp_path / "none" / "c.json")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_wrong_usage_is_exit_2() -> None:
    assert run("one.json").returncode == 2


def test_hostile_text_steers_neither_a_terminal_nor_markdown() -> None:
    worse = verdict("fail", observed=HOSTILE, clause=HOSTILE)
    found = compare(results(), results([case("lock/a", cpython_fork=worse)]), "old.json", HOSTILE)
    shown = text(found)
    assert "\x1b" not in shown
    assert "\\x1b" in shown
    assert not any(line.startswith(("```\n", "##")) for line in shown.splitlines())
    told = markdown(found)
    assert "<script>" not in told.partition("````text")[0]
    assert told.count("````text") == 1
