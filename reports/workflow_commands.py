"""`::error` lines, which GitHub Actions shows beside the files that they name."""

from __future__ import annotations

from reports.disagreements import disagreements
from reports.places import identifiers, place
from reports.results import Json

SHOWN_MAX = 10  # GitHub shows no more of one step


def escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def render(results: Json) -> list[str]:
    """Return a line for each failure, the worst first."""
    lines, known = [], identifiers()
    for one in [one for one in disagreements(results) if one.failing][:SHOWN_MAX]:
        file, line = place(one, known)
        where = f"file={escape_property(file)},line={line},title={escape_property(one.clause)}"
        lines.append(f"::error {where}::{escape_data(one.with_replay)}")
    return lines
