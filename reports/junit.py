"""JUnit XML, for CI systems: a suite for each implementation and start method, a test for each conformance case.

What generated scripts showed is one more test, and so is each expectation that went away. A known divergence passes,
and says what is known; a crash or a hang is an error, as a test of its own that crashed would be.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from reports import fuzzing
from reports.disagreements import Disagreement, columns, disagreements
from reports.results import Json

# What XML 1.0 can't carry in any spelling: most control characters, lone surrogates, two non-characters.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TAGS = {"fail": "failure", "vanished": "failure", "crash": "error", "hang": "error"}
COUNTERS = ("scripts", "steps", "cases", "passed", "known", "unexpected", "vanished", "inconclusive")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, {key: _clean(value) for key, value in attributes.items()})
    child.text = _clean(text) or None
    return child


def _known(one: Disagreement) -> str:
    return f"known as {one.expectation}: {one.reason}\nexpected {one.expected}\nobserved {one.observed}"


def _tell(test: ElementTree.Element, one: Disagreement) -> None:
    """Say in a test what its disagreement is."""
    if one.verdict == "known":
        _add(test, "system-out", _known(one))
    elif one.failing:
        details = f"{one.title}\n\n{one.script}\n\n{one.replay}\n"
        _add(
            test, TAGS[one.verdict], details, message=f"{one.title}; repeat: {one.replay}" if one.replay else one.title
        )
    else:
        _add(test, "skipped", message=f"{one.verdict}: {one.reason}" if one.reason else one.verdict)


def _add_cases(suite: ElementTree.Element, column: str, results: Json, found: dict[str, Disagreement]) -> None:
    for case in results.get("cases", []):
        cell = case["verdicts"].get(column)
        if cell is None:
            continue
        clause = cell.get("clause") or (case["clauses"] or [""])[0]
        test = _add(suite, "testcase", classname=clause, name=case["name"], file=case["file"])
        if case["name"] in found:
            _tell(test, found[case["name"]])
        elif cell["verdict"] == "skipped":
            _add(test, "skipped", message=cell.get("reason", ""))


def _add_campaign(suite: ElementTree.Element, column: str, entry: Json, found: list[Disagreement], failed: int) -> None:
    """Add the test of the generated scripts; failures that are no case's are theirs."""
    test = _add(suite, "testcase", classname=column, name=f"campaign ({entry['time']} time)")
    wrong = entry["unexpected"] - failed
    shown = [one for one in found if one.failing]
    if entry["skip_reason"]:
        _add(test, "skipped", message=entry["skip_reason"])
    elif wrong > 0:
        details = "\n".join(f"{one.title}\n\n{one.script}\n\n{one.replay}\n" for one in shown)
        first = f"; the first: {shown[0].with_replay}" if shown else ""
        crashed = any(one.verdict in {"crash", "hang"} for one in shown)
        message = f"{wrong} of {entry['scripts']} scripts diverge{first}"
        _add(test, "error" if crashed else "failure", details, message=message)
    counted = [f"{counter}: {entry[counter]}" for counter in COUNTERS]
    _add(test, "system-out", "\n".join([*counted, *(_known(one) for one in found if one.verdict == "known")]))


def _add_suite(root: ElementTree.Element, column: str, entry: Json, results: Json, found: list[Disagreement]) -> None:
    suite = _add(root, "testsuite", name=column, timestamp=results["started"])
    of_cases = {one.case: one for one in found if one.case and one.verdict != "vanished"}
    _add_cases(suite, column, results, of_cases)
    if entry["scripts"] or entry["skip_reason"] or not entry["cases"]:
        scripts = [one for one in found if not one.case and one.verdict != "vanished"]
        failed = sum(one.failing for one in of_cases.values())
        _add_campaign(suite, column, entry, scripts, failed)
    for one in found:
        if one.verdict == "vanished":
            _tell(_add(suite, "testcase", classname=one.clause, name=f"expectation {one.expectation}"), one)


def _add_fuzzing(root: ElementTree.Element, results: Json) -> None:
    """Add a suite with a test for each fuzz target."""
    suite = _add(root, "testsuite", name="fuzzing", timestamp=results["started"])
    for target in fuzzing.targets(results):
        test = _add(suite, "testcase", classname="fuzzing", name=target["name"], file=f"fuzz/{target['name']}.cc")
        for crash in fuzzing.crashes(results):
            if crash.target == target["name"]:
                details = f"{crash.title}\n\n{crash.text}\n\n{crash.replay}\n"
                _add(test, "failure", details, message=f"{crash.line}; repeat: {crash.replay}")
        _add(test, "system-out", "\n".join(f"{name}: {target[name]}" for name in fuzzing.COLUMNS))


def _count(suite: ElementTree.Element) -> None:
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(list(suite.iter(tag)))))


def render(results: Json) -> bytes:
    """Return the whole file."""
    root = ElementTree.Element("testsuites", name="lockstep", time=f"{results['seconds']:.3f}")
    by_column: dict[str, list[Disagreement]] = {}
    for one in disagreements(results):
        by_column.setdefault(one.column, []).append(one)
    for column, entry in columns(results).items():
        _add_suite(root, column, entry, results, by_column.get(column, []))
    if fuzzing.targets(results):
        _add_fuzzing(root, results)
    if results["errors"]:
        suite = _add(root, "testsuite", name="harness", timestamp=results["started"])
        for number, error in enumerate(results["errors"], 1):
            test = _add(suite, "testcase", classname="harness", name=f"error {number}")
            _add(test, "error", error, message=error.partition("\n")[0])
    for suite in root:
        _count(suite)
    _count(root)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
