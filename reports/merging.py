"""Joins the results of several runs, such as the shards of one, into the results of all.

Merging is associative, and commutative up to the order of lists; the merge of one run is that run. Where a sum would
lie (the same scripts or cases counted twice, different versions of an implementation added up) MergeError says so;
what is only worth knowing comes back as warnings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from reports.disagreements import own_columns, rank
from reports.results import Json

COUNTERS = ("scripts", "steps", "cases", "passed", "known", "unexpected", "vanished", "inconclusive", "skipped")


class MergeError(Exception):
    """These results can't be added up; the message is one line."""


def text_of(part: Any) -> str:
    """Spell a piece of JSON such that equal pieces have equal texts."""
    return json.dumps(part, sort_keys=True)


def unique(parts: Iterable[Any]) -> list[Any]:
    return list({text_of(part): part for part in parts}.values())


def joined(words: Iterable[str]) -> str:
    """Return one word if all are the same, else all of them."""
    return ", ".join(sorted({part for word in words for part in word.split(", ") if part}))


def gather(lists: Iterable[list[Json]], key: Callable[[Json], Any]) -> dict[Any, list[Json]]:
    """Return the entries of all lists by their key, in the order in which the keys first come."""
    found: dict[Any, list[Json]] = {}
    for entry in (entry for entries in lists for entry in entries):
        found.setdefault(key(entry), []).append(entry)
    return found


def merge_measurements(parts: list[Json | None]) -> Json | None:
    """Join latencies and the like: extremes and counts can be joined, percentiles of several runs can't."""
    found = [part for part in parts if part is not None]
    if len(found) < 2:
        return found[0] if found else None
    rules: dict[str, Callable[[list[Any]], Any]] = {"max": max, "min": min, "count": sum}
    shared = set.intersection(*({*part} for part in found))
    return {
        name: rules[name.rpartition("_")[2]]([part[name] for part in found])
        for name in sorted(shared)
        if name.rpartition("_")[2] in rules
    }


def merge_implementation(parts: list[Json]) -> Json:
    if len(parts) == 1:
        return parts[0]
    ran = [part for part in parts if not part["skip_reason"]]
    versions = {part["version"] for part in ran}
    if len(versions) > 1:
        raise MergeError(f"{parts[0]['name']} is of different versions: {', '.join(sorted(versions))}")
    merged = dict(min(ran or parts, key=lambda part: (part["skip_reason"], part["module"], part["python"])))
    for counter in COUNTERS:
        merged[counter] = sum(part[counter] for part in ran)
    if not ran:
        merged["skipped"] = max(part["skipped"] for part in parts)
    for name in ("latency", "lateness", "fairness"):
        merged[name] = merge_measurements([part[name] for part in ran])
    return merged


def worst(cells: list[Any], verdict: Callable[[Any], str]) -> Any:
    return max(cells, key=lambda cell: (rank(verdict(cell)), text_of(cell)))


def merge_verdicts(parts: list[Json], verdict: Callable[[Any], str]) -> Json:
    """Unite the cells of one case or clause."""
    cells: dict[str, list[Any]] = {}
    for part in parts:
        for column, cell in part["verdicts"].items():
            cells.setdefault(column, []).append(cell)
    return {column: worst(found, verdict) for column, found in cells.items()}


def merge_case(parts: list[Json]) -> Json:
    merged = max(parts, key=lambda part: text_of({**part, "verdicts": {}}))
    return {**merged, "verdicts": merge_verdicts(parts, lambda cell: str(cell["verdict"]))}


def merge_clause(parts: list[Json]) -> Json:
    merged = max(parts, key=lambda part: text_of({**part, "verdicts": {}, "cases": []}))
    cases = list(dict.fromkeys(name for part in parts for name in part.get("cases", [])))
    return {**merged, "cases": cases, "verdicts": merge_verdicts(parts, str)}


def divergence_key(divergence: Json) -> tuple[str, ...]:
    fields = ("implementation", "start_method", "kind", "clause", "case", "expectation", "expected", "observed", "what")
    return tuple(str(divergence.get(field, "")) for field in fields)


def merge_divergence(parts: list[Json]) -> Json:
    """Keep the shortest script, and count how often it was met in all."""
    if len(parts) == 1:
        return parts[0]
    told = [{**part, "occurrences": 0, "also": []} for part in parts]
    merged = min(told, key=lambda part: (part["steps"], len(part["script"]), text_of(part)))
    also = sorted({column for part in parts for column in part.get("also", [])})
    return {**merged, "occurrences": sum(part["occurrences"] for part in parts), "also": also}


def vanished_pairs(divergences: list[Json]) -> set[tuple[str, str]]:
    vanished = [divergence for divergence in divergences if divergence["kind"] == "vanished"]
    return {(column, divergence["expectation"]) for divergence in vanished for column in own_columns(divergence)}


def still_vanished(divergence: Json, shown: set[tuple[str, str]]) -> Json | None:
    """Return what is left of an expectation that went away in one part, when cases of another part showed it."""
    left = [column for column in own_columns(divergence) if (column, divergence["expectation"]) not in shown]
    if not left or left == own_columns(divergence):
        return divergence if left else None
    name, _, start = left[0].removesuffix(" real").rpartition(" ")
    return {**divergence, "implementation": name, "start_method": start, "also": left[1:]}


def merge_divergences(runs: list[Json], cases: list[Json]) -> list[Json]:
    cells = [(column, cell) for case in cases for column, cell in case["verdicts"].items()]
    shown = {(column, cell.get("expectation", "")) for column, cell in cells if cell["verdict"] == "known"}
    found = gather((run["divergences"] for run in runs), divergence_key).values()
    kept = []
    for divergence in map(merge_divergence, found):
        left = still_vanished(divergence, shown) if divergence["kind"] == "vanished" else divergence
        kept += [left] if left else []
    return kept
