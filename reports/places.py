"""Where a disagreement is shown: the file and line that somebody who mends it would open first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from reports.disagreements import Disagreement

HOME = Path(__file__).parents[1]
CATALOGUE = "conformance/clauses.toml"
EXPECTATIONS = "conformance/expectations"
IDENTIFIER = re.compile(r'\s*id\s*=\s*"([^"]*)"')

Place = tuple[str, int]


def identifiers(home: Path = HOME) -> dict[str, Place]:
    """Return where each clause is in the catalogue, and each expectation in its file."""
    found: dict[str, Place] = {}
    for path in (home / CATALOGUE, *sorted((home / EXPECTATIONS).glob("*.toml"))):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for number, line in enumerate(lines, 1):
            if match := IDENTIFIER.match(line):
                found.setdefault(match[1], (path.relative_to(home).as_posix(), number))
    return found


def place(one: Disagreement, known: Mapping[str, Place]) -> Place:
    """Return the line of a case that differs, the expectation that went away, or the clause in the catalogue."""
    if one.verdict == "vanished":
        return known.get(one.expectation, (EXPECTATIONS, 1))
    return (one.file, one.line) if one.file else known.get(one.clause, (CATALOGUE, 1))
