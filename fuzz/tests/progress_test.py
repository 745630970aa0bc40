from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from fuzz.job import Crash, Job
from fuzz.libfuzzer import Figures
from fuzz.progress import ProgressLine, story, table
from fuzz.targets import Target


class Clock:
    """Stands for time.monotonic()."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def job(name: str, figures: Figures, home: Path = Path("/nowhere")) -> Job:
    made = Job(Target(name, home), home, 1, 1)
    made.figures = figures
    return made


def test_a_pipe_gets_a_line_every_ten_seconds(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    progress = ProgressLine(quiet=False)
    for second in range(25):
        clock.now = 100.0 + second
        progress.show([job("fuzz_a", Figures())])
    assert capsys.readouterr().err == "0/1 targets, 10 s: \n0/1 targets, 20 s: \n"


def test_a_terminal_gets_one_live_line(
    clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = ProgressLine(quiet=False)
    progress.show([])
    progress.show([])
    progress.clear()
    shown = capsys.readouterr().err
    assert shown.count("\r\033[K") == 3
    assert "\n" not in shown


def test_quiet_is_quiet(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    progress = ProgressLine(quiet=True)
    clock.now += 100
    progress.show([job("fuzz_a", Figures())])
    assert capsys.readouterr().err == ""


def test_the_table_is_aligned_and_has_every_figure() -> None:
    head, *rows = table(
        [job("fuzz_a", Figures(1234567, 40000, 5, 6, 7, 8)), job("fuzz_longer", Figures())]
    ).splitlines()
    assert head.split() == ["target", "executions", "executions/s", "edges", "features", "corpus", "new", "crashes"]
    assert rows[0].split() == ["fuzz_a", "1,234,567", "40,000", "5", "6", "7", "8", "0"]
    assert len({len(line) for line in (head, *rows)}) == 1


def test_a_crash_ends_with_what_repeats_and_what_keeps_it() -> None:
    crash = Crash(
        "fuzz_a", "Assertion failure: x", "crash", "r/inputs/fuzz_a-crash-1", "r/fuzz_a.log", "a\nb\n", "prog f"
    )
    lines = story(crash).splitlines()
    assert lines[0] == "CRASH  fuzz_a: Assertion failure: x"
    assert lines[-2:] == ["  repeat    prog f", "  keep      ./run_tests.py fuzz --promote r/inputs/fuzz_a-crash-1"]
    assert "    b" in lines
