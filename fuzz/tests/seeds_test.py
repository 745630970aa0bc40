"""The seeds of the targets, which are made of the conformance cases: every target takes its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from fuzz.tests.conftest import CLI, HOME

BUILD = CLI.parent / "fuzz"
TARGETS = (
    "fuzz_script",
    "fuzz_case",
    "fuzz_assess",
    "fuzz_shrink",
    "fuzz_reference",
    "fuzz_explain",
    "fuzz_checker",
    "fuzz_timeout",
    "fuzz_results",
)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("seeds")
    subprocess.run([BUILD / "fuzz_seeds", out, HOME / "conformance" / "cases"], check=True, capture_output=True)
    return out


def test_every_script_of_the_cases_is_a_seed_and_a_plan(seeds: Path) -> None:
    cases = {path.parent.name + "-" + path.stem for path in (HOME / "conformance" / "cases").rglob("*.lks")}
    for target in (
        "fuzz_script",
        "fuzz_case",
        "fuzz_assess",
        "fuzz_shrink",
        "fuzz_reference",
        "fuzz_differential",
        "fuzz_processes",
    ):
        names = {path.name for path in (seeds / target).iterdir()}
        assert names >= cases
        assert {name.removesuffix("-scheduled") for name in names - cases} <= cases


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_takes_its_seeds(seeds: Path, target: str) -> None:
    count = len(list((seeds / target).iterdir()))
    done = subprocess.run([BUILD / target, seeds / target], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == f"{count} inputs\n"


def test_a_text_that_is_no_script_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.lks"
    bad.write_text("lock L = Queue()\n")
    done = subprocess.run([BUILD / "fuzz_seeds", tmp_path / "out", bad], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{bad}:1:")
