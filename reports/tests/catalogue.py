"""Sample results of a conformance run: every verdict, script and Python cases, vanished entries, as large as asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reports.matrix import RANKS
from reports.results import Json

SAMPLE = Path(__file__).with_name("sample.json")
STARTS = ("fork", "spawn", "forkserver")
METHODS = (
    *("acquire.free", "acquire.held", "acquire.timeout-negative", "acquire.timeout-nan", "release.unlocked"),
    *("release.any-process", "repr.owner", "with.body-raises", "locked.value", "pickle.refused"),
)
LEVELS = ("MUST", "MUST", "SHOULD", "MAY", "OBSERVED")
KINDS = ("lock", "rlock", "sync")
TEXT = """\
# A negative timeout is a timeout of zero.
clause   lock.acquire.timeout-negative
lock     L = Lock()
process  P: a
process  Q: b
a: L.acquire()               -> True
b: L.acquire(timeout=-1)     -> False
"""
PYTHON = """\
CLAUSES = ("lock.pickle.refused",)


def case(kit):
    kit.expect("pickle.dumps(lock)", kit.Lock, "raises RuntimeError")
"""
QUOTE = "Invocations with a negative value for timeout are equivalent to a timeout of zero."
# What the cells of an unlucky case show, one after the other; a case that does not name a verdict here passes.
OUTCOMES: dict[str, Json] = {
    "fail": {"clause": "lock.acquire.timeout-negative", "expected": "False", "observed": "blocks", "step": 1},
    "known": {"expectation": "X-CPYTHON-001", "expected": "blocks", "observed": "raises OSError", "reason": "EINVAL."},
    "crash": {"expected": "None", "observed": "crashes (signal 11)", "step": 0, "reason": "Segmentation fault."},
    "hang": {"expected": "True", "observed": "hangs", "step": 0, "reason": "It did not end in 30 s."},
    "flaky": {"expected": "True", "observed": "False", "step": 0, "reason": "3 of 10 runs."},
    "inconclusive": {"reason": "It could not be proved blocked."},
    "skipped": {"reason": "It holds from 3.14 on."},
}


def implementations(names: list[str]) -> list[Json]:
    sample: Json = json.loads(SAMPLE.read_text(encoding="utf-8"))["implementations"][0]
    counters = {"scripts": 0, "steps": 0, "cases": 160, "passed": 150, "known": 7, "unexpected": 1}
    found = []
    for name in names:
        starts = STARTS if name.startswith("cpython") else STARTS[:1]
        module = {"name": name, "module": "multiprocessing", **counters}
        found += [{**sample, **module, "start_method": start} for start in starts]
    return found


def outcome(verdict: str) -> Json:
    empty = {"expectation": "", "clause": "", "expected": "", "observed": "", "step": -1, "reason": ""}
    return {"verdict": verdict, **empty, **OUTCOMES.get(verdict, {})}


def _clause(number: int, method: str, kind: str) -> Json:
    level = LEVELS[number % len(LEVELS)]
    promised = level != "OBSERVED"
    return {
        "id": f"{kind}.{method}",
        "level": level,
        "text": f"What {method} of a {kind} does.",
        "since": "3.14" if method == "locked.value" else "",
        "until": "",
        "anchor": "library/multiprocessing.html#multiprocessing.Lock.acquire" if promised else "",
        "quote": QUOTE if promised else "",
        "source": "" if promised else "CPython Modules/_multiprocessing/semaphore.c, _multiprocessing_SemLock_repr",
        "cases": [],
        "verdicts": {},
    }


def _case(number: int, clause: Json, keys: list[str]) -> Json:
    python = clause["id"].endswith("refused")
    name = f"python/case-{number}" if python else f"lock/case-{number}"
    verdicts = {key: outcome("pass") for key in keys}
    if number % 4 == 0:  # every fourth disagrees, in another verdict and in other columns each
        verdict = list(OUTCOMES)[number // 4 % len(OUTCOMES)]
        verdicts.update({key: outcome(verdict) for key in keys[1 + number % 3 :: 3]})
    clause["cases"].append(name)
    for key, cell in verdicts.items():
        clause["verdicts"][key] = min(clause["verdicts"].get(key, "skipped"), cell["verdict"], key=RANKS.index)
    return {
        "name": name,
        "title": f"Case {number}: a negative timeout is a timeout of zero.",
        "clauses": [clause["id"]],
        "level": clause["level"],
        "kind": "python" if python else "script",
        "file": f"conformance/cases/{name}.{'py' if python else 'lks'}",
        "text": PYTHON if python else TEXT,
        "verdicts": verdicts,
    }


def _divergences(cases: list[Json], sample: Json) -> list[Json]:
    """Return one divergence a case that fails or is known, with the traces of the sample, and one that vanished."""
    found = []
    for case in cases:
        keys = [key for key, cell in case["verdicts"].items() if cell["verdict"] in ("fail", "known")]
        if not keys:
            continue
        cell = case["verdicts"][keys[0]]
        name, _, start = keys[0].partition(" ")
        told: dict[str, Any] = {field: cell[field] for field in ("expectation", "expected", "observed", "reason")}
        kind = "known" if cell["verdict"] == "known" else "unexpected"
        own = {"implementation": name, "start_method": start, "clause": case["clauses"][0], "case": case["name"]}
        python = {"script": "", "token": "", "traces": [], "steps": 0, "step": -1, "what": "pickle.dumps(lock)"}
        source = sample["divergences"][kind == "known"]
        shown = python if case["kind"] == "python" else {"what": "", "standalone": "import multiprocessing\n"}
        found.append({**source, **told, **own, "kind": kind, "also": keys[1:], **shown})
    gone = {"kind": "vanished", "script": "", "token": "", "traces": [], "steps": 0, "step": -1, "replay": ""}
    named = {"expectation": "X-CPYTHON-006", "reason": "Two releases race.", "case": "", "also": [], "what": ""}
    return [*found, {**sample["divergences"][1], **gone, **named}]


def conformance(names: list[str], cases_max: int = 30) -> Json:
    """Return the results of a run of so many cases against these implementations."""
    sample: Json = json.loads(SAMPLE.read_text(encoding="utf-8"))
    entries = implementations(names)
    keys = [f"{entry['name']} {entry['start_method']}" for entry in entries]
    pairs = [(method, kind) for kind in KINDS for method in METHODS]
    clauses = [_clause(number, method, kind) for number, (method, kind) in enumerate(pairs)]
    cases = [_case(number, clauses[number % len(clauses)], keys) for number in range(cases_max)]
    divergences = _divergences(cases, sample)
    clauses[1]["verdicts"][keys[-1]] = "vanished"
    for field, kind in (("unexpected", "unexpected"), ("vanished", "vanished"), ("known", "known")):
        sample["totals"][field] = sum(entry["kind"] == kind for entry in divergences)
    absent = sample["implementations"][-1]
    return {
        **sample,
        "edition": "3.12",
        "baseline": "",
        "implementations": [*entries, absent],
        "clauses": clauses,
        "cases": cases,
        "divergences": divergences,
        "totals": {**sample["totals"], "cases": cases_max * len(keys)},
    }


SMALL = ["reference", "cpython-3.8", "cpython-3.13", "pypy-3.9", "my_lock"]
LARGE = ["reference", *(f"cpython-3.{minor}" for minor in range(6, 15)), "pypy-3.9", "billiard-4.3", "my_lock"]
