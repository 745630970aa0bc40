"""Every place of a run where an implementation does more or less than pass: what all lists for people are made of.

A conformance case disagrees once in each column (an implementation under a start method), a generated script once for
each divergence shown, an expectation that went away once in each column that it was written for.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from reports.results import Json, label

# From the best to the worst. What was skipped says least: any other verdict of the same case outranks it.
RANKS = ("skipped", "pass", "known", "inconclusive", "flaky", "vanished", "fail", "hang", "crash")
FAILING = frozenset({"vanished", "fail", "hang", "crash"})
# What of an outcome is another one in every run: addresses, and numbers of processes, as in <Lock(owner=Process-94)>.
CHANCE = re.compile(r"0x[0-9a-f]+|(?<=Process-)[\d:]+")
SECONDS = re.compile(r"(?<= at )[\d.]+(?= s\b)")  # in real time they are chance too
NOT_STEPS = ("#", "clause ", "lock ", "process ", "schedule ")


def rank(verdict: str) -> int:
    return RANKS.index(verdict)


@dataclass(frozen=True)
class Disagreement:
    """One case, generated script or expectation in one column, with the command that repeats it."""

    column: str
    clause: str
    case: str  # empty if a generated script showed it
    verdict: str
    expected: str
    observed: str
    expectation: str = ""
    reason: str = ""
    what: str = ""  # the step that differs, where words say it
    script: str = ""
    replay: str = ""
    file: str = ""
    line: int = 1
    real_time: bool = False

    @property
    def failing(self) -> bool:
        return self.verdict in FAILING

    @property
    def signature(self) -> str:
        """Return the outcome without what chance put into it: what is compared from run to run."""
        shown = CHANCE.sub("*", self.observed)
        return SECONDS.sub("*", shown) if self.real_time else shown

    @property
    def title(self) -> str:
        """Say it in one sentence."""
        if self.verdict == "vanished":
            return f"{self.column} no longer diverges as {self.expectation} foresees"
        place = self.case or self.clause
        if self.verdict in {"inconclusive", "flaky"}:
            return f"{self.column} is {self.verdict} in {place}" + (f": {self.reason}" if self.reason else "")
        return f"{self.column} shows {self.observed} in {place}, where {self.expected} is due"

    @property
    def with_replay(self) -> str:
        """Say it with the command that repeats it."""
        return f"{self.title}; repeat: {self.replay}" if self.replay else self.title


def columns(results: Json) -> dict[str, Json]:
    """Return the implementations of a run by the name that verdicts go by: in real time beside virtual, with `real`."""
    virtual = {label(entry) for entry in results["implementations"] if entry["time"] == "virtual"}
    found: dict[str, Json] = {}
    for entry in results["implementations"]:
        name = label(entry)
        found[f"{name} real" if entry["time"] == "real" and name in virtual else name] = entry
    return found


def own_columns(divergence: Json) -> list[str]:
    """Return the columns that show a divergence: its own first."""
    return list(dict.fromkeys([label(divergence), *divergence.get("also", [])]))


def impl_option(entry: Json) -> str:
    """Spell the --impl that selects a column again."""
    if entry["name"] == "reference":
        return "--impl reference"
    python = f"@{entry['python']}" if entry["python"] else ""
    return "--impl " + shlex.quote(f"{entry['name']}={entry['module']}{python}:{entry['start_method']}")


def line_of(case: Json, verdict: Json) -> int:
    """Return the line of a case's file where an implementation parts from it, or 1 if nothing says so."""
    lines = case["text"].splitlines()
    if case["kind"] == "python":
        what = verdict.get("what") or "def case("
        return next((number for number, line in enumerate(lines, 1) if what in line), 1)
    step = -1
    for number, line in enumerate(lines, 1):
        step += bool(line.strip()) and not line.lstrip().startswith(NOT_STEPS)
        if step == verdict.get("step", -1) >= 0:
            return number
    return 1


def of_cases(results: Json) -> Iterator[Disagreement]:
    shown = {
        (divergence["case"], column, divergence["observed"]): divergence
        for divergence in results["divergences"]
        if divergence.get("case") and divergence["kind"] != "vanished"
        for column in own_columns(divergence)
    }
    implementations = columns(results)
    for case in results.get("cases", []):
        for column, seen in case["verdicts"].items():
            if seen["verdict"] in {"pass", "skipped"}:
                continue
            observed = seen.get("observed", "")
            divergence = shown.get((case["name"], column, observed), {})
            entry = implementations.get(column)
            impl = impl_option(entry) if entry else ""
            yield Disagreement(
                column=column,
                clause=seen.get("clause") or (case["clauses"] or [""])[0],
                case=case["name"],
                verdict=seen["verdict"],
                expected=seen.get("expected", ""),
                observed=observed,
                expectation=seen.get("expectation", ""),
                reason=seen.get("reason", ""),
                what=divergence.get("what", ""),
                script=divergence.get("script") or case["text"],
                replay=divergence.get("replay") or f"./run_tests.py conformance {case['name']} {impl}".rstrip(),
                file=case["file"],
                line=line_of(case, {**seen, "what": divergence.get("what", "")}),
                real_time=entry is not None and entry["time"] == "real",
            )


def verdict_of(divergence: Json) -> str:
    """Return the verdict that a case with this divergence would have."""
    if divergence["kind"] != "unexpected":
        return str(divergence["kind"])
    return {"crashes": "crash", "hangs": "hang"}.get(divergence["observed"].partition(" ")[0], "fail")


def of_divergences(results: Json) -> Iterator[Disagreement]:
    """Yield what no case's verdict says: generated scripts, expectations that went away."""
    told = {case["name"] for case in results.get("cases", [])}
    implementations = columns(results)
    for divergence in results["divergences"]:
        vanished = divergence["kind"] == "vanished"
        if divergence.get("case") in told and not vanished:
            continue
        for column in own_columns(divergence):
            entry = implementations.get(column, {})
            module = entry.get("module", "")
            yield Disagreement(
                column=column,
                clause=divergence["clause"],
                case=divergence.get("case", ""),
                verdict=verdict_of(divergence),
                expected=divergence["expected"],
                observed=divergence["observed"],
                expectation=divergence["expectation"],
                reason=divergence["reason"],
                what=divergence.get("what", ""),
                script=divergence["script"],
                replay=divergence["replay"],
                file=str(PurePosixPath(module)) if module.endswith(".py") else "",
                real_time=entry.get("time") == "real",
            )


def disagreements(results: Json) -> list[Disagreement]:
    """Return all of a run, the worst first, in an order that the run's own order does not change."""
    found = {*of_cases(results), *of_divergences(results)}
    return sorted(
        found, key=lambda one: (-rank(one.verdict), one.clause, one.case, one.column, one.observed, repr(one))
    )
