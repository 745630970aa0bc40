"""Sample results for the tests of comparing, merging and the reports for CI, put together from a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.results import Json

COUNTERS = ("scripts", "steps", "cases", "passed", "known", "unexpected", "vanished", "inconclusive", "skipped")
COUNTER_OF = {"pass": "passed", "known": "known", "inconclusive": "inconclusive", "flaky": "inconclusive"}
TEXT = """\
# A negative timeout is as good as none.
clause   lock.acquire.timeout-negative
lock     L = Lock()
process  P: a

a: L.acquire()               -> True
a: L.acquire(timeout=-1)     -> False
"""
LEVELS = ("MUST", "SHOULD", "OBSERVED")


def implementation(name: str = "reference", start: str = "fork", **fields: Any) -> Json:
    module = "lockstep" if name == "reference" else "multiprocessing"
    empty = dict.fromkeys(COUNTERS, 0)
    python = "/usr/bin/python3.11"
    texts = {"name": name, "module": module, "version": "3.11.7", "python": python, "start_method": start}
    measured = {"latency": None, "lateness": None, "fairness": None}
    return {**texts, "time": "virtual", **empty, "skip_reason": "", **measured, **fields}


def verdict(word: str, **fields: Any) -> Json:
    """Return what a case's cell holds, such as that of a case that fails at its second step."""
    bad = word not in {"pass", "skipped"}
    told = {"expected": "False" if bad else "", "observed": "blocks" if bad else "", "step": 1 if bad else -1}
    clause = "lock.acquire.timeout-negative" if bad else ""
    expectation = "X-CPYTHON-001" if word == "known" else ""
    reason = {"known": "It overflows.", "skipped": "Not in this edition."}.get(word, "")
    return {"verdict": word, "expectation": expectation, "clause": clause, **told, "reason": reason, **fields}


def case(name: str, clause: str = "lock.acquire.timeout-negative", /, **verdicts: str | Json) -> Json:
    """Return a case; what names a column has _ for its blanks, as in ``cpython_fork``."""
    cells = {
        column.replace("_", " "): verdict(word) if isinstance(word, str) else word for column, word in verdicts.items()
    }
    ending = "py" if name.startswith("python/") else "lks"
    return {
        "name": name,
        "title": "A negative timeout is as good as none.",
        "clauses": [clause],
        "level": "MUST",
        "kind": "python" if ending == "py" else "script",
        "file": f"conformance/cases/{name}.{ending}",
        "text": TEXT,
        "verdicts": cells,
    }


def divergence(implementation: str = "cpython", start: str = "fork", **fields: Any) -> Json:
    return {
        "implementation": implementation,
        "version": "3.11.7",
        "start_method": start,
        "clause": "lock.acquire.timeout-negative",
        "expectation": "",
        "reason": "",
        "kind": "unexpected",
        "expected": "False",
        "observed": "blocks",
        "script": TEXT,
        "token": "L1x-ACIABg",
        "steps": 2,
        "step": 1,
        "occurrences": 1,
        "replay": f"./run_tests.py replay L1x-ACIABg --impl {implementation}",
        "traces": [],
        "standalone": "",
        "standalone_reason": "",
        "case": "",
        "also": [],
        "what": "",
        **fields,
    }


def vanished(implementation: str = "cpython", expectation: str = "X-CPYTHON-001", **fields: Any) -> Json:
    told = {"kind": "vanished", "expectation": expectation, "script": "", "token": "", "steps": 0, "step": -1}
    return divergence(implementation, **{**told, "observed": "False", "reason": "It overflows.", **fields})


def _clauses(cases: list[Json]) -> list[Json]:
    ranks = ("skipped", "pass", "known", "inconclusive", "flaky", "vanished", "fail", "hang", "crash")
    found: dict[str, Json] = {}
    for one in cases:
        for identifier in one["clauses"]:
            texts = {"text": "A negative timeout is as good as none.", "quote": "equivalent to a timeout of zero"}
            anchor = "library/multiprocessing.html#multiprocessing.Lock.acquire"
            fields = {"since": "", "until": "", "anchor": anchor, "source": "", "cases": [], "verdicts": {}}
            clause = found.setdefault(identifier, {"id": identifier, "level": "MUST", **texts, **fields})
            clause["cases"].append(one["name"])
            for column, cell in one["verdicts"].items():
                worst = max(clause["verdicts"].get(column, "skipped"), cell["verdict"], key=ranks.index)
                clause["verdicts"][column] = worst
    return [found[identifier] for identifier in sorted(found)]


def results(
    cases: list[Json] | None = None,
    divergences: list[Json] | None = None,
    implementations: Mapping[str, Json] | None = None,
    **fields: Any,
) -> Json:
    """Return a whole run whose counters fit its cases; every column that a case names is an implementation."""
    cases = cases or []
    entries = dict(implementations or {})
    for one in cases:
        for column, cell in one["verdicts"].items():
            name, start, *real = column.split(" ")
            entry = entries.setdefault(column, implementation(name, start, time="real" if real else "virtual"))
            if cell["verdict"] != "skipped":
                entry["cases"] += 1
                entry[COUNTER_OF.get(cell["verdict"], "unexpected")] += 1
    for one in divergences or []:
        column = f"{one['implementation']} {one['start_method']}"
        entry = entries.setdefault(column, implementation(one["implementation"], one["start_method"]))
        if one["kind"] == "vanished":
            entry["vanished"] += 1
        elif not one["case"]:
            entry["scripts"] += 100
            entry[one["kind"]] += 1
            entry["passed"] += 99
    listed = [entries[column] for column in sorted(entries)]
    return {
        "schema": 1,
        "lockstep": "0.1.0",
        "seed": 7,
        "command": "./run_tests.py conformance --seed 7",
        "started": "2026-01-01T00:00:00Z",
        "seconds": 5.0,
        "interrupted": False,
        "machine": {"kernel": "6.1", "libc": "glibc 2.36", "cores": 2, "arch": "x86_64"},
        "edition": "",
        "baseline": "",
        "implementations": listed,
        "clauses": _clauses(cases),
        "cases": cases,
        "divergences": divergences or [],
        "totals": {counter: sum(entry[counter] for entry in listed) for counter in COUNTERS},
        "coverage": {
            "contended": 0.0,
            "timeout": 0.0,
            "kill": 0.0,
            "transitions_reached": 0,
            "transitions_reachable": 0,
            "missing": [],
        },
        "rates": {"scripts_per_second": 0.0, "steps_per_second": 0.0, "pairs_per_second": 0.0},
        "fuzz": None,
        "kills": [],
        "errors": [],
        **fields,
    }
