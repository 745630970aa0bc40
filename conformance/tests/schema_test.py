"""The published schemas against the files that they describe, and against files with a mistake in them."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

FOLDER = Path(__file__).parents[1]
FILES = [FOLDER / "clauses.toml", *sorted((FOLDER / "expectations").glob("*.toml"))]


def validator(path: Path) -> jsonschema.Draft202012Validator:
    name = "clauses" if path.name == "clauses.toml" else "expectations"
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def read(path: Path) -> Any:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_schema_describes_the_file(path: Path) -> None:
    problems = [f"{problem.json_path}: {problem.message}" for problem in validator(path).iter_errors(read(path))]
    assert problems == []


def entry(path: Path, **fields: Any) -> Any:
    """Return a file with one good entry, changed by what None takes away and others put in."""
    good = {
        "clause": {"id": "lock.a", "level": "MUST", "text": "A.", "anchor": "a.html#b", "quote": "a"},
        "divergence": {"id": "X-CPYTHON-001", "clause": "lock.*", "policy": "a", "reason": "a", "link": "https://a"},
    }
    name = "clause" if path.name == "clauses.toml" else "divergence"
    changed = {key: value for key, value in (copy.deepcopy(good[name]) | fields).items() if value is not None}
    return {"schema": 1, name: [changed]} if name == "clause" else {name: [changed]}


@pytest.mark.parametrize("path", FILES[:2], ids=lambda path: path.name)
def test_a_good_entry_is_taken(path: Path) -> None:
    assert validator(path).is_valid(entry(path))


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None},
        {"id": "mutex.a"},
        {"id": "lock"},
        {"id": "lock.a--b"},
        {"level": "must"},
        {"text": ""},
        {"since": 3.9},
        {"until": "311"},
        {"anchor": None},
        {"anchor": "a.html"},
        {"quote": None},
        {"source": "CPython"},
        {"level": "OBSERVED"},
        {"level": "OBSERVED", "anchor": None, "quote": None},
        {"colour": "red"},
    ],
)
def test_a_mistaken_clause_is_refused(fields: Any) -> None:
    path = FOLDER / "clauses.toml"
    assert not validator(path).is_valid(entry(path, **fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "CPYTHON-1"},
        {"reason": None},
        {"reason": ""},
        {"clause": None},
        {"case": "lock/a"},
        {"policy": None},
        {"link": "a"},
        {"sometimes": "yes"},
        {"colour": "red"},
    ],
)
def test_a_mistaken_expectation_is_refused(fields: Any) -> None:
    path = FOLDER / "expectations" / "cpython.toml"
    assert not validator(path).is_valid(entry(path, **fields))
