from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.selftest import tidy

HOME = Path(__file__).resolve().parents[2]
Rule = Callable[[Path], Iterator[str]]


@pytest.mark.parametrize("rule", tidy.RULES)
def test_the_tree_is_tidy(rule: Rule) -> None:
    assert list(rule(HOME)) == []


def complaints(rule: Rule, root: Path, path: str, text: str) -> list[str]:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return list(rule(root))


@pytest.mark.parametrize(
    ("path", "included"),
    [
        ("impl/lock/lock.h", "harness/base/check.h"),
        ("impl/platform/futex.h", "impl/platform/sim/fiber.h"),
        ("harness/script/parse.cc", "harness/trace/trace.h"),
        ("harness/judge/judge.cc", "harness/processes/run.h"),
        ("harness/cell/next_test.cc", "harness/replay/replay.h"),
        ("harness/replay/replay.h", "harness/processes/run.h"),
        ("harness/model/script.h", "harness/script/parse.h"),
    ],
)
def test_an_edge_that_the_design_does_not_allow_is_found(tmp_path: Path, path: str, included: str) -> None:
    found = complaints(tidy.wrong_edges, tmp_path, path, f'#pragma once\n#include "{included}"\n')
    assert len(found) == 1
    assert found[0].startswith(f"{path}:2: ")


@pytest.mark.parametrize(
    ("path", "included"),
    [
        ("impl/python/module.cc", "impl/platform/hooks.h"),
        ("harness/judge/judge.cc", "harness/base/check.h"),
        ("harness/processes/run.cc", "harness/trace/trace.h"),
        ("harness/explore/explore.cc", "impl/platform/sim/fiber.h"),
        ("harness/cli/main.cc", "harness/processes/run.h"),
    ],
)
def test_an_edge_that_the_design_allows_is_not(tmp_path: Path, path: str, included: str) -> None:
    assert complaints(tidy.wrong_edges, tmp_path, path, f'#include "{included}"\n') == []


def test_an_include_that_is_not_from_the_root_is_found(tmp_path: Path) -> None:
    assert complaints(tidy.wrong_edges, tmp_path, "harness/base/a.cc", '#include "check.h"\n')


def test_a_folder_outside_the_design_is_found(tmp_path: Path) -> None:
    assert complaints(tidy.wrong_edges, tmp_path, "harness/utilities/a.h", "")


@pytest.mark.parametrize("line", ["import multiprocessing", "from threading import Lock", "import signal as s"])
def test_a_report_that_handles_processes_is_found(tmp_path: Path, line: str) -> None:
    assert complaints(tidy.wrong_imports, tmp_path, "reports/page.py", line + "\n")


def test_a_report_that_runs_a_program_is_not(tmp_path: Path) -> None:
    assert complaints(tidy.wrong_imports, tmp_path, "reports/page.py", "import subprocess\n") == []


def test_a_long_file_is_found(tmp_path: Path) -> None:
    assert complaints(tidy.too_large, tmp_path, "a.py", "x = 1\n" * (tidy.LINES_MAX + 1)) == ["a.py: 301 lines"]
    assert complaints(tidy.too_large, tmp_path, "a.py", "x = 1\n" * tidy.LINES_MAX) == []


def test_a_wide_line_is_found(tmp_path: Path) -> None:
    assert complaints(tidy.too_large, tmp_path, "a.h", "// " + "x" * 118) == ["a.h:1: 121 columns"]


@pytest.mark.parametrize(
    ("name", "head", "tail"),
    [
        ("a.py", "def f():", ""),
        ("a.cc", "namespace n {\nint f() {", "}\n}  // namespace n"),
        ("a.h", "class C {\n  int f(int a,\n        int b) const {", "  }\n};"),
    ],
)
@pytest.mark.parametrize(("extra", "found"), [(0, False), (1, True)])
def test_a_long_function_is_found(tmp_path: Path, name: str, head: str, tail: str, extra: int, found: bool) -> None:
    frame = 1 if name == "a.py" else 2
    body = "    x = 1;\n" * (tidy.FUNCTION_LINES_MAX - frame + extra)
    assert bool(complaints(tidy.too_large, tmp_path, name, f"{head}\n{body}{tail}\n")) == found


@pytest.mark.parametrize("words", ["TO" + "DO: later", "# FIX" + "ME", "/ro" + "ot/x", '"/wo' + 'rk"', "XX" + "X"])
def test_a_banned_word_is_found(tmp_path: Path, words: str) -> None:
    assert complaints(tidy.banned_words, tmp_path, "docs.md", f"fine\n{words}\n")[0].startswith("docs.md:2: ")


@pytest.mark.parametrize("words", [".github/workflows", "mkstemp XXXXXX", "harness/work", "todo"])
def test_a_similar_word_is_not(tmp_path: Path, words: str) -> None:
    assert complaints(tidy.banned_words, tmp_path, "docs.md", words) == []


def test_what_a_run_writes_is_not_read(tmp_path: Path) -> None:
    for folder in ("build", ".venv", "reports/run-1", "x/__pycache__"):
        assert complaints(tidy.banned_words, tmp_path, f"{folder}/a.md", "XX" + "X") == []
