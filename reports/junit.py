"""JUnit XML, for CI systems: a suite for each implementation and start method, a case for each divergence."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from reports.results import Json, label, title

# What XML 1.0 can't carry in any spelling: most control characters, lone surrogates, two non-characters.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, {key: _clean(value) for key, value in attributes.items()})
    child.text = _clean(text) or None
    return child


def _add_agreement(suite: ElementTree.Element, entry: Json) -> None:
    case = _add(suite, "testcase", classname=label(entry), name=f"agreement ({entry['time']} time)")
    wrong = entry["unexpected"] + entry["vanished"]
    if entry["skip_reason"]:
        _add(case, "skipped", message=entry["skip_reason"])
    elif wrong:
        _add(case, "failure", message=f"{wrong} of {entry['scripts'] + entry['cases']} do not agree")
    counters = ("scripts", "steps", "cases", "passed", "known", "unexpected", "vanished", "inconclusive")
    _add(case, "system-out", "\n".join(f"{counter}: {entry[counter]}" for counter in counters))


def _add_divergence(suite: ElementTree.Element, divergence: Json) -> None:
    case = _add(suite, "testcase", classname=label(divergence), name=f"{divergence['clause']} {divergence['token']}")
    known = divergence["kind"] == "known"
    message = f"{divergence['expectation']}: {divergence['reason']}" if known else title(divergence)
    details = f"{title(divergence)}\n\n{divergence['script']}\n\n{divergence['replay']}\n"
    _add(case, "skipped" if known else "failure", details, message=message)


def _count(suite: ElementTree.Element) -> None:
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(list(suite.iter(tag)))))


def render(results: Json) -> bytes:
    """Return the whole file."""
    root = ElementTree.Element("testsuites", name="lockstep", time=f"{results['seconds']:.3f}")
    suites: dict[str, ElementTree.Element] = {}
    for entry in [*results["implementations"], *results["divergences"]]:
        name = label(entry)
        if name not in suites:
            suites[name] = _add(root, "testsuite", name=name, timestamp=results["started"])
    for entry in results["implementations"]:
        _add_agreement(suites[label(entry)], entry)
    for divergence in results["divergences"]:
        _add_divergence(suites[label(divergence)], divergence)
    if results["errors"]:
        suites[""] = _add(root, "testsuite", name="harness", timestamp=results["started"])
        for number, error in enumerate(results["errors"], 1):
            case = _add(suites[""], "testcase", classname="harness", name=f"error {number}")
            _add(case, "error", error, message=error.partition("\n")[0])
    for suite in suites.values():
        _count(suite)
    _count(root)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
