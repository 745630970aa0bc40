from __future__ import annotations

import copy
import json
import random
from typing import Any

import jsonschema
import pytest

from reports.comparison import LISTS, compare
from reports.disagreements import RANKS
from reports.results import HERE, Json
from reports.tests.comparing.samples import case, divergence, implementation, results, vanished, verdict

SCHEMA = json.loads((HERE / "comparison.schema.json").read_text(encoding="utf-8"))


def compared(old: Json, new: Json) -> Json:
    found = compare(old, new, "old.json", "new.json")
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def lists(found: Json) -> dict[str, int]:
    return {name: len(found[name]) for name in LISTS if found[name]}


def one(word: str | Json) -> Json:
    return results([case("lock/a", cpython_fork=word)])


RAN = [word for word in RANKS if word not in {"skipped", "vanished"}]


@pytest.mark.parametrize("before", RAN)
@pytest.mark.parametrize("after", RAN)
def test_the_verdict_of_a_case_decides(before: str, after: str) -> None:
    found = compared(one(before), one(after))
    if before == after:
        assert (lists(found), found["worse"]) == ({}, False)
        return
    name = "new" if before == "pass" else "fixed" if after == "pass" else "changed"
    assert lists(found) == {name: 1}
    worse = after != "pass" and (after in {"fail", "hang", "crash"} or RAN.index(after) > RAN.index(before))
    assert found["worse"] == worse


@pytest.mark.parametrize("word", ["fail", "known"])
def test_another_signature_is_a_change(word: str) -> None:
    found = compared(one(word), one(verdict(word, observed="True")))
    assert lists(found) == {"changed": 1}
    assert found["worse"] == (word == "fail")
    assert (found["changed"][0]["old"]["observed"], found["changed"][0]["new"]["observed"]) == ("blocks", "True")


@pytest.mark.parametrize("words", ["<Lock(owner=SpawnProcess-{}:1)>", "<Lock object at 0x7f{}>"])
def test_what_chance_puts_into_an_outcome_is_no_change(words: str) -> None:
    runs = [one(verdict("known", observed=words.format(number))) for number in (1, 23)]
    assert lists(compared(*runs)) == {}
    assert lists(compared(runs[0], one(verdict("known", observed=words.format("x"))))) == {"changed": 1}


def test_the_moment_of_an_outcome_is_chance_in_real_time_only() -> None:
    runs = [one(verdict("known", observed=f"False at {moment} s")) for moment in ("0.250100", "0.250200")]
    assert lists(compared(*runs)) == {"changed": 1}
    for run in runs:
        run["implementations"][0]["time"] = "real"
    assert lists(compared(*runs)) == {}


def test_what_is_not_run_is_not_fixed() -> None:
    found = compared(one("fail"), one("skipped"))
    assert (lists(found), found["worse"]) == ({"not_run": 1}, False)
    assert found["not_run"][0]["reason"] == "Not in this edition."


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (results([case("lock/a", reference_fork="pass")]), "the implementation is not there"),
        (results([case("lock/b", cpython_fork="pass")]), "the case is not there"),
        (results([case("lock/a", reference_fork="pass"), case("lock/b", cpython_fork="pass")]), "it was not chosen"),
        (
            results(implementations={"cpython fork": implementation("cpython", skip_reason="no such Python")}),
            "the implementation was skipped: no such Python",
        ),
    ],
)
def test_why_it_was_not_run_is_said(new: Json, reason: str) -> None:
    assert compared(one("fail"), new)["not_run"][0]["reason"] == reason


def test_a_known_divergence_of_a_case_that_is_new_to_the_suite_is_no_regression() -> None:
    old, new = results([case("lock/b", cpython_fork="pass")]), one("known")
    found = compared(old, new)
    assert (lists(found), found["worse"]) == ({"new": 1}, False)
    assert found["new"][0]["reason"] == "it did not run before: the case is not there"
    assert compared(old, one("fail"))["new"][0]["worse"]


def script(observed: str = "blocks", **fields: Any) -> Json:
    return results([], [divergence(observed=observed, **fields)])


def test_what_generated_scripts_show_is_matched_by_clause_and_outcome() -> None:
    agreeing = results([], [], {"cpython fork": implementation("cpython", scripts=100, passed=100)})
    assert lists(compared(script(), script(occurrences=9, token="L1x-other", script="other"))) == {}
    assert lists(compared(agreeing, script())) == {"new": 1}
    assert lists(compared(script(), script("True"))) == {"changed": 1}
    assert lists(compared(script(), script(clause="lock.release.none"))) == {"new": 1, "not_run": 1}


def test_a_divergence_is_fixed_only_if_the_same_scripts_were_replayed() -> None:
    agreeing = results([], [], {"cpython fork": implementation("cpython", scripts=100, passed=100)})
    assert lists(compared(script(), agreeing)) == {"fixed": 1}
    fewer = results([], [], {"cpython fork": implementation("cpython", scripts=99, passed=99)})
    for other in (dict(agreeing, seed=8), fewer):
        assert lists(compared(script(), other)) == {"not_run": 1}


def test_which_known_divergences_a_campaign_meets_is_chance() -> None:
    known = script(kind="known", expectation="X-CPYTHON-001")
    agreeing = results([], [], {"cpython fork": implementation("cpython", scripts=100, passed=100)})
    assert lists(compared(known, agreeing)) == lists(compared(agreeing, known)) == {}
    assert compared(known, script())["worse"]
    assert lists(compared(script(), known)) == {"changed": 1}
    assert not compared(script(), known)["worse"]


def test_an_expectation_that_went_away_is_worse_and_one_that_came_back_is_not() -> None:
    old, new = one("known"), results([case("lock/a", cpython_fork="pass")], [vanished()])
    found = compared(old, new)
    assert (lists(found), found["worse"]) == ({"vanished": 1, "fixed": 1}, True)
    assert compared(new, one("pass"))["fixed"][0]["old"]["verdict"] == "vanished"
    assert lists(compared(new, new)) == {}


def test_a_divergence_that_others_share_is_one_of_each(capsys: Any) -> None:
    new = script(also=["billiard fork"])
    assert [change["column"] for change in compared(results(), new)["new"]] == ["billiard fork", "cpython fork"]


def test_clauses_whose_verdict_changed_are_listed() -> None:
    found = compared(one("known"), one("crash"))
    assert [(change["old"], change["new"], change["worse"]) for change in found["clauses"]] == [
        ("known", "crash", True)
    ]
    assert compared(one("known"), one("skipped"))["clauses"] == []


def test_implementations_that_appear_or_go_or_change_are_listed() -> None:
    old = results(implementations={"a fork": implementation("a", version="1"), "b fork": implementation("b")})
    new = results(implementations={"a fork": implementation("a", version="2"), "c fork": implementation("c")})
    told = compared(old, new)["implementations"]
    assert told["appeared"] == ["c fork"]
    assert told["gone"] == [{"column": "b fork", "reason": "the implementation is not there"}]
    assert told["changed"] == [{"column": "a fork", "old": "1", "new": "2"}]


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ({"lockstep": "0.2.0"}, "The suites differ: Lockstep 0.1.0 and 0.2.0."),
        ({"edition": "3.12"}, "The editions differ: each interpreter's own and 3.12."),
        ({"machine": {"kernel": "6.5", "libc": "glibc 2.36", "cores": 2, "arch": "x86_64"}}, "The machines differ."),
        ({"interrupted": True}, "The new run was interrupted."),
        ({"errors": ["an actor died"]}, "The new run itself failed: an actor died"),
        ({"cases": [case("lock/b", cpython_fork="pass")]}, "The suites differ: 1 cases only in the new run (lock/b)."),
        ({"cases": [dict(case("lock/a"), text="# other")]}, "The suites differ: 1 cases were rewritten (lock/a)."),
    ],
)
def test_what_makes_the_runs_less_comparable_is_said(fields: Json, remark: str) -> None:
    assert remark in compared(one("pass"), dict(one("pass"), **fields))["remarks"]


def test_a_run_that_failed_itself_is_worse() -> None:
    failed = dict(one("pass"), errors=["an actor died"])
    assert compared(one("pass"), failed)["worse"]
    assert not compared(failed, failed)["worse"]


def test_order_and_occurrences_mean_nothing() -> None:
    cases = [case(f"lock/{name}", cpython_fork="fail", reference_fork="known") for name in "abcd"]
    scripts = [divergence(observed=word, occurrences=3) for word in ("True", "None", "blocks")]
    new = results(cases, [*scripts, vanished()])
    shuffled = copy.deepcopy(new)
    for name in ("cases", "clauses", "divergences", "implementations"):
        random.Random(1).shuffle(shuffled[name])
    for shown in shuffled["divergences"]:
        shown["occurrences"] += 5
    assert lists(compared(new, shuffled)) == {}
    old = results(cases[:2], scripts[:1])
    first, second = (compared(old, other) for other in (new, shuffled))
    assert first == second


def test_results_from_before_the_catalogue_can_be_compared() -> None:
    old = json.loads((HERE / "tests" / "sample.json").read_text(encoding="utf-8"))
    for name in ("cases", "edition", "baseline"):
        old.pop(name, None)
    assert lists(compared(old, old)) == {}
    fixed = copy.deepcopy(old)
    fixed["divergences"] = []
    assert lists(compared(old, fixed)) == {"fixed": 1}
    assert lists(compared(fixed, old)) == {"new": 1}
