"""The benchmark: that it tells good from bad, and measures every row."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import lockstep

from impl.bench.__main__ import table
from impl.bench.goals import ROWS, results
from impl.interpreters import ROOT


def test_the_ratio_is_that_of_each_repetition() -> None:
    (result,) = results({"pair": {"cpython": [100.0, 300.0, 100.0], "lockstep": [50.0, 100.0, 50.0]}}, 11)
    assert result.ratio == 2.0
    assert result.medians == {"cpython": 100.0, "lockstep": 50.0}
    assert result.reached


def test_the_goal_depends_on_the_version() -> None:
    figures = {"pair": {"cpython": [15.0], "lockstep": [10.0]}}
    assert [results(figures, minor)[0].reached for minor in (11, 12)] == [False, True]


def test_what_is_no_comparison_has_a_limit_of_its_own() -> None:
    rows = [{"killed_waiter": {"cpython": [9.0], "lockstep": [ours]}} for ours in (1.9, 2.1)]
    assert [results(figures, 11)[0].reached for figures in rows] == [True, False]


def test_a_missed_goal_is_named() -> None:
    text = table("3.11.7", results({"pair": {"cpython": [10.0], "lockstep": [10.0]}}, 11))
    assert text.splitlines()[1].endswith("1.00   >=  1.8  MISSED")


def test_a_missed_goal_says_what_exact_releases_cost() -> None:
    figures = {name: {"cpython": [36.0], "lockstep": [30.0]} for name in ("pair", "refused")}
    pair, refused = table("3.11.7", results(figures, 11, exact_release_ns=12.0)).splitlines()[1:]
    assert pair.endswith("1.20   >=  1.8  MISSED; 2.00 but for exact releases")
    assert refused.endswith("MISSED")


def test_every_row_is_measured_here(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert lockstep.__file__ is not None
    folder = Path(lockstep.__file__).parents[1]
    rows = [row.name for row in ROWS]
    command = [sys.executable, "-m", "impl.bench", "--interpreter", sys.executable, "--repetitions", "1", *rows]
    done = subprocess.run(
        [*command, "--package", folder, "--json", out], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr  # goals are for quiet machines
    (measured,) = json.loads(out.read_text())["python"]
    assert [result["row"]["name"] for result in measured["rows"]] == rows
    assert all(min(times) > 0 for row in measured["figures"].values() for times in row.values())


def test_an_unknown_row_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "impl.bench", "pears"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "no such row: pears; expected some of pair" in done.stderr


def test_a_failed_measurement_is_told() -> None:
    command = [sys.executable, "-m", "impl.bench", "pair", "--interpreter", sys.executable, "--package", "/nowhere"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 3
    assert "lockstep" in done.stderr
