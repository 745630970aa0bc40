"""index.html: the whole report in one file, which needs no network and no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from reports.bars import outcomes
from reports.results import Json, exposed, label, title, verdict
from reports.timeline import timelines

TEMPLATES = Path(__file__).with_name("templates")
GLYPHS = {"unexpected": "✗", "vanished": "!", "known": "◐"}  # never colour alone
DECLARATIONS = ("#", "clause ", "lock ", "process ", "schedule ")


def script_lines(divergence: Json) -> list[tuple[str, bool]]:
    """Return the script's lines, each with whether it is the step at which the implementations first differ."""
    lines = []
    step = -1
    for line in divergence["script"].rstrip().splitlines():
        is_step = bool(line.strip()) and not line.lstrip().startswith(DECLARATIONS)
        step += is_step
        lines.append((line, is_step and step == divergence["step"]))
    return lines


def tiles(results: Json) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: the figure, what it counts, and its style."""
    totals = results["totals"]
    ran = [entry for entry in results["implementations"] if not entry["skip_reason"]]
    rates = results["rates"]
    return [
        (f"{len(ran):,}", "implementations and start methods", ""),
        (f"{totals['scripts']:,}", f"scripts, {rates['scripts_per_second']:,.0f}/s", ""),
        (f"{totals['steps']:,}", f"steps, {rates['steps_per_second']:,.0f}/s", ""),
        *([(f"{totals['cases']:,}", "conformance cases", "")] if totals["cases"] else []),
        (f"{totals['unexpected']:,}", "unexpected", "bad" if totals["unexpected"] else "good"),
        (f"{totals['vanished']:,}", "went away", "bad" if totals["vanished"] else "good"),
        (f"{totals['known']:,}", "known", "known" if totals["known"] else ""),
        (f"{totals['inconclusive']:,}", "inconclusive", "known" if totals["inconclusive"] else ""),
    ]


def agreement(entry: Json) -> float | None:
    """Return the share of an implementation's scripts and cases that passed; None if none was decided."""
    decided = sum(int(entry[field]) for field in ("passed", "known", "unexpected", "vanished", "inconclusive"))
    return int(entry["passed"]) / decided if decided else None


def percentage(share: float) -> str:
    """Write a share in percent, such that only the whole is 100% and only nothing is 0%."""
    if 0 < share < 1:
        return f"{min(max(share * 100, 0.01), 99.99):.2f}%"
    return f"{share * 100:.0f}%"


def card(number: int, divergence: Json) -> dict[str, Any]:
    """Return what the template shows of one divergence."""
    return {
        **divergence,
        "id": f"divergence-{number}",
        "glyph": GLYPHS[divergence["kind"]],
        "title": title(divergence),
        "exposed": exposed(divergence),
        "lines": script_lines(divergence),
        "drawings": [(trace, Markup(svg)) for trace, svg in timelines(divergence)],  # noqa: S704 - escaped there
        "rows": outcomes(divergence),
    }


def render(results: Json, comparison: Json | None = None) -> str:
    """Return the whole page; the comparison is comparison_text.view() of that with the run's baseline.

    Every text of the results is escaped: by Jinja here, by reports.timeline in the SVG.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percentage"] = percentage
    divergences = sorted(results["divergences"], key=lambda entry: list(GLYPHS).index(entry["kind"]))
    state, sentence = verdict(results)
    return environment.get_template("index.html.jinja").render(
        results=results,
        comparison=comparison,
        style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        state=state,
        sentence=sentence,
        tiles=tiles(results),
        rows=[(entry, label(entry), agreement(entry)) for entry in results["implementations"]],
        cards=[card(number, divergence) for number, divergence in enumerate(divergences, 1)],
    )
