"""The catalogue as JSON, for the program that runs it: ``python -m conformance.listing``.

One object on stdout: ``clauses`` (the keys of clauses.toml), ``cases`` (name, file, kind, title, clauses, level, slow,
text) and ``problems``, a line each. A case with a problem is left out: the others can still be run.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conformance.catalogue import Case, Catalogue, Clause, load
from conformance.lint import HOME, check_cases, check_clauses


def _clause(clause: Clause) -> dict[str, Any]:
    return {key: value for key, value in asdict(clause).items() if key not in {"file", "line", "unknown_keys"}}


def _case(home: Path, case: Case, level: str) -> dict[str, Any]:
    return {
        "name": case.name,
        "file": case.file,
        "kind": "python" if case.file.endswith(".py") else "script",
        "title": case.title,
        "clauses": [clause for _, clause in case.clauses],
        "level": level,
        "slow": case.slow,
        "text": (home / case.file).read_text(encoding="utf-8"),
    }


def listing(home: Path, catalogue: Catalogue) -> dict[str, Any]:
    """Return what the program needs of a catalogue."""
    problems = [*catalogue.problems, *check_clauses(catalogue), *check_cases(catalogue)]
    spoilt = {problem.file for problem in problems}
    sound = [case for case in catalogue.cases if case.file not in spoilt]
    return {
        "clauses": [_clause(clause) for clause in catalogue.clauses],
        "cases": [_case(home, case, catalogue.find_level(case)) for case in sound],
        "problems": [str(problem) for problem in sorted(problems)],
    }


if __name__ == "__main__":
    json.dump(listing(HOME, load(HOME)), sys.stdout)
