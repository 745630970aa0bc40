"""A run with a baseline: what its report says of it, and what happens when it can't be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports.results import HERE, Json
from reports.tests.comparing.samples import case, results, verdict

FILES = {"results.json", "index.html", "junit.xml", "results.sarif", "summary.md", "badges"}


def render(folder: Path, run: Json, **environment: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    (folder / "results.json").write_text(json.dumps(run))
    command = [sys.executable, "-m", "reports", str(folder)]
    return subprocess.run(
        command,
        cwd=HERE.parent,
        env={name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(results([case("lock/a", x_fork="pass"), case("lock/b", x_fork="known")])))
    return path


def failing(baseline: Path | str = "") -> Json:
    return results([case("lock/a", x_fork="fail"), case("lock/b", x_fork="pass")], baseline=str(baseline))


def test_the_report_says_what_changed_since_the_baseline(tmp_path: Path, baseline: Path) -> None:
    done = render(tmp_path / "run", failing(baseline))
    assert (done.returncode, done.stdout) == (0, "")
    for file in ("summary.md", "index.html"):
        assert "Something got worse: 1 new, 1 fixed" in (tmp_path / "run" / file).read_text(), file


def test_without_a_baseline_nothing_is_compared(tmp_path: Path) -> None:
    assert render(tmp_path / "run", failing()).returncode == 0
    for file in ("summary.md", "index.html"):
        assert "got worse" not in (tmp_path / "run" / file).read_text()


@pytest.mark.parametrize("content", [None, "{", '{"schema": 3}'])
def test_a_baseline_that_cant_be_read_is_one_line_exit_2_and_a_whole_report(
    tmp_path: Path, baseline: Path, content: str | None
) -> None:
    baseline.unlink()
    if content is not None:
        baseline.write_text(content)
    done = render(tmp_path / "run", failing(baseline))
    assert done.returncode == 2
    complaint, shown = done.stderr.splitlines()
    assert complaint.startswith(f"reports: baseline: {baseline}: ")
    assert shown.startswith("report: ")
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES


def test_a_run_is_no_baseline_of_itself(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    done = render(folder, failing(folder / "results.json"))
    assert done.returncode == 2
    assert "the run's own results" in done.stderr


def test_annotations_are_printed_under_github_actions_only(tmp_path: Path) -> None:
    assert render(tmp_path / "run", failing()).stdout == ""
    done = render(tmp_path / "run", failing(), GITHUB_ACTIONS="true")
    assert done.stdout.startswith("::error file=conformance/cases/lock/a.lks,line=7,title=")
    assert done.stdout.count("\n") == 1


def test_hostile_text_adds_nothing_to_the_page(tmp_path: Path, baseline: Path) -> None:
    hostile = "</style></details><script>alert(1)</script>{{ 1 }}\ud800"
    new = results([case("lock/a", x_fork=verdict("fail", observed=hostile, clause=hostile))], baseline=str(baseline))
    assert render(tmp_path / "run", new).returncode == 0
    assert "<script>alert" not in (tmp_path / "run" / "index.html").read_text()
