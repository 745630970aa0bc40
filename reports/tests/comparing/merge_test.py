"""merge as its users run it: words, exit codes, files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reports.results import HERE, Json, load
from reports.tests.comparing.samples import case, results


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reports.merge", *map(str, words)]
    return subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)


def write(path: Path, content: Json) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    command = "./run_tests.py conformance --seed 7 --shard"
    return [
        write(
            tmp_path / f"{number}.json",
            results([case(f"lock/{number}", cpython_fork="pass")], command=f"{command} {number}/2"),
        )
        for number in (1, 2)
    ]


def test_the_merged_file_can_be_read_again(parts: list[Path], tmp_path: Path) -> None:
    done = run(tmp_path / "out.json", *parts)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = load(tmp_path / "out.json")
    assert found["totals"]["cases"] == 2
    assert found["command"] == "./run_tests.py conformance --seed 7"
    assert {path.name for path in tmp_path.iterdir()} == {"1.json", "2.json", "out.json"}


def test_a_warning_is_a_line_and_no_failure(parts: list[Path], tmp_path: Path) -> None:
    write(parts[1], dict(json.loads(parts[1].read_text()), seed=8))
    done = run(tmp_path / "out.json", *parts)
    assert (done.returncode, done.stderr) == (0, "merge: the seeds differ; the merged run has the least of them\n")


def test_a_part_given_twice_is_one_line_and_exit_2(parts: list[Path], tmp_path: Path) -> None:
    done = run(tmp_path / "out.json", parts[0], parts[0])
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"{parts[0]} and {parts[0]}: both ran lock/1 for cpython fork" in done.stderr
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("[", "not valid JSON"), ('{"schema": 2}', "is a required property"), (None, "No such file")],
)
def test_a_part_that_cant_be_read_is_one_line_and_exit_2(
    parts: list[Path], tmp_path: Path, content: str | None, complaint: str
) -> None:
    bad = tmp_path / "bad.json"
    if content is not None:
        bad.write_text(content)
    done = run(tmp_path / "out.json", parts[0], bad)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert str(bad) in done.stderr
    assert complaint in done.stderr


def test_a_file_that_cant_be_written_is_one_line_and_exit_2(parts: list[Path], tmp_path: Path) -> None:
    done = run(tmp_path / "none" / "out.json", *parts)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert run(tmp_path / "out.json").returncode == 2
