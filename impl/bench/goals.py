"""What is measured, in which unit, and what the reference is to reach of it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One measure. `goal` is how many times better than CPython's lock ours is to be, by minor version of Python."""

    name: str
    text: str
    unit: str
    goal: float = 0
    newer: float = 0  # from 3.12 on, where it differs
    limit: float = 0  # for what is no comparison: our own figure is to be at most this
    releases: bool = False  # each measured round releases the lock once, uncontended

    def goal_for(self, minor: int) -> float:
        return self.newer if self.newer and minor >= 12 else self.goal


ROWS = (
    Row("pair", "acquire(); release()", "ns", 1.8, 1.4, releases=True),
    Row("bound", "the same, methods bound before", "ns", 1.35, releases=True),
    Row("with", "with lock: pass", "ns", 3.8, 5.0, releases=True),
    Row("rlock", "RLock: acquire(); release()", "ns", releases=True),
    Row("recursion", "RLock, owned: acquire(); release()", "ns"),
    Row("refused", "held: acquire(False)", "ns", 1.4, 1.1),
    Row("timed", "free: acquire(True, 1.0); release()", "ns", 1.75, releases=True),
    Row("no_time", "held: acquire(True, 0)", "ns", 300),
    Row("overshoot", "held: acquire(True, 0.001), lateness", "ns", 2),
    Row("contended_2", "2 processes, short section", "ns", 2),
    Row("contended_4", "4 processes, short section", "ns"),
    Row("handed_across", "hand-off to another processor", "ns", 20),
    Row("handed_here", "hand-off on one processor", "ns", 1),
    Row("creation", "Lock()", "ns", 100),
    Row("memory", "resident, of each of 10,000 locks", "bytes", 20),
    Row("killed_waiter", "acquire(); release() after a waiter was killed, to before", "times", limit=2),
)

Figures = dict[str, dict[str, list[float]]]


@dataclass(frozen=True)
class Result:
    """A row as one interpreter measured it: medians, and the median of the ratios within each repetition."""

    row: Row
    medians: dict[str, float]
    ratio: float
    goal: float
    ratio_inexact: float = 0  # what it were if of two releases that race both might succeed, as CPython's may

    @property
    def reached(self) -> bool:
        if self.row.limit:
            return self.medians["lockstep"] <= self.row.limit
        return self.ratio >= self.goal


def results(figures: Figures, minor: int, exact_release_ns: float = 0) -> list[Result]:
    """Compare; `exact_release_ns` is what it costs a release to be the only one of two that race to succeed."""

    def ratio(times: dict[str, list[float]], saved_ns: float = 0) -> float:
        return median(
            theirs / (ours - saved_ns) for theirs, ours in zip(times["cpython"], times["lockstep"], strict=True)
        )

    found = []
    for row in ROWS:
        if row.name in figures:
            times = figures[row.name]
            medians = {name: median(values) for name, values in times.items()}
            inexact = ratio(times, exact_release_ns) if row.releases and exact_release_ns else 0
            found.append(Result(row, medians, ratio(times), row.goal_for(minor), inexact))
    return found
