"""What became of CPython's tests in one run, and what a replacement made worse."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

OUTCOMES = ("passed", "failed", "skipped")
WORSE = {"skipped": 0, "passed": 1, "failed": 2}  # A test may have several outcomes: of itself, of what cleans up.


@dataclass(frozen=True)
class Record:
    """The outcome of each test, the text of those that failed, and how the run ended."""

    outcomes: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    end: str = ""

    def count(self, outcome: str) -> int:
        return [*self.outcomes.values()].count(outcome)

    def counts(self) -> dict[str, int]:
        return {"run": len(self.outcomes), **{outcome: self.count(outcome) for outcome in OUTCOMES}}


def read_record(lines: Iterable[str], end: str) -> Record:
    """Read what ``drive.py`` wrote. What began and has no outcome failed; `end` says how the run ended."""
    outcomes: dict[str, str] = {}
    texts: dict[str, str] = {}
    begun: set[str] = set()
    for line in lines:
        if not line.endswith("\n"):
            break  # The process died as it wrote this.
        outcome, test, text = json.loads(line)
        if outcome == "begun":
            begun.add(test)
            continue
        begun.discard(test)
        if test not in outcomes or WORSE[outcome] > WORSE[outcomes[test]]:
            outcomes[test] = outcome
        if outcome == "failed":
            texts[test] = texts.get(test, "") + text
    for test in begun:
        outcomes[test] = "failed"
        texts[test] = texts.get(test, "") + f"the run ended in it: {end}\n"
    return Record(outcomes, texts, end)


def newly_failing(stock: Record, replaced: Record) -> list[str]:
    """The tests that pass without the replacement and, with it, do not; nor may any fail that was skipped or absent."""
    lost = {test for test, outcome in stock.outcomes.items() if outcome == "passed"} - {
        test for test, outcome in replaced.outcomes.items() if outcome == "passed"
    }
    fresh = {
        test
        for test, outcome in replaced.outcomes.items()
        if outcome == "failed" and stock.outcomes.get(test) != "failed"
    }
    return sorted(lost | fresh)
