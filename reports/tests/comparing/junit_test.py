from __future__ import annotations

from xml.etree import ElementTree

from reports import junit
from reports.results import Json
from reports.tests.comparing.samples import case, divergence, implementation, results, vanished


def suites(run: Json) -> dict[str | None, ElementTree.Element]:
    return {suite.get("name"): suite for suite in ElementTree.fromstring(junit.render(run))}


def counts(suite: ElementTree.Element) -> tuple[str | None, ...]:
    return tuple(suite.get(name) for name in ("tests", "failures", "errors", "skipped"))


def test_there_is_a_suite_an_implementation_and_a_test_a_case() -> None:
    words = ("pass", "known", "fail", "crash", "hang", "skipped", "flaky", "inconclusive")
    run = results([case(f"lock/{word}", x_fork=word, y_spawn="pass") for word in words])
    found = suites(run)
    assert {name: counts(suite) for name, suite in found.items()} == {
        "x fork": ("8", "1", "2", "3"),
        "y spawn": ("8", "0", "0", "0"),
    }
    tests = {test.get("name"): test for test in found["x fork"]}
    assert tests["lock/pass"].get("classname") == "lock.acquire.timeout-negative"
    told = tests["lock/known"].findtext("system-out")
    assert told is not None
    assert "X-CPYTHON-001: It overflows." in told
    failure = tests["lock/fail"].find("failure")
    assert failure is not None
    assert "./run_tests.py conformance lock/fail --impl" in (failure.get("message") or "")
    skipped = tests["lock/skipped"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "Not in this edition."


def test_the_campaign_is_one_test() -> None:
    found = suites(results([case("lock/a", cpython_fork="fail")], [divergence(), divergence(observed="True")]))
    assert counts(found["cpython fork"]) == ("2", "2", "0", "0")
    failure = found["cpython fork"].find("testcase[@name='campaign (virtual time)']/failure")
    assert failure is not None
    assert "2 of 200 scripts diverge; the first: cpython fork shows" in (failure.get("message") or "")
    assert "./run_tests.py replay L1x-ACIABg" in (failure.text or "")


def test_a_campaign_whose_divergences_were_not_looked_into_fails_too() -> None:
    entry = implementation("x", scripts=9, unexpected=2)
    assert counts(suites(results(implementations={"x fork": entry}))["x fork"]) == ("1", "1", "0", "0")


def test_known_divergences_of_a_campaign_pass() -> None:
    found = suites(results([], [divergence(kind="known", expectation="X-CPYTHON-001", reason="It overflows.")]))
    assert counts(found["cpython fork"]) == ("1", "0", "0", "0")
    assert "known as X-CPYTHON-001" in (found["cpython fork"].findtext("testcase/system-out") or "")


def test_a_skipped_implementation_is_a_skipped_test() -> None:
    entry = implementation("billiard", skip_reason="no module named billiard")
    assert counts(suites(results(implementations={"billiard fork": entry}))["billiard fork"]) == ("1", "0", "0", "1")


def test_an_expectation_that_went_away_fails() -> None:
    found = suites(results([case("lock/a", cpython_fork="pass")], [vanished()]))
    assert counts(found["cpython fork"]) == ("2", "1", "0", "0")


def test_errors_of_the_run_are_errors() -> None:
    root = ElementTree.fromstring(junit.render(results(errors=["an actor died\nof a signal"])))
    assert root.get("errors") == "1"
