"""The conformance catalogue as it lies on disk: clauses, cases and expectations, each with its place.

Reading is lenient: what is missing or of the wrong type is read as empty, for conformance.lint to name all of it at
once. What can't be read at all becomes a problem. Cases are never imported or run here.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPT_FOLDERS = ("lock", "rlock", "silent")
PYTHON_FOLDER = "python"
CLAUSE_KEYS = ("id", "level", "text", "since", "until", "anchor", "quote", "quoted_from", "source")
EXPECTATION_KEYS = ("id", "clause", "case", "reason", "link")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong at a place, and what was expected there."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Clause:
    """One clause of clauses.toml. A key that it does not have is an empty string."""

    file: str
    line: int
    id: str
    level: str
    text: str
    since: str
    until: str
    anchor: str
    quote: str
    quoted_from: str
    source: str
    unknown_keys: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """The header of one case; the first clause is its main one, which gives the case its level."""

    file: str
    name: str
    title: str
    clauses: tuple[tuple[int, str], ...]  # with the line of each
    runnable: bool = True  # False of Python without a case(kit)
    slow: str = ""  # why it takes long, if it does


@dataclass(frozen=True)
class Expectation:
    """One [[divergence]] of an expectation file. Its other keys the program reads, and checks."""

    file: str
    line: int
    id: str
    clause: str
    case: str
    reason: str
    link: str


@dataclass
class Catalogue:
    """All of it, in the order of the files."""

    clauses: list[Clause] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def find_level(self, case: Case) -> str:
        """Return the level of the case's main clause; empty if it has none that is known."""
        levels = {clause.id: clause.level for clause in self.clauses}
        return levels.get(case.clauses[0][1], "") if case.clauses else ""


def load(home: Path) -> Catalogue:
    """Read the catalogue of a checkout."""
    catalogue = Catalogue()
    folder = home / "conformance"
    _load_clauses(home, folder / "clauses.toml", catalogue)
    for path in _sorted(folder / "cases", "*"):
        _load_case(home, path, catalogue)
    for path in _sorted(folder / "expectations", "*.toml"):
        _load_expectations(home, path, catalogue)
    return catalogue


def _sorted(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts)


def _read_toml(home: Path, path: Path, catalogue: Catalogue) -> tuple[str, dict[str, Any]]:
    """Return the file's path from the root, and what is in it: nothing, and a problem, if it can't be read."""
    file = path.relative_to(home).as_posix()
    try:
        return file, tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        found = re.search(r"at line (\d+)", str(error))
        catalogue.problems.append(Problem(file, int(found[1]) if found else 1, f"{error}, expected a TOML file"))
        return file, {}


def _tables(path: Path, data: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every [[name]] with the line on which it begins."""
    tables = data.get(name, [])
    if not isinstance(tables, list) or not tables:
        return
    header = re.compile(rf"^\s*\[\[\s*{name}\s*\]\]")
    lines = [
        number for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if header.match(line)
    ]
    for table, line in zip(tables, lines, strict=False):
        yield line, table


def _texts(
    table: dict[str, Any], keys: tuple[str, ...], place: tuple[str, int], catalogue: Catalogue
) -> dict[str, str]:
    """Return the values of the keys, empty where there is none; one that is no string is a problem."""
    values = {key: table.get(key, "") for key in keys}
    for key in (key for key, value in values.items() if not isinstance(value, str)):
        catalogue.problems.append(Problem(*place, f"{key} = {values[key]!r}, expected a string"))
        values[key] = ""
    return values


def _load_clauses(home: Path, path: Path, catalogue: Catalogue) -> None:
    file, data = _read_toml(home, path, catalogue)
    if data and data.get("schema") != 1:
        catalogue.problems.append(Problem(file, 1, "no schema, expected schema = 1"))
    for line, table in _tables(path, data, "clause"):
        values = _texts(table, CLAUSE_KEYS, (file, line), catalogue)
        unknown = tuple(key for key in table if key not in CLAUSE_KEYS)
        catalogue.clauses.append(Clause(file=file, line=line, unknown_keys=unknown, **values))


def _load_expectations(home: Path, path: Path, catalogue: Catalogue) -> None:
    file, data = _read_toml(home, path, catalogue)
    for line, table in _tables(path, data, "divergence"):
        values = _texts(table, EXPECTATION_KEYS, (file, line), catalogue)
        catalogue.expectations.append(Expectation(file=file, line=line, **values))


def _load_case(home: Path, path: Path, catalogue: Catalogue) -> None:
    file = path.relative_to(home).as_posix()
    folder, name = path.parent.name, f"{path.parent.name}/{path.stem}"
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".lks" and folder in SCRIPT_FOLDERS:
            catalogue.cases.append(_read_script(file, name, text))
        elif path.suffix == ".py" and folder == PYTHON_FOLDER:
            catalogue.cases.append(_read_python(file, name, text))
        else:
            expected = f"cases/{{{','.join(SCRIPT_FOLDERS)}}}/*.lks or cases/{PYTHON_FOLDER}/*.py"
            catalogue.problems.append(Problem(file, 1, f"not a case, expected {expected}"))
    except SyntaxError as error:
        catalogue.problems.append(Problem(file, error.lineno or 1, f"{error.msg}, expected Python"))
    except ValueError as error:
        catalogue.problems.append(Problem(file, 1, f"{error}, expected UTF-8"))


def _read_script(file: str, name: str, text: str) -> Case:
    lines = text.split("\n")
    title = lines[0].removeprefix("#").strip() if lines[0].startswith("#") else ""
    words = [(number, line.partition("#")[0].split()) for number, line in enumerate(lines, 1)]
    clauses = tuple((number, line[1]) for number, line in words if line[:1] == ["clause"] and len(line) > 1)
    return Case(file, name, title, clauses)


def _read_python(file: str, name: str, text: str) -> Case:
    module = ast.parse(text)
    docstring = ast.get_docstring(module) or ""
    clauses: list[tuple[int, str]] = []
    runnable = False
    slow = ""
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name == "case":
            runnable = len(node.args.posonlyargs + node.args.args) == 1
        targets = node.targets if isinstance(node, ast.Assign) else []
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(node, ast.Assign) and names == ["CLAUSES"] and isinstance(node.value, ast.Tuple | ast.List):
            constants = [item for item in node.value.elts if isinstance(item, ast.Constant)]
            clauses += [(item.lineno, item.value) for item in constants if isinstance(item.value, str)]
        if isinstance(node, ast.Assign) and names == ["SLOW"] and isinstance(node.value, ast.Constant):
            slow = str(node.value.value)
    return Case(file, name, docstring.split("\n")[0], tuple(clauses), runnable, slow)
