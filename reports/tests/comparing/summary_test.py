from __future__ import annotations

from reports import summary
from reports.comparison import compare
from reports.tests.comparing.samples import case, divergence, implementation, results, vanished, verdict


def test_each_failure_comes_with_the_line_that_repeats_it() -> None:
    failing = divergence(replay="./run_tests.py replay L1x-failing")
    known = divergence(replay="./run_tests.py replay L1x-known", kind="known", observed="True")
    text = summary.render(results([], [failing, known]))
    assert "L1x-failing" in text
    assert "L1x-known" not in text
    assert "1 known divergence in index.html." in text


def test_columns_that_fail_alike_are_one_failure() -> None:
    text = summary.render(results([case("lock/a", x_fork="fail", y_fork="fail", z_fork="known")]))
    assert text.count("\n## ") == 1
    assert "\nAlso y fork.\n" in text


def test_the_comparison_stands_before_the_failures() -> None:
    old, new = results([case("lock/a", x_fork="pass")]), results([case("lock/a", x_fork="fail")])
    text = summary.render(new, compare(old, new, "old.json", "new.json"))
    assert 0 < text.index("## Something got worse: 1 new") < text.index("### New: 1") < text.index("## x fork shows")


def test_skips_and_what_went_away_are_named() -> None:
    skipped = {"billiard fork": implementation("billiard", skip_reason="no module named billiard")}
    text = summary.render(results([], [vanished()], skipped))
    assert "skipped: no module named billiard" in text
    assert "## cpython fork no longer diverges as X\\-CPYTHON\\-001 foresees" in text


def test_only_so_many_failures_are_shown() -> None:
    text = summary.render(results([case(f"lock/{number}", x_fork="fail") for number in range(summary.SHOWN_MAX + 5)]))
    assert text.count("\n## ") == summary.SHOWN_MAX
    assert "5 more are in index.html." in text


def test_it_stays_below_what_github_takes() -> None:
    cells = {"x_fork": verdict("fail", observed="y" * 10_000, reason="\u20ac" * 10_000)}
    run = results([dict(case(f"lock/{number}", **cells), text="\u20ac\n" * 10_000) for number in range(99)])
    run["errors"] = ["e" * 10_000] * 99
    before = results([case(f"lock/{number}", x_fork="pass") for number in range(99)])
    comparison = compare(before, run, "old.json", "new.json")
    text = summary.render(run, comparison)
    assert 500_000 < len(text.encode()) < 1 << 20
    assert "39 more" in text
    assert "parts are left out" not in text
    text = summary.render(run, comparison, bytes_max=100_000)
    assert 50_000 < len(text.encode()) < 100_100
    assert "parts are left out, for length" in text
    assert text.count("\n```text\n") == text.count("\n```\n")


def test_hostile_replay_lines_stay_in_their_code_block() -> None:
    text = summary.render(results([], [divergence(replay="```\n# out\n```", script="x")]))
    assert "````text\n```\n# out\n```\n````" in text
