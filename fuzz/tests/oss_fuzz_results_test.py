from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fuzz.check_oss_fuzz.build import built
from fuzz.check_oss_fuzz.environment import Configuration, Missing
from fuzz.check_oss_fuzz.results import Results, Skipped

ADDRESS = Configuration("address", "libfuzzer")


def holds(subject: str) -> Iterator[str]:
    yield from ()


def is_broken(subject: str) -> Iterator[str]:
    yield f"{subject}: seen"


def needs_a_tool(subject: str) -> Iterator[str]:
    raise Skipped("no tool")
    yield


def test_the_exit_code_is_0_if_every_rule_holds() -> None:
    results = Results()
    results.look("one", holds, "target")
    assert results.exit_code == 0


def test_the_exit_code_is_3_if_a_rule_could_not_be_looked_at() -> None:
    results = Results()
    results.look("one", holds, "target")
    results.look("one", needs_a_tool, "target")
    assert results.exit_code == 3


def test_the_exit_code_is_1_if_a_rule_is_broken_whatever_else_happened() -> None:
    results = Results()
    results.look("one", needs_a_tool, "target")
    results.look("one", is_broken, "target")
    results.could_not_build("two", "no compiler")
    assert results.exit_code == 1


def test_the_table_has_every_rule_and_what_was_seen() -> None:
    results = Results()
    results.look("one", is_broken, "target")
    results.look("two", needs_a_tool, "target")
    assert results.table().splitlines() == [
        "              one     two",
        "is-broken     FAILED  -",
        "needs-a-tool  -       skipped",
        "",
        "one: is-broken FAILED: target: seen",
        "two: needs-a-tool skipped: no tool",
        "not every rule holds",
    ]


def checkout(folder: Path, script: str) -> Path:
    path = folder / "fuzz" / "oss-fuzz" / "build.sh"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/bash -eu\n{script}\n")
    path.chmod(0o755)
    return folder


def test_what_is_built_is_moved_away(tmp_path: Path) -> None:
    home = checkout(tmp_path, "echo $OUT > $OUT/place; echo $SANITIZER $FUZZING_ENGINE > $OUT/chosen")
    with built(home, ADDRESS) as out:
        place = Path((out / "place").read_text().strip())
        assert not place.exists()
        assert (out / "chosen").read_text() == "address libfuzzer\n"
    assert not out.exists()


def test_what_is_kept_stays(tmp_path: Path) -> None:
    with built(checkout(tmp_path, "touch $OUT/kept"), ADDRESS, keep=True) as out:
        pass
    assert (out / "kept").exists()


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    home = checkout(tmp_path, "echo no ninja; exit 7")
    with pytest.raises(Missing, match=r"build\.sh ended with 7:\nno ninja"), built(home, ADDRESS):
        pass
