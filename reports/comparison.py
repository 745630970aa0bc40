"""What changed between two runs: what got worse, what got better, and what can't be said.

Conformance cases are matched by column and name, what generated scripts showed by column and clause, expectations that
went away by column and id. Order and number of occurrences mean nothing, and neither does what was known before and
after: which known divergences a campaign meets is chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reports.disagreements import FAILING, Disagreement, columns, of_cases, of_divergences, rank
from reports.results import Json

# The lists of a comparison, in the order in which they are shown.
LISTS = ("new", "changed", "vanished", "fixed", "not_run")


class Run:
    """One of the two runs, indexed."""

    def __init__(self, results: Json) -> None:
        self.results = results
        self.columns = columns(results)
        self.cases = {case["name"]: case for case in results.get("cases", [])}
        self.cells = {(one.column, one.case): one for one in of_cases(results)}
        others = sorted(of_divergences(results), key=repr)
        self.scripts = [one for one in others if one.verdict != "vanished"]
        self.vanished = {(one.column, one.expectation): one for one in others if one.verdict == "vanished"}

    def ran(self, column: str) -> bool:
        entry = self.columns.get(column)
        return entry is not None and not entry["skip_reason"]

    def passed(self, column: str, case: str) -> bool:
        verdicts: Json = self.cases.get(case, {}).get("verdicts", {})
        return bool(verdicts.get(column, {}).get("verdict") == "pass")

    def why_not_run(self, column: str, case: str = "") -> str:
        if column not in self.columns:
            return "the implementation is not there"
        if not self.ran(column):
            return f"the implementation was skipped: {self.columns[column]['skip_reason']}"
        if case not in self.cases:
            return "the case is not there"
        return str(self.cases[case]["verdicts"].get(column, {}).get("reason") or "it was not chosen")


def side(one: Disagreement | None) -> Json | None:
    if one is None:
        return None
    fields = ("verdict", "clause", "expected", "observed", "expectation")
    return {field: getattr(one, field) for field in fields}


def entry(old: Disagreement | None, new: Disagreement | None, *, worse: bool = False, reason: str = "") -> Json:
    shown = new or old
    if shown is None:
        raise ValueError("a change has at least one side")
    return {
        "column": shown.column,
        "clause": shown.clause,
        "case": shown.case,
        "old": side(old),
        "new": side(new),
        "worse": worse,
        "reason": reason,
        "replay": new.replay if new else "",
    }


def got_worse(old: Disagreement, new: Disagreement) -> bool:
    """Tell whether a change is for the worse: another wrong outcome is as bad as a first one."""
    return new.failing or rank(new.verdict) > rank(old.verdict)


def compare_cases(old: Run, new: Run) -> Iterator[tuple[str, Json]]:
    for key in sorted({*old.cells, *new.cells}):
        before, after = old.cells.get(key), new.cells.get(key)
        if after is None:
            if new.passed(*key):
                yield "fixed", entry(before, None)
            else:
                yield "not_run", entry(before, None, reason=new.why_not_run(*key))
        elif before is None:
            passed = old.passed(*key)
            reason = "" if passed else f"it did not run before: {old.why_not_run(*key)}"
            yield "new", entry(None, after, worse=after.failing or passed, reason=reason)
        elif (before.verdict, before.clause, before.signature) != (after.verdict, after.clause, after.signature):
            yield "changed", entry(before, after, worse=got_worse(before, after))


def would_show(old: Run, new: Run, column: str) -> bool:
    """Tell whether the new run replayed what the old one did, and showed no other divergence in its stead."""
    before, after = old.columns.get(column), new.columns.get(column)
    if before is None or after is None or any(one.column == column and one.failing for one in new.scripts):
        return False
    return bool(new.results["seed"] == old.results["seed"] and 0 < before["scripts"] <= after["scripts"])


def compare_place(old: Run, new: Run, befores: list[Disagreement], afters: list[Disagreement]) -> Iterator[Any]:
    """Compare what generated scripts showed of one clause in one column: equal outcomes first, then the rest."""
    by_outcome = {one.signature: one for one in afters}
    for one in befores:
        same = by_outcome.get(one.signature)
        if same is not None and same.verdict != one.verdict:
            yield "changed", entry(one, same, worse=got_worse(one, same))
    seen = {one.signature for one in befores}
    gone = [one for one in befores if one.failing and one.signature not in by_outcome]
    come = [one for one in afters if one.failing and one.signature not in seen]
    for one, other in zip(gone, come, strict=False):
        yield "changed", entry(one, other, worse=True)
    for other in come[len(gone) :]:
        yield "new", entry(None, other, worse=True)
    for one in gone[len(come) :]:
        if would_show(old, new, one.column):
            yield "fixed", entry(one, None)
        else:
            reason = "the runs replayed different scripts" if new.ran(one.column) else new.why_not_run(one.column)
            yield "not_run", entry(one, None, reason=reason)


def compare_scripts(old: Run, new: Run) -> Iterator[tuple[str, Json]]:
    places = {(one.column, one.clause, one.case) for one in (*old.scripts, *new.scripts)}
    for place in sorted(places):
        found = [[one for one in run.scripts if (one.column, one.clause, one.case) == place] for run in (old, new)]
        yield from compare_place(old, new, *found)


def compare_vanished(old: Run, new: Run) -> Iterator[tuple[str, Json]]:
    for key in sorted({*old.vanished, *new.vanished}):
        before, after = old.vanished.get(key), new.vanished.get(key)
        if before is None:
            yield "vanished", entry(None, after, worse=True)
        elif after is None:
            ran = new.ran(before.column)
            yield (
                ("fixed" if ran else "not_run"),
                entry(before, None, reason="" if ran else new.why_not_run(before.column)),
            )


def compare_clauses(old: Run, new: Run) -> list[Json]:
    """List the clauses whose verdict changed where both runs have one."""
    befores = {clause["id"]: clause["verdicts"] for clause in old.results["clauses"]}
    found = []
    for clause in sorted(new.results["clauses"], key=lambda one: str(one["id"])):
        for column, after in sorted(clause["verdicts"].items()):
            before = befores.get(clause["id"], {}).get(column, "skipped")
            if "skipped" not in {before, after} and before != after:
                worse = after in FAILING and rank(after) > rank(before)
                change = {"clause": clause["id"], "column": column, "old": before, "new": after, "worse": worse}
                found.append(change)
    return found


def compare_implementations(old: Run, new: Run) -> Json:
    changed = [
        {"column": column, "old": old.columns[column]["version"], "new": new.columns[column]["version"]}
        for column in sorted({*old.columns} & {*new.columns})
        if old.ran(column) and new.ran(column) and old.columns[column]["version"] != new.columns[column]["version"]
    ]
    appeared = sorted(column for column in new.columns if new.ran(column) and not old.ran(column))
    gone = sorted(column for column in old.columns if old.ran(column) and not new.ran(column))
    return {
        "appeared": appeared,
        "gone": [{"column": column, "reason": new.why_not_run(column)} for column in gone],
        "changed": changed,
    }


def about(results: Json, file: str) -> Json:
    """Say which run a results file is of."""
    told = {field: results[field] for field in ("command", "started", "lockstep", "seed", "machine", "interrupted")}
    return {"file": file, **told, "edition": results.get("edition", ""), "errors": len(results["errors"])}


def some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def remarks(old: Run, new: Run) -> list[str]:
    """Say in sentences what makes the two runs less comparable than they look."""
    before, after = old.results, new.results
    found = []
    if before["lockstep"] != after["lockstep"]:
        found.append(f"The suites differ: Lockstep {before['lockstep']} and {after['lockstep']}.")
    editions = [results.get("edition", "") or "each interpreter's own" for results in (before, after)]
    if editions[0] != editions[1]:
        found.append(f"The editions differ: {editions[0]} and {editions[1]}.")
    if before["machine"] != after["machine"]:
        found.append("The machines differ.")
    for one, other, which in ((old, new, "old"), (new, old, "new")):
        if only := sorted({*one.cases} - {*other.cases}):
            found.append(f"The suites differ: {len(only)} cases only in the {which} run ({some(only)}).")
    both = sorted({*old.cases} & {*new.cases})
    if changed := [name for name in both if old.cases[name]["text"] != new.cases[name]["text"]]:
        found.append(f"The suites differ: {len(changed)} cases were rewritten ({some(changed)}).")
    for run, which in ((before, "old"), (after, "new")):
        if run["errors"]:
            found.append(f"The {which} run itself failed: {run['errors'][0]}")
        if run["interrupted"]:
            found.append(f"The {which} run was interrupted.")
    return found


def compare(old_results: Json, new_results: Json, old_file: str, new_file: str) -> Json:
    """Compare two runs; the answer is as comparison.schema.json describes it."""
    old, new = Run(old_results), Run(new_results)
    lists: dict[str, list[Json]] = {name: [] for name in LISTS}
    for part in (compare_cases, compare_scripts, compare_vanished):
        for name, change in part(old, new):
            lists[name].append(change)
    clauses = compare_clauses(old, new)
    worse = any(change["worse"] for changes in (*lists.values(), clauses) for change in changes)
    return {
        "schema": 1,
        "worse": worse or bool(new_results["errors"] and not old_results["errors"]),
        "old_run": about(old_results, old_file),
        "new_run": about(new_results, new_file),
        "remarks": remarks(old, new),
        "implementations": compare_implementations(old, new),
        **lists,
        "clauses": clauses,
    }
