from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reports.results import Json

HOME = Path(__file__).resolve().parents[2]
FILES = {"results.json", "index.html", "junit.xml", "results.sarif", "summary.md", "badges"}


def render(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reports", str(folder)]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)


def test_it_writes_the_files(folder: Path) -> None:
    done = render(folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert str(folder / "index.html") in done.stderr
    assert {path.name for path in folder.iterdir()} == FILES


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda results: results.pop("seed"), "'seed' is a required property"),
        (lambda results: results.update(schema=2), "1 was expected"),
        (lambda results: results["totals"].update(passed=-1), "$.totals.passed"),
        (lambda results: results["divergences"][0].update(kind="new"), "$.divergences[0].kind"),
        (lambda results: results["divergences"][0]["traces"][0]["events"][0].pop("step"), "events[0]"),
    ],
)
def test_a_schema_violation_is_one_line_and_exit_2(folder: Path, results: Json, damage: object, complaint: str) -> None:
    assert callable(damage)
    damage(results)
    (folder / "results.json").write_text(json.dumps(results))
    done = render(folder)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert complaint in done.stderr
    assert not (folder / "index.html").exists()


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"seed": NaN}', "\udcff"])
def test_what_is_no_json_is_one_line_and_exit_2(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    done = render(tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "not valid JSON" in done.stderr


def test_a_missing_file_is_one_line_and_exit_2(tmp_path: Path) -> None:
    done = render(tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "No such file" in done.stderr
