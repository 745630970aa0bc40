"""The cards of the page, one for each divergence: everything that is known of it, ready for the template."""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import Markup

from reports.bars import outcomes
from reports.matrix import DOCUMENTATION
from reports.results import Json, exposed, title
from reports.timeline import timelines

GLYPHS = {"unexpected": "✗", "vanished": "!", "known": "◐"}  # never colour alone
DECLARATIONS = ("#", "clause ", "lock ", "process ", "schedule ")
UNWRITTEN = "TO" + "DO"  # what the lint of expectations refuses, so that nobody forgets to say why


def script_lines(divergence: Json) -> list[tuple[str, bool]]:
    """Return the script's lines, each with whether it is the step at which the implementations first differ."""
    lines = []
    step = -1
    for line in divergence["script"].rstrip().splitlines():
        text = line.strip()
        is_step = bool(text) and not text.startswith(DECLARATIONS) and text not in ("race", "end")
        step += is_step
        lines.append((line, is_step and step == divergence["step"]))
    return lines


def toml_string(text: str) -> str:
    """Spell a text in TOML: as in JSON, but for lone surrogates, which it can't say, and DEL, which it escapes."""
    sayable = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return json.dumps(sayable, ensure_ascii=False).replace("\x7f", "\\u007f")


def expectation(divergence: Json) -> str:
    """Return an entry of an expectation file that would foresee this divergence, for its reader to complete."""
    family = re.sub(r"-[\d.]+$", "", divergence["implementation"])
    name = re.sub(r"\W+", "-", family).strip("-").upper() or "NAME"
    place = "case" if divergence.get("case") else "clause"
    fields = {
        "id": f"X-{name}-NNN",
        place: divergence[place],
        "observed": divergence["observed"],
        "reason": UNWRITTEN,
        "link": "",
    }
    return "\n".join(["[[divergence]]", *(f"{field} = {toml_string(value)}" for field, value in fields.items())])


def card(number: int, divergence: Json, clauses: dict[str, Json], cases: dict[str, Json]) -> dict[str, Any]:
    """Return what the template shows of one divergence."""
    clause = clauses.get(divergence["clause"], {})
    return {
        **divergence,
        "case": divergence.get("case", ""),
        "also": divergence.get("also", []),
        "what": divergence.get("what", ""),
        "id": f"divergence-{number}",
        "glyph": GLYPHS[divergence["kind"]],
        "title": title(divergence),
        "exposed": exposed(divergence),
        "lines": script_lines(divergence),
        "drawings": [(trace, Markup(svg)) for trace, svg in timelines(divergence)],  # noqa: S704 - escaped there
        "rows": outcomes(divergence),
        "source": cases.get(divergence.get("case", "")) if not divergence["script"] else None,
        "quote": clause.get("quote", ""),
        "sentence": clause.get("text", ""),
        "link": DOCUMENTATION + clause["anchor"] if clause.get("anchor") else "",
        "entry": expectation(divergence) if divergence["kind"] == "unexpected" else "",
    }
