"""The matrix of clauses and implementations: its columns, its rows, and the cases behind each cell."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from reports import disagreements
from reports.results import Json, label

# Every verdict with its glyph (never colour alone) and what it means, the worst first.
VERDICTS = {
    "crash": ("✖", "a process crashed"),
    "hang": ("∞", "it did not end"),
    "fail": ("✗", "it does otherwise, and nobody foresaw it"),
    "vanished": ("!", "a foreseen divergence went away"),
    "flaky": ("~", "it does otherwise, but not every time"),
    "inconclusive": ("?", "it could not be decided"),
    "known": ("◐", "it does otherwise, as foreseen"),
    "pass": ("✓", "it does as the clause says"),
    "skipped": ("-", "it was not run"),
}
LEVELS = ["MUST", "SHOULD", "MAY", "OBSERVED"]
QUIET = ("pass", "skipped")
RANKS = list(VERDICTS)
NO_CASE = ("·", "no case of this clause was run here")
DOCUMENTATION = "https://docs.python.org/3/"


def columns(results: Json) -> list[dict[str, str]]:
    """Return the implementations that verdicts name, in the order of the run: key, name, start method.

    An implementation that ran in real time beside virtual has a key of its own.
    """
    named = {key for entry in (*results["clauses"], *results.get("cases", [])) for key in entry["verdicts"]}
    return [
        {"key": key, "name": entry["name"], "start": entry["start_method"] + key.removeprefix(label(entry))}
        for key, entry in disagreements.columns(results).items()
        if key in named
    ]


def groups(found: Iterable[dict[str, str]]) -> list[tuple[str, list[dict[str, str]]]]:
    """Put columns that stand side by side under the name of their implementation."""
    return [(name, list(own)) for name, own in groupby(found, lambda column: column["name"])]


def disagrees(clause: Json) -> bool:
    """Tell whether any implementation does not do as the clause says, or could not be decided."""
    return any(verdict not in QUIET for verdict in clause["verdicts"].values())


def in_order(clauses: list[Json]) -> list[Json]:
    """Sort clauses: worst verdict first, then strictest level, then most that disagree, then as in the catalogue."""

    def urgency(clause: Json) -> tuple[int, int, int]:
        loud = [RANKS.index(verdict) for verdict in clause["verdicts"].values() if verdict not in QUIET]
        return min(loud, default=len(RANKS)), LEVELS.index(clause["level"]), -len(loud)

    return sorted(clauses, key=urgency)


def editions(clause: Json) -> str:
    """Say in which editions a clause holds, if not in all."""
    since, until = clause.get("since"), clause.get("until")
    if since and until:
        return f"{since} to {until}"
    return f"from {since}" if since else f"up to {until}" if until else ""


def row(clause: Json, found: list[dict[str, str]]) -> dict[str, Any]:
    """Return what the matrix shows of a clause: a cell is a verdict, and whether it begins an implementation."""
    firsts = {own[0]["key"] for _, own in groups(found)}
    keys = [column["key"] for column in found]
    return {
        "quote": "",
        "source": "",
        **clause,
        "editions": editions(clause),
        "link": DOCUMENTATION + clause["anchor"] if clause.get("anchor") else "",
        "disagrees": disagrees(clause),
        "cells": [(clause["verdicts"].get(key, ""), key in firsts) for key in keys],
    }


def findings(case: Json) -> list[tuple[Json, list[str]]]:
    """Return what a case came to otherwise than passing, each with the columns in which it did, the worst first."""
    found: dict[tuple[Any, ...], tuple[Json, list[str]]] = {}
    fields = ("verdict", "expectation", "clause", "expected", "observed", "step", "reason")
    for key, outcome in case["verdicts"].items():
        if outcome["verdict"] != "pass":
            same = tuple(outcome.get(field) for field in fields)
            found.setdefault(same, (outcome, []))[1].append(key)
    return sorted(found.values(), key=lambda entry: RANKS.index(entry[0]["verdict"]))


def passed(case: Json) -> int:
    """Count the implementations in which a case passed."""
    return sum(outcome["verdict"] == "pass" for outcome in case["verdicts"].values())


def families(results: Json) -> list[dict[str, Any]]:
    """Return a small table for each implementation that ran in several versions: its versions by its start methods."""
    tables: dict[str, dict[str, dict[str, Json]]] = {}
    for entry in results["implementations"]:
        family, dash, _ = entry["name"].rpartition("-")
        if dash and not entry["skip_reason"] and entry["time"] == "virtual":
            tables.setdefault(family, {}).setdefault(entry["name"], {})[entry["start_method"]] = entry
    shown = []
    for family, versions in tables.items():
        starts = list(dict.fromkeys(start for entries in versions.values() for start in entries))
        if len(versions) > 1:
            rows = [(name, [entries.get(start) for start in starts]) for name, entries in versions.items()]
            shown.append({"family": family, "starts": starts, "rows": rows})
    return shown


def embedded(results: Json, divergences: list[Json]) -> Json:
    """Return the results as the page carries them, for its script and whoever has the page alone.

    What the page shows is left out: sources, traces, programs and the cells of the matrix. So are the fields of
    outcomes that say nothing.
    """

    def slim(case: Json) -> Json:
        verdicts = {
            key: {field: value for field, value in outcome.items() if value not in ("", -1)}
            for key, outcome in case["verdicts"].items()
        }
        return {**case, "text": "", "verdicts": verdicts}

    return {
        **results,
        "clauses": [{**clause, "verdicts": {}} for clause in results["clauses"]],
        "divergences": [{**entry, "script": "", "traces": [], "standalone": ""} for entry in divergences],
        "cases": [slim(case) for case in results.get("cases", [])],
    }
