"""The clauses that the docstrings of the reference name are in the catalogue."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def named(text: str) -> set[str]:
    """Return the clauses in brackets in the string literals of a C++ file."""
    said = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace(r"\n", " ")
    return {name for listed in re.findall(r"\[([a-z]+\.[^\]]*)\]", said) for name in re.split(r",\s*", listed)}


def unknown(text: str) -> set[str]:
    clauses = tomllib.loads((HOME / "conformance" / "clauses.toml").read_text(encoding="utf-8"))["clause"]
    known = {clause["id"] for clause in clauses}
    known |= {name.partition(".")[2] for name in known}  # what holds of both kinds is named without one
    return named(text) - known


def test_every_clause_that_help_names_is_in_the_catalogue() -> None:
    text = (HOME / "impl" / "python" / "lock_doc.h").read_text(encoding="utf-8")
    assert len(named(text)) > 15
    assert unknown(text) == set()


def test_a_clause_that_is_not_is_noticed() -> None:
    assert unknown('"Waits [acquire.wakes, acquire.soon]"') == {"acquire.soon"}
