from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from reports import fuzzing, junit, page, sarif, summary
from reports.merge_run import merge
from reports.results import Json, verdict
from reports.results import validate as validate_results

SARIF_SCHEMA = Path(__file__).parent / "comparing" / "sarif-2.1.0.schema.json"
LINE = "Assertion failure: parse-print-script.text-invalid"


def crash(line: str = LINE, text: str = "lock L = <b>\n") -> Json:
    replay = "build/fuzz/fuzz/fuzz_script reports/r/inputs/fuzz_script-crash-1"
    return {"line": line, "kind": "crash", "input": "fuzz_script-crash-1", "text": text, "replay": replay}


def target(name: str = "fuzz_script", *crashes: Json, **fields: Any) -> Json:
    figures = {"executions": 1000, "executions_per_s": 100, "edges": 20, "features": 30, "corpus": 4, "new": 2}
    return {"name": name, **figures, "crashes": list(crashes), **fields}


@pytest.fixture
def fuzzed(results: Json) -> Json:
    """Return the results of a run that did nothing but fuzz."""
    empty: dict[str, list[Json]] = {"implementations": [], "clauses": [], "cases": [], "divergences": [], "errors": []}
    fuzz = {"seconds": 10.0, "targets": [target("fuzz_script", crash(), crash(text="x")), target("fuzz_reference")]}
    return {**results, **empty, "totals": dict.fromkeys(results["totals"], 0), "fuzz": fuzz}


def test_the_schema_describes_it(fuzzed: Json, tmp_path: Path) -> None:
    validate_results(fuzzed, tmp_path)


def test_a_crash_decides_the_verdict_and_no_crash_too(fuzzed: Json) -> None:
    assert verdict(fuzzed) == ("diverge", "Fuzzing found an input that fails: fuzz_script")
    clean = {**fuzzed, "fuzz": {"seconds": 1.0, "targets": [target()]}}
    assert verdict(clean) == ("agree", "Fuzzing found no input that fails")


def test_inputs_with_one_line_are_one_crash_and_the_shortest_is_shown(fuzzed: Json) -> None:
    assert [(one.target, one.text) for one in fuzzing.crashes(fuzzed)] == [("fuzz_script", "x")]


def test_the_page_shows_figures_and_crashes_escaped_and_no_empty_tables(fuzzed: Json) -> None:
    fuzzed["fuzz"]["targets"][0]["crashes"].pop()
    shown = page.render(fuzzed)
    assert 'id="fuzzing"' in shown
    assert "fuzz_reference" in shown
    assert LINE in shown
    assert "lock L = &lt;b&gt;" in shown
    assert 'id="implementations"' not in shown


def test_a_page_of_a_run_without_fuzzing_says_nothing_of_it(results: Json) -> None:
    assert 'id="fuzzing"' not in page.render(results)
    assert "fuzz targets" not in page.render(results)


def test_the_summary_has_a_table_and_the_line_that_repeats_it(fuzzed: Json) -> None:
    shown = summary.render(fuzzed)
    assert "| fuzz\\_reference | 1,000 | 100 | 20 | 30 | 4 | 2 | 0 |" in shown
    assert fuzzed["fuzz"]["targets"][0]["crashes"][0]["replay"] in shown
    assert "| implementation |" not in shown


def test_junit_has_a_test_for_each_target(fuzzed: Json) -> None:
    suite = ElementTree.fromstring(junit.render(fuzzed)).find("testsuite[@name='fuzzing']")
    assert suite is not None
    tests = {test.get("name"): test for test in suite}
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failure = tests["fuzz_script"].find("failure")
    assert failure is not None
    assert LINE in str(failure.get("message"))
    assert tests["fuzz_reference"].find("failure") is None


def test_sarif_has_a_result_for_each_crash_line(fuzzed: Json) -> None:
    fuzzed["fuzz"]["targets"][1]["crashes"] = [crash("AddressSanitizer: heap-use-after-free in f")]
    text = sarif.render(fuzzed)
    jsonschema.validate(json.loads(text), json.loads(SARIF_SCHEMA.read_text()))
    run = json.loads(text)["runs"][0]
    assert [one["ruleId"] for one in run["results"]] == ["fuzz_script", "fuzz_reference"]
    prints = {one["partialFingerprints"]["lockstep/v1"] for one in run["results"]}
    assert len(prints) == 2
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]


def test_a_merge_adds_executions_and_joins_crashes_by_line(fuzzed: Json) -> None:
    other = {**fuzzed, "fuzz": {"seconds": 5.0, "targets": [target("fuzz_script", crash(), executions_per_s=400)]}}
    merged, _ = merge([("a", fuzzed), ("b", other)])
    script, reference = merged["fuzz"]["targets"]
    assert (script["executions"], script["executions_per_s"], script["new"], script["edges"]) == (2000, 160, 4, 20)
    assert [one["text"] for one in script["crashes"]] == ["x"]
    assert reference == target("fuzz_reference")
    assert merged["fuzz"]["seconds"] == 15.0
    alone, _ = merge([("a", fuzzed), ("b", {**fuzzed, "fuzz": None})])
    assert alone["fuzz"] == fuzzed["fuzz"]
