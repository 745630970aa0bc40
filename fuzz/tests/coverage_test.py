"""How the lines that corpora reach are counted: of a small program whose reached lines are known."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from fuzz import coverage

REACHED = "harness/script/reached.cc"
UNLINKED = "harness/judge/unlinked.cc"
SOURCES = {
    "impl/lock/lock.h": "inline int twice(int x) {\n  return 2 * x;\n}\n",
    "harness/spec/step.cc": "int step() {\n  return 1;\n}\n",
    REACHED: """#include "../../impl/lock/lock.h"
int step();
int main(int argc, char**) {
  if (argc > 1) {
    return 3;
  }
  return step() + twice(argc) - 3;
}
""",
    UNLINKED: "int unlinked() {\n  return 1;\n}\n",
    "harness/judge/unlinked_test.cc": "int test() {\n  return 1;\n}\n",
}


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> coverage.Lines:
    root = tmp_path_factory.mktemp("checkout")
    build = root / "build"
    build.mkdir()
    for name, text in SOURCES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in (name for name in SOURCES if name.endswith(".cc")):
        object_file = build / (Path(name).stem + ".o")
        subprocess.run(["g++", "--coverage", "-O0", "-c", root / name, "-o", object_file], check=True, cwd=build)
    linked = ["reached.o", "step.o"]
    subprocess.run(["g++", "--coverage", *linked, "-o", "program"], check=True, cwd=build)
    subprocess.run(["./program"], check=True, cwd=build)
    return coverage.gather(build, root)


def test_each_line_is_counted_as_often_as_it_ran(lines: coverage.Lines) -> None:
    assert dict(lines[REACHED]) == {3: 1, 4: 1, 5: 0, 7: 1}
    assert set(lines["impl/lock/lock.h"].values()) == {1}


def test_what_no_program_links_is_unreached_and_tests_do_not_count(lines: coverage.Lines) -> None:
    assert set(lines[UNLINKED].values()) == {0}
    assert set(lines) == {REACHED, UNLINKED, "impl/lock/lock.h", "harness/spec/step.cc"}


def test_a_folder_with_less_than_the_share_is_not_enough(
    lines: coverage.Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    linked = {name: counts for name, counts in lines.items() if name != UNLINKED}
    judge = {"harness/judge/explain.cc": {1: 1}}
    assert coverage.print_table({**linked, **judge}, 0.75, missing=True)
    assert f"harness/script        4    75.0%\n    {REACHED}: 5\n" in capsys.readouterr().out
    assert not coverage.print_table({**linked, **judge}, 0.76, missing=False)
    assert not coverage.print_table(lines, 0.75, missing=False)
    assert not coverage.print_table(linked, 0.75, missing=False)  # of a folder without lines nothing is known


@pytest.mark.parametrize(("enough", "status"), [(True, 0), (False, 1)])
def test_the_exit_status_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, enough: bool, status: int) -> None:
    monkeypatch.setattr(coverage, "build", lambda *arguments: tmp_path)
    monkeypatch.setattr(coverage, "replay", lambda *arguments: None)
    monkeypatch.setattr(coverage, "gather", lambda folder, root: {})
    monkeypatch.setattr(coverage, "print_table", lambda total, share, missing: enough)
    assert coverage.main([]) == status


def test_line_numbers_that_follow_one_another_are_ranges() -> None:
    assert coverage.ranges([7, 1, 2, 3]) == "1-3, 7"
