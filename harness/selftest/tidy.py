"""The rules of the tree that no compiler and no linter knows: who may include whom, sizes, banned words.

Each rule reads a checkout and yields complaints, one line each. What a folder may use is written down in ALLOWED, in
the order of the data's way, and holds transitively; any other edge is a complaint, and so is a folder nobody listed.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

LINES_MAX = 300
COLUMNS_MAX = 120
FUNCTION_LINES_MAX = 60

LANGUAGES = ("script", "trace", "spec", "protocol")
ALLOWED: dict[str, set[str]] = {
    "impl/platform": set(),
    "impl/platform/sim": {"impl/platform", "impl/lock"},
    "impl/lock": {"impl/platform"},
    "impl/python": {"impl/lock"},
    "impl/bench": {"impl/lock"},
    "harness/base": set(),
    "harness/model": {"harness/base"},
    **{f"harness/{language}": {"harness/model"} for language in LANGUAGES},
    "harness/cell": {"harness/model"},
    "harness/replay": {"harness/script", "harness/trace"},
    "harness/explore": {"harness/replay", "harness/cell", "impl/platform/sim", "impl/lock"},
    "harness/stress": {"harness/trace", "harness/cell"},
    "harness/processes": {"harness/replay", "harness/cell", "harness/protocol"},
    "harness/judge": {"harness/script", "harness/trace", "harness/spec"},
    "harness/shim": {"harness/cell"},
    "harness/actors": {"harness/cell", "harness/protocol", "impl/platform/sim"},
}
PROGRAMS = ("harness/cli", "harness/selftest", "fuzz")  # may use everything

# The Python that reads results runs programs and handles no process: these modules are not for it.
READERS = ("reports", "conformance")
# Run inside an implementation's interpreter, or alone, as examples.
PLAYERS = re.compile(r"conformance/(case_|cases/|findings/\w+/program\.py$|installed/installed\.py$)")
READERS_AVOID = {"_thread", "concurrent", "lockstep", "multiprocessing", "signal", "threading"}

CODE = {".h", ".cc", ".py"}
TEXT = CODE | {".md", ".toml", ".txt", ".yml", ".json", ".lks", ".cmake", ".jinja", ".css", ".js", ".pyi", ""}
SKIPPED = {".git", ".venv", "build", "latest", "__pycache__", "corpora"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
BANNED = [re.compile(r"(?<!\w)/(?:" + "|".join(("work", "root", "farm")) + r")\b")]
BANNED += [re.compile(rf"\b{word}\b") for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X")]
CONTROL = re.compile(r"^\s*(?:\} )?(?:namespace|class|struct|union|enum|extern)\b")


def files(root: Path, suffixes: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield every file of ours with such a suffix: its path from the root, and its lines."""
    for folder, names, leaves in os.walk(root):
        hidden = [name for name in names if name.startswith(".") and name not in {".ci", ".github", ".gitlab"}]
        names[:] = sorted(set(names) - SKIPPED - set(hidden) - {name for name in names if name.startswith("run-")})
        for leaf in sorted(leaves):
            path = Path(folder, leaf)
            if path.suffix in suffixes and not path.is_symlink():
                text = path.read_text(encoding="utf-8", errors="replace")
                yield path.relative_to(root).as_posix(), text.splitlines()


def folder_of(path: str) -> str | None:
    """Return the listed folder that a path belongs to, the longest if there are several."""
    owners = [folder for folder in (*ALLOWED, *PROGRAMS) if path.startswith(folder + "/")]
    return max(owners, key=len, default=None)


def reachable(folder: str) -> set[str]:
    """Return a folder and all that it may include."""
    found = {folder}
    for used in ALLOWED[folder]:
        found |= reachable(used)
    return found


def wrong_edges(root: Path) -> Iterator[str]:
    for path, lines in files(root, {".h", ".cc"}):
        user = folder_of(path)
        if user is None:
            yield f"{path}: lies in no folder of the design"
            continue
        for number, line in enumerate(lines, 1):
            included = INCLUDE.match(line)
            if included is None:
                continue
            used = folder_of(included[1])
            if used is None:
                yield f"{path}:{number}: {included[1]} is not a path from the root"
            elif user not in PROGRAMS and used not in reachable(user):
                yield f"{path}:{number}: {user} may not include {used}"


def wrong_imports(root: Path) -> Iterator[str]:
    for path, lines in files(root, {".py"}):
        if not path.startswith(READERS) or PLAYERS.match(path) or path.endswith("_test.py"):
            continue
        for node in ast.walk(ast.parse("\n".join(lines))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                if name.partition(".")[0] in READERS_AVOID:
                    yield f"{path}: imports {name}, but runs programs only"


def too_large(root: Path) -> Iterator[str]:
    for path, lines in files(root, CODE):
        if len(lines) > LINES_MAX:
            yield f"{path}: {len(lines)} lines"
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                yield f"{path}:{number}: {len(line)} columns"
        measure = python_functions if path.endswith(".py") else cpp_functions
        for number, length in measure(lines):
            if length > FUNCTION_LINES_MAX:
                yield f"{path}:{number}: a function of {length} lines"


def python_functions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the first line and the length of every function."""
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def cpp_functions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the first line and the length of every braced block that is no namespace and no type.

    It goes by the indentation that clang-format keeps: a block ends at the first brace no deeper than its opening line.
    """
    for start, line in enumerate(lines):
        if not line.rstrip().endswith("{") or CONTROL.match(line) or line.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip())
        for end in range(start + 1, len(lines)):
            text = lines[end]
            if text.lstrip().startswith("}") and len(text) - len(text.lstrip()) <= indent:
                yield start + 1, end - start + 1
                break


def banned_words(root: Path) -> Iterator[str]:
    for path, lines in files(root, TEXT):
        for number, line in enumerate(lines, 1):
            for banned in BANNED:
                if found := banned.search(line):
                    yield f"{path}:{number}: {found[0]}"


RULES = (wrong_edges, wrong_imports, too_large, banned_words)
