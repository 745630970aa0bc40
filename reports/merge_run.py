"""Merges whole results: checks that they can be added up, then joins them field by field (see reports/merging.py)."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import combinations

from reports import command_line, fuzzing
from reports.disagreements import columns, own_columns, rank
from reports.merging import (
    COUNTERS,
    MergeError,
    gather,
    joined,
    merge_case,
    merge_clause,
    merge_divergences,
    merge_implementation,
    unique,
    vanished_pairs,
)
from reports.results import Json, label


def cells(run: Json) -> set[tuple[str, str]]:
    """Return the cases that ran, each with its column."""
    return {
        (case["name"], column)
        for case in run.get("cases", [])
        for column, cell in case["verdicts"].items()
        if cell["verdict"] != "skipped"
    }


def drawn(run: Json) -> dict[int, command_line.Shards]:
    """Return the shards of generated scripts that a run took, by their seed."""
    found: dict[int, command_line.Shards] = {}
    for command, shards in command_line.samples(run["command"]).items():
        found.setdefault(command_line.seed(command, run["seed"]), set()).update(shards)
    return found


def check_pair(runs: tuple[Json, Json], names: str) -> None:
    """Raise MergeError if adding up these two would count anything twice, or mix what differs."""
    one, other = runs
    if one["lockstep"] != other["lockstep"]:
        raise MergeError(f"{names}: of different versions of Lockstep: {one['lockstep']} and {other['lockstep']}")
    if one.get("edition", "") != other.get("edition", ""):
        raise MergeError(f"{names}: judged by different editions")
    if twice := sorted(cells(one) & cells(other)):
        raise MergeError(f"{names}: both ran {twice[0][0]} for {twice[0][1]}, which would be counted twice")
    taken, others = drawn(one), drawn(other)
    if not any(command_line.overlapping(taken[seed], others[seed]) for seed in {*taken} & {*others}):
        return
    replayed = [{name for name, entry in columns(run).items() if entry["scripts"]} for run in runs]
    if twice_replayed := sorted(replayed[0] & replayed[1]):
        raise MergeError(f"{names}: both replayed scripts of one sample for {twice_replayed[0]}; merge disjoint shards")


def warnings(runs: list[Json]) -> Iterator[str]:
    """Say what makes the sum less uniform than it looks."""
    if len({run["seed"] for run in runs}) > 1:
        yield "the seeds differ; the merged run has the least of them"
    if len({sample for run in runs for sample in command_line.samples(run["command"])}) > 1:
        yield "the commands differ in more than their shards"
    if len(unique(run["machine"] for run in runs)) > 1:
        yield "the machines differ"
    told = {
        "case": gather((run.get("cases", []) for run in runs), lambda case: case["name"]),
        "clause": gather((run["clauses"] for run in runs), lambda clause: clause["id"]),
    }
    for kind, gathered in told.items():
        for name, found in gathered.items():
            if len({entry.get("text", "") for entry in found}) > 1:
                yield f"the {kind} {name} is not the same in all parts"


def average(values: list[tuple[float, float]]) -> float:
    """Return the mean of values by weight; the largest if nothing has any weight."""
    total = sum(weight for _, weight in values)
    return sum(value * weight for value, weight in values) / total if total else max(value for value, _ in values)


def merge_coverage(runs: list[Json]) -> Json:
    shares = {
        name: average([(run["coverage"][name], run["totals"]["scripts"]) for run in runs])
        for name in ("contended", "timeout", "kill")
    }
    looked = [run["coverage"] for run in runs if run["coverage"]["transitions_reachable"]]
    missing = (
        [name for name in looked[0]["missing"] if all(name in part["missing"] for part in looked)] if looked else []
    )
    reachable = max((part["transitions_reachable"] for part in looked), default=0)
    return {
        **shares,
        "transitions_reached": reachable - len(missing),
        "transitions_reachable": reachable,
        "missing": missing,
    }


def merge_implementations(runs: list[Json], divergences: list[Json]) -> list[Json]:
    """Add up the counters of each implementation; an expectation that went away in several parts counts once."""
    named = [[{**entry, "column": column} for column, entry in columns(run).items()] for run in runs]
    gathered = gather(named, lambda entry: (label(entry), entry["time"]))
    before = [pair for run in runs for pair in vanished_pairs(run["divergences"])]
    after = vanished_pairs(divergences)
    merged = []
    for parts in gathered.values():
        column = parts[0]["column"]
        entry = {key: value for key, value in merge_implementation(parts).items() if key != "column"}
        entry["vanished"] -= sum(pair[0] == column for pair in before) - sum(pair[0] == column for pair in after)
        merged.append(entry)
    return merged


def names_clause(divergence: Json, clause: Json) -> bool:
    """Tell whether an expectation that went away was one about this clause."""
    case = divergence.get("case", "")
    by_case = bool(case) and any(fnmatchcase(name, case) for name in clause["cases"])
    return by_case or fnmatchcase(clause["id"], divergence["clause"])


def settle_clauses(clauses: list[Json], cases: list[Json], divergences: list[Json]) -> None:
    """Take back "vanished" where another part showed what one part missed."""
    told = {case["name"]: case["verdicts"] for case in cases}
    vanished = [divergence for divergence in divergences if divergence["kind"] == "vanished"]
    for clause in clauses:
        left = {column for one in vanished if names_clause(one, clause) for column in own_columns(one)}
        for column, verdict in clause["verdicts"].items():
            if verdict == "vanished" and column not in left:
                seen = [told[name][column]["verdict"] for name in clause["cases"] if column in told.get(name, {})]
                clause["verdicts"][column] = max(seen, key=rank, default="pass")


def merge_rest(runs: list[Json], handled: set[str]) -> Json:
    """Keep the fields that this version does not know where all parts have the same."""
    return {
        name: value
        for name, value in runs[0].items()
        if name not in handled and all(name in run and run[name] == value for run in runs)
    }


def merge_runs(runs: list[Json]) -> Json:
    """Join runs that can be added up."""
    cases = [
        merge_case(found) for found in gather((run.get("cases", []) for run in runs), lambda one: one["name"]).values()
    ]
    clauses = [
        merge_clause(found) for found in gather((run["clauses"] for run in runs), lambda one: one["id"]).values()
    ]
    divergences = merge_divergences(runs, cases)
    settle_clauses(clauses, cases, divergences)
    implementations = merge_implementations(runs, divergences)
    machines = [run["machine"] for run in runs]
    merged = {
        "schema": 1,
        "lockstep": runs[0]["lockstep"],
        "seed": min(run["seed"] for run in runs),
        "command": command_line.join(run["command"] for run in runs),
        "started": min(run["started"] for run in runs),
        "seconds": sum(run["seconds"] for run in runs),
        "interrupted": any(run["interrupted"] for run in runs),
        "machine": {
            **{name: joined(machine[name] for machine in machines) for name in ("kernel", "libc", "arch")},
            "cores": max(machine["cores"] for machine in machines),
        },
        "implementations": implementations,
        "clauses": clauses,
        "cases": cases,
        "divergences": divergences,
        "totals": {counter: sum(entry[counter] for entry in implementations) for counter in COUNTERS},
        "coverage": merge_coverage(runs),
        "rates": {name: average([(run["rates"][name], run["seconds"]) for run in runs]) for name in runs[0]["rates"]},
        "fuzz": fuzzing.merge(runs),
        "kills": unique(kill for run in runs for kill in run["kills"]),
        "errors": unique(error for run in runs for error in run["errors"]),
    }
    return {**merged, **merge_rest(runs, {*merged})}


def merge(parts: list[tuple[str, Json]]) -> tuple[Json, list[str]]:
    """Join results, each with the name of its file; return them with what is worth knowing about it.

    Raises MergeError if they can't be added up.
    """
    runs = [run for _, run in parts]
    if len(runs) == 1:
        return runs[0], []
    for (name, run), (other_name, other) in combinations(parts, 2):
        check_pair((run, other), f"{name} and {other_name}")
    return merge_runs(runs), list(warnings(runs))
