from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from harness.selftest import lint


def test_a_failing_tool_fails_the_whole_and_shows_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    tools = {"good": lambda: (True, "chatter"), "bad": lambda: (False, "a.py:1: bad\n")}
    assert lint.main(tools) == 1
    assert capsys.readouterr().out == "good: ok\na.py:1: bad\nbad: FAILED\n1 passed, 1 failed, 0 skipped\n"


def test_content_tools_are_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main({"good": lambda: (True, "")}) == 0
    assert capsys.readouterr().out.endswith("1 passed, 0 failed, 0 skipped\n")


def test_a_tool_that_cannot_be_started_fails() -> None:
    good, said = lint.run(["/nonexistent/clang-tidy"])
    assert not good
    assert "/nonexistent/clang-tidy" in said


def test_one_bad_file_among_many_fails() -> None:
    good, bad = [sys.executable, "-c", "print('fine')"], [sys.executable, "-c", "print('broken'); raise SystemExit(1)"]
    assert lint.run_each([good, good])[0]
    assert lint.run_each([good, bad, good]) == (False, "broken\n")


def test_only_our_files_are_compiled_files(tmp_path: Path) -> None:
    ours, generated = str(lint.HOME / "harness" / "a.cc"), str(lint.HOME / "build" / "b.cc")
    entries = [{"file": ours}, {"file": ours}, {"file": generated}, {"file": "/usr/src/gtest.cc"}]
    (tmp_path / "compile_commands.json").write_text(json.dumps(entries))
    assert lint.compiled_files(tmp_path) == ["harness/a.cc"]


def test_the_files_of_a_checkout_are_listed_by_suffix(tmp_path: Path) -> None:
    (tmp_path / "harness").mkdir()
    for name in ("a.cc", "a.h", "a.py"):
        (tmp_path / "harness" / name).touch()
    assert lint.files(tmp_path, ".h", ".cc") == ["harness/a.cc", "harness/a.h"]


@pytest.mark.parametrize("tool", ["catalogue", "clang-format", "clang-tidy", "mypy", "ruff check", "ruff format"])
def test_every_tool_is_asked(tool: str) -> None:
    assert tool in lint.TOOLS
