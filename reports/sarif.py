"""results.sarif (SARIF 2.1.0), for code scanning: a rule a clause, a result a disagreement.

A known divergence is a suppressed note: the expectation is the justification. A result's fingerprint is made of its
column, clause, case and outcome, so that it is the same result in the next run, whatever else that run finds.
"""

from __future__ import annotations

import hashlib
import json
from urllib.parse import quote

from reports import fuzzing
from reports.disagreements import Disagreement, disagreements
from reports.places import Place, identifiers, place
from reports.results import Json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
DOCUMENTATION = "https://docs.python.org/3/"
VANISHED = {"id": "expectation.vanished", "text": "An expectation goes when what it foresees no longer happens."}
PROPERTY = "The property of a fuzz target holds for every input; its source says which it is."
LEVELS = {"MUST": "error", "SHOULD": "warning"}
SEVERITY = {"fail": "error", "hang": "error", "crash": "error", "vanished": "warning"}


def clean(text: str) -> str:
    """Replace lone surrogates, which JSON can spell and not every reader takes."""
    return text.encode(errors="replace").decode() or "-"


def rule(clause: Json) -> Json:
    """Describe a clause: its sentence, and where the documentation says it."""
    anchor = clause.get("anchor", "")
    said = f'Python\'s documentation: "{clause["quote"]}"' if clause.get("quote") else clause.get("source", "")
    text = clause.get("text") or clause["id"]
    help_text = " ".join(filter(None, (text, said))) + (f" {DOCUMENTATION}{anchor}" if anchor else "")
    described: Json = {
        "id": clean(clause["id"]),
        "shortDescription": {"text": clean(text)},
        "help": {"text": clean(help_text)},
        "defaultConfiguration": {"level": LEVELS.get(clause.get("level", ""), "note")},
        "properties": {"level": clause.get("level", "")},
    }
    if anchor:
        described["helpUri"] = DOCUMENTATION + quote(clean(anchor), safe="/#")
    return described


def fingerprint(one: Disagreement) -> str:
    parts = (one.column, one.clause, one.case, one.signature, one.expectation if one.verdict == "vanished" else "")
    return hashlib.sha256("\0".join(map(clean, parts)).encode()).hexdigest()


def rule_of(one: Disagreement) -> str:
    """Return the rule that a disagreement breaks; what went away was about clauses by a pattern, or by cases."""
    return VANISHED["id"] if one.verdict == "vanished" else one.clause


def result(one: Disagreement, rules: dict[str, int], known: dict[str, Place]) -> Json:
    file, line = place(one, known)
    location = {"uri": quote(clean(file)), "uriBaseId": "SRCROOT"}
    told: Json = {
        "ruleId": clean(rule_of(one)),
        "ruleIndex": rules[rule_of(one)],
        "level": SEVERITY.get(one.verdict, "note"),
        "message": {"text": clean(one.with_replay)},
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": {"startLine": line}}}],
        "partialFingerprints": {"lockstep/v1": fingerprint(one)},
        "properties": {"implementation": clean(one.column), "case": one.case, "verdict": one.verdict},
    }
    if one.verdict == "known":
        told["suppressions"] = [{"kind": "external", "justification": clean(f"{one.expectation}: {one.reason}")}]
    return told


def crash_result(crash: fuzzing.Crash, rules: dict[str, int]) -> Json:
    location = {"uri": quote(clean(crash.file)), "uriBaseId": "SRCROOT"}
    digest = hashlib.sha256(clean(crash.title).encode()).hexdigest()
    return {
        "ruleId": crash.target,
        "ruleIndex": rules[crash.target],
        "level": "error",
        "message": {"text": clean(f"{crash.title}; repeat: {crash.replay}")},
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": {"startLine": 1}}}],
        "partialFingerprints": {"lockstep/v1": digest},
        "properties": {"target": crash.target, "kind": crash.kind, "input": clean(crash.input)},
    }


def render(results: Json) -> str:
    """Return the whole file."""
    found = [one for one in disagreements(results) if one.failing or one.verdict == "known"]
    clauses = {clause["id"]: clause for clause in results["clauses"]}
    clauses |= {rule_of(one): {"id": rule_of(one)} for one in found if rule_of(one) not in clauses}
    if VANISHED["id"] in clauses:
        clauses[VANISHED["id"]] = VANISHED
    crashes = fuzzing.crashes(results)
    clauses |= {crash.target: {"id": crash.target, "text": PROPERTY, "level": "MUST"} for crash in crashes}
    rules = {identifier: index for index, identifier in enumerate(clauses)}
    known = identifiers()
    invocation: Json = {
        "commandLine": clean(results["command"]),
        "executionSuccessful": not results["errors"],
        "startTimeUtc": clean(results["started"]),
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": clean(error)}} for error in results["errors"]
        ],
    }
    described = [rule(clause) for clause in clauses.values()]
    run: Json = {
        "tool": {"driver": {"name": "Lockstep", "version": clean(results["lockstep"]), "rules": described}},
        "automationDetails": {"id": "lockstep/"},
        "invocations": [invocation],
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the checkout."}}},
        "columnKind": "unicodeCodePoints",
        "results": [result(one, rules, known) for one in found] + [crash_result(crash, rules) for crash in crashes],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"
