"""Reads results.json, which the command-line program writes, and refuses what the schema does not describe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import jsonschema

HERE = Path(__file__).parent
SCHEMA = HERE / "results.schema.json"

# A results file or a part of it: plain JSON, as results.schema.json describes it.
Json = dict[str, Any]


class ResultsError(Exception):
    """results.json is missing, is no JSON, or is not what the schema describes; the message is one line."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def load(path: Path) -> Json:
    """Read and validate one results file.

    Raises ResultsError, which names the file and the place in it.
    """
    try:
        results = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{path}: not valid JSON: {error}") from error
    validate(results, path)
    checked: Json = results
    return checked


def validate(results: Any, path: Path) -> None:
    """Raise ResultsError, which names the file and the place in it, unless the schema describes the results."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    problem = jsonschema.exceptions.best_match(validator.iter_errors(results))
    if problem is not None:
        message = problem.message if len(problem.message) <= 160 else problem.message[:160] + "..."
        raise ResultsError(f"{path}: {problem.json_path}: {message}".replace("\n", " "))


def exposed(divergence: Json) -> bool:
    """Tell whether a divergence fails the run: nobody foresaw it, or it was foreseen and went away."""
    return bool(divergence["kind"] != "known")


def label(entry: Json) -> str:
    """Name one column of the comparison: an implementation and its start method."""
    return f"{entry['implementation'] if 'implementation' in entry else entry['name']} {entry['start_method']}".rstrip()


def title(divergence: Json) -> str:
    """Say in one sentence what diverges from what."""
    observed, expected = divergence["observed"], divergence["expected"]
    who = f"{divergence['implementation']} ({divergence['start_method']})"
    if divergence["kind"] == "vanished":
        return f"{who} no longer diverges, where {divergence['expectation']} foresees that it does"
    verbs = ("blocks", "still blocks", "raises", "returns", "crashes", "hangs", "exits", "is ", "does ")
    did = observed if observed.startswith(verbs) else f"returns {observed}"
    return f"{who} {did} where the specification says {expected}"


def verdict(results: Json) -> tuple[str, str]:
    """Return the run's state ("agree", "diverge" or "undecided") and a sentence that says it."""
    totals = results["totals"]
    wrong = totals["unexpected"] + totals["vanished"]
    if results["errors"]:
        count = len(results["errors"])
        return "diverge", f"The run itself failed: {count} error{'s' if count > 1 else ''}"
    crashed = [target["name"] for target in (results["fuzz"] or {"targets": []})["targets"] if target["crashes"]]
    if wrong or crashed:
        parts = [f"{totals[kind]} {kind}" for kind in ("unexpected", "vanished") if totals[kind]]
        diverged = [f"The implementations diverge: {', '.join(parts)}"] if wrong else []
        found = [f"Fuzzing found an input that fails: {', '.join(crashed)}"] if crashed else []
        return "diverge", "; ".join(diverged + found)
    if results["interrupted"]:
        return "undecided", "Interrupted; no unexpected divergence until then"
    fuzzed_only = results["fuzz"] and not any(totals.values())
    if not totals["passed"] and not fuzzed_only:
        return "undecided", "Nothing was decided"
    if fuzzed_only:
        return "agree", "Fuzzing found no input that fails"
    return "agree", "The implementations agree" + (", known divergences aside" if totals["known"] else "")
