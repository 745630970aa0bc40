from __future__ import annotations

import re
import tomllib
from html import unescape

import pytest

from reports import page
from reports.bars import bars, members
from reports.cards import expectation, script_lines
from reports.holders import holds
from reports.results import Json
from reports.tests import catalogue
from reports.tests.bars_test import event, trace
from reports.timeline import timelines


def call(step: int, actor: str, text: str, outcome: str) -> list[Json]:
    return [event("invoked", step, actor, text), event("returned", step, actor, text, outcome)]


def held(script: str, *events: Json) -> dict[str, list[tuple[str, int, int | None]]]:
    found = holds(bars(trace(*events), members(script)), script)
    return {
        lock: [(one.actor, one.begin[0], one.end[0] if one.end else None) for one in own] for lock, own in found.items()
    }


def test_a_lock_is_held_from_its_acquire_to_its_release_by_anyone() -> None:
    events = [*call(0, "a", "L.acquire()", "True"), *call(1, "b", "L.release()", "None")]
    assert held("lock L = Lock()\n", *events) == {"L": [("a", 0, 1)]}


def test_an_rlock_is_held_until_its_last_release() -> None:
    events = [event for step in (0, 1) for event in call(step, "a", "R.acquire()", "True")]
    events += [event for step in (2, 3) for event in call(step, "a", "R.release()", "None")]
    assert held("lock R = RLock()\n", *events) == {"R": [("a", 0, 3)]}
    assert held("lock R = RLock()\n", *events[:-2]) == {"R": [("a", 0, None)]}


def test_what_failed_changes_no_holder() -> None:
    refused = 'raises ValueError("semaphore or lock released too many times")'
    events = [*call(0, "a", "L.release()", refused), *call(1, "a", "L.acquire(False)", "False")]
    assert held("lock L = Lock()\n", *events) == {"L": []}


def test_of_two_that_were_let_in_the_later_one_is_shown() -> None:
    events = [*call(0, "a", "L.acquire()", "True"), *call(1, "b", "L.acquire()", "True")]
    assert held("lock L = Lock()\n", *events) == {"L": [("a", 0, 1), ("b", 1, None)]}


def test_the_timelines_show_who_holds_and_whom_a_kill_hits(results: Json) -> None:
    divergence = results["divergences"][0]
    for _, drawn in timelines(divergence):
        assert "L held" in drawn
        assert 'class="actor0 hold"' in drawn
        assert len(re.findall(r'class="mark">✕</text>', drawn)) == 1  # on the lane of c alone
        assert "✕ kill R</text>" in drawn


@pytest.mark.parametrize(
    ("step", "mark"),
    [("clock +5", "◷"), ("stop P", "‖"), ("signal a raises", "↯"), ("fork a as b", "↳"), ("exit a", "■")],
)
def test_every_kind_of_step_has_its_mark(results: Json, step: str, mark: str) -> None:
    divergence = results["divergences"][0]
    for one in divergence["traces"]:
        next(entry for entry in one["events"] if entry["kind"] == "done")["text"] = step
    assert all(f"{mark} {step}</text>" in drawn for _, drawn in timelines(divergence))


def test_the_brackets_of_a_race_are_no_steps() -> None:
    script = "lock L = Lock()\nprocess P: a\na: L.acquire()\nrace\n  a: L.release()\n  b: L.release()\nend\n"
    lines = script_lines({"script": script, "step": 2})
    assert [line.strip() for line, first in lines if first] == ["b: L.release()"]


@pytest.mark.parametrize(
    "observed", ["blocks", 'raises ValueError("a\\b")', 'quote " tab \t null \0 del \x7f \U0001f600']
)
def test_the_entry_to_paste_is_toml_that_says_what_was_seen(results: Json, observed: str) -> None:
    divergence = {**results["divergences"][0], "observed": observed, "implementation": "cpython-3.13"}
    (entry,) = tomllib.loads(expectation(divergence))["divergence"]
    assert entry == {
        "id": "X-CPYTHON-NNN",
        "clause": divergence["clause"],
        "observed": observed,
        "reason": "TO" + "DO",
        "link": "",
    }
    (entry,) = tomllib.loads(expectation({**divergence, "case": "lock/x"}))["divergence"]
    assert entry["case"] == "lock/x"
    assert "clause" not in entry


def test_a_lone_surrogate_leaves_the_entry_readable(results: Json) -> None:
    tomllib.loads(expectation({**results["divergences"][0], "observed": "\ud800"}))


def test_only_what_nobody_foresaw_has_an_entry_to_paste() -> None:
    run = catalogue.conformance(catalogue.SMALL)
    text = page.render(run)
    unexpected = sum(entry["kind"] == "unexpected" for entry in run["divergences"])
    assert text.count("[[divergence]]") == unexpected > 0


def test_a_python_case_shows_what_it_looked_at_and_its_source(results: Json) -> None:
    run = catalogue.conformance(catalogue.SMALL)
    case = next(case for case in run["cases"] if case["kind"] == "python")
    python = {"case": case["name"], "what": "pickle.dumps(lock)", "script": "", "traces": [], "steps": 0, "step": -1}
    run["divergences"] = [{**results["divergences"][0], **python}]
    card = unescape(page.render(run)).split('<details class="card')[1]
    assert "pickle.dumps(lock)" in card
    assert card.split("</details>")[0].count(case["text"]) == 1
