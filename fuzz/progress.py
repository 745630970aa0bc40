"""How far a run is: one live line on a terminal, a plain line every 10 s elsewhere; and the table at its end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from fuzz.job import Crash, Job

PLAIN_LINE_EVERY_S = 10
COLUMNS = ("target", "executions", "executions/s", "edges", "features", "corpus", "new", "crashes")


class ProgressLine:
    """Tells on stderr how far the jobs are."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._last_shown = self._begun = time.monotonic()

    def show(self, jobs: Sequence[Job]) -> None:
        now = time.monotonic()
        if self._quiet or (not self._terminal and now - self._last_shown < PLAIN_LINE_EVERY_S):
            return
        self._last_shown = now
        running = [job for job in jobs if job.running]
        told = "; ".join(map(self._tell, running))
        ended = sum(job.ended for job in jobs)
        line = f"{ended}/{len(jobs)} targets, {now - self._begun:.0f} s: {told}"
        sys.stderr.write(f"\r\033[K{line[: _width() - 1]}" if self._terminal else f"{line}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._terminal and not self._quiet:
            sys.stderr.write("\r\033[K")

    @staticmethod
    def _tell(job: Job) -> str:
        figures = job.figures
        crashes = len(figures.artifacts)
        return (
            f"{job.target.name.removeprefix('fuzz_')} {figures.executions:,} ({figures.per_second:,}/s) "
            f"edges {figures.edges:,} features {figures.features:,} corpus {figures.corpus:,} crashes {crashes}"
        )


def _width() -> int:
    try:
        return max(20, os.get_terminal_size(2).columns)
    except OSError:
        return 80


def table(jobs: Sequence[Job]) -> str:
    """Return the figures of all jobs, aligned."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for job in jobs:
        told = job.as_json()
        figures = [told[name] for name in ("executions", "executions_per_s", "edges", "features", "corpus", "new")]
        rows.append((job.target.name, *(f"{figure:,}" for figure in (*figures, len(job.crashes)))))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *rest in rows:
        figures = [figure.rjust(width) for figure, width in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *figures]))
    return "\n".join(lines)


def story(crash: Crash) -> str:
    """Tell one crash: what it is, the input in words, and how to repeat it."""
    lines = [f"CRASH  {crash.target}: {crash.line}", f"  input     {crash.input}", f"  log       {crash.log}", ""]
    lines += [f"    {line}".rstrip() for line in crash.text.splitlines()]
    lines += ["", f"  repeat    {crash.replay}", f"  keep      ./run_tests.py fuzz --promote {crash.input}"]
    return "\n".join(lines)
