"""Against the schema that Microsoft publishes under the MIT licence in the npm package @microsoft/jest-sarif 1.0.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reports import sarif
from reports.results import Json
from reports.tests.comparing.samples import case, divergence, results, vanished, verdict

SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0.schema.json").read_text(encoding="utf-8"))


def render(run: Json) -> Any:
    found = json.loads(sarif.render(run))
    jsonschema.Draft4Validator(SCHEMA).validate(found)
    return found["runs"][0]


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{"results": []}]})


def test_there_is_a_rule_a_clause_with_its_quotation() -> None:
    (rule,) = render(results([case("lock/a", x_fork="pass")]))["tool"]["driver"]["rules"]
    assert rule["id"] == "lock.acquire.timeout-negative"
    assert rule["shortDescription"]["text"] == "A negative timeout is as good as none."
    assert '"equivalent to a timeout of zero"' in rule["help"]["text"]
    assert rule["helpUri"].startswith("https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Lock")
    assert rule["defaultConfiguration"]["level"] == "error"


def test_failures_are_errors_what_went_away_a_warning_and_known_a_suppressed_note() -> None:
    words = ("pass", "known", "fail", "hang", "skipped", "flaky")
    run = render(results([case(f"lock/{word}", x_fork=word) for word in words], [vanished("x")]))
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]
    *others, known = run["results"]
    assert not any("suppressions" in result for result in others)
    assert known["suppressions"] == [{"kind": "external", "justification": "X-CPYTHON-001: It overflows."}]


def test_a_result_lies_in_the_file_of_its_case() -> None:
    (result,) = render(results([case("lock/a b", x_fork="fail")]))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "conformance/cases/lock/a%20b.lks"
    assert place["region"] == {"startLine": 7}


def test_an_expectation_that_went_away_breaks_a_rule_of_its_own() -> None:
    run = render(results([], [vanished(clause="lock.*")]))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["expectation.vanished"]
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"]) == ("expectation.vanished", 0)
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "conformance/expectations/cpython.toml"


def fingerprints(run: Json) -> set[str]:
    return {result["partialFingerprints"]["lockstep/v1"] for result in render(run)["results"]}


def test_a_fingerprint_outlives_other_findings_and_being_foreseen() -> None:
    alone = fingerprints(results([case("lock/b", x_fork="fail")]))
    more = results([case("lock/a", x_fork="fail"), case("lock/b", x_fork="known", y_fork="fail")])
    assert alone < fingerprints(more)
    assert len(fingerprints(more)) == 3
    other = results([case("lock/b", x_fork=verdict("fail", observed="True"))])
    assert not alone & fingerprints(other)
    by_chance = [results([case("lock/b", x_fork=verdict("fail", observed=f"P at 0x{number}"))]) for number in (1, 2)]
    assert fingerprints(by_chance[0]) == fingerprints(by_chance[1])
    once, again = divergence(token="L1x-a", occurrences=1), divergence(token="L1x-b", occurrences=9, script="other")
    assert fingerprints(results([], [once])) == fingerprints(results([], [again]))


def test_errors_of_the_run_are_notifications() -> None:
    (invocation,) = render(results(errors=["an actor died"]))["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "an actor died"


def test_hostile_text_is_still_sarif() -> None:
    hostile = "\ud800\x00\x1b[0m%20 <script>\u202e"
    run = results([case("lock/a", x_fork=verdict("known", observed=hostile, clause=hostile, reason=hostile))])
    run.update(command=hostile, lockstep=hostile, errors=[hostile])
    assert "\\ud800" not in json.dumps(render(run))
