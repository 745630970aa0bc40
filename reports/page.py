"""index.html: the whole report in one file, which needs no network, and no script to show everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from reports import fuzzing, matrix
from reports.cards import GLYPHS, card
from reports.results import Json, label, verdict

TEMPLATES = Path(__file__).with_name("templates")
COUNTERS = ("scripts", "cases", "passed", "known", "unexpected", "vanished", "inconclusive")
MEASURES = ("latency", "lateness", "fairness")


def tiles(results: Json) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: the figure, what it counts, and its style."""
    totals = results["totals"]
    ran = [entry for entry in results["implementations"] if not entry["skip_reason"]]
    rates = results["rates"]
    clauses = results["clauses"]
    rated = [
        (f"{totals['scripts']:,}", f"scripts, {rates['scripts_per_second']:,.0f}/s", ""),
        (f"{totals['steps']:,}", f"steps, {rates['steps_per_second']:,.0f}/s", ""),
    ]
    targets = fuzzing.targets(results)
    crashes = len(fuzzing.crashes(results))
    fuzzed = [
        (f"{len(targets):,}", "fuzz targets", ""),
        (f"{sum(target['executions'] for target in targets):,}", "executions", ""),
        (f"{crashes:,}", "crashes", "bad" if crashes else "good"),
    ]
    if targets and not ran:
        return fuzzed
    return [
        (f"{len(ran):,}", "implementations and start methods", ""),
        *([(f"{len(clauses):,}", "clauses", "")] if clauses else []),
        *([(f"{totals['cases']:,}", "cases run", "")] if totals["cases"] else []),
        *(rated if totals["scripts"] else []),
        (f"{totals['unexpected']:,}", "unexpected", "bad" if totals["unexpected"] else "good"),
        (f"{totals['vanished']:,}", "went away", "bad" if totals["vanished"] else "good"),
        (f"{totals['known']:,}", "known", "known" if totals["known"] else ""),
        (f"{totals['inconclusive']:,}", "inconclusive", "known" if totals["inconclusive"] else ""),
        *(fuzzed if targets else []),
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


def measures(results: Json) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what was measured of wake-ups: the measure, the implementation, and its figures by name."""
    return [
        (measure, f"{label(entry)}, {entry['time']} time", entry[measure])
        for measure in MEASURES
        for entry in results["implementations"]
        if entry[measure]
    ]


def as_script_data(value: Json) -> Markup:
    """Write JSON such that nothing in it can end the element that carries it."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def own_file(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - nothing of the results is in it


def catalogue(results: Json) -> dict[str, Any]:
    """Return what the template shows of the clauses and the cases."""
    columns = matrix.columns(results)
    rows = [matrix.row(clause, columns) for clause in results["clauses"]]
    return {
        "columns": columns,
        "groups": matrix.groups(columns),
        "clauses": matrix.in_order(rows),
        "cases": results.get("cases", []),
        "case_ids": {case["name"]: f"case-{number}" for number, case in enumerate(results.get("cases", []), 1)},
        "verdicts": matrix.VERDICTS,
        "no_case": matrix.NO_CASE,
        "families": matrix.families(results),
    }


def render(results: Json, comparison: Json | None = None) -> str:
    """Return the whole page; the comparison is what comparison.html.jinja shows of that with the run's baseline.

    Every text of the results is escaped: by Jinja here, by reports.timeline in the SVG.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percentage=percentage, agreement=agreement, label=label)
    environment.globals.update(findings=matrix.findings, passed=matrix.passed)
    divergences = sorted(results["divergences"], key=lambda entry: list(GLYPHS).index(entry["kind"]))
    clauses = {clause["id"]: clause for clause in results["clauses"]}
    cases = {case["name"]: case for case in results.get("cases", [])}
    state, sentence = verdict(results)
    return environment.get_template("index.html.jinja").render(
        results=results,
        comparison=comparison,
        style=own_file("style.css"),
        script=own_file("report.js"),
        data=as_script_data(matrix.embedded(results, divergences)),
        state=state,
        sentence=sentence,
        tiles=tiles(results),
        counters=COUNTERS,
        measures=measures(results),
        catalogue=catalogue(results),
        fuzzing={
            "targets": fuzzing.targets(results),
            "crashes": fuzzing.crashes(results),
            "columns": fuzzing.COLUMNS,
        },
        cards=[card(number, entry, clauses, cases) for number, entry in enumerate(divergences, 1)],
    )
