"""What a crash becomes in the repository."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz.tests.conftest import CLI, ENVIRONMENT, HOME, Canary, install, needs_clang

Programs = Callable[[str], Path]
STEM = "canary-wheel-lock.sing-silent"


@pytest.fixture
def scripted(canary: Canary, programs: Programs) -> Canary:
    """Return a checkout whose canary's inputs stand for scripts, with the real command line."""
    install(canary, "release", programs("script"))
    program = canary.home / "build" / "release" / "lockstep"
    program.write_text(f'#!/bin/sh\nLOCKSTEP_HOME={HOME} exec {CLI} "$@"\n')
    program.chmod(0o755)
    return canary


def test_an_input_is_kept_by_the_words_of_its_line(canary: Canary) -> None:
    done = canary.fuzz("--promote", str(canary.input(b"Crash")))
    assert done.returncode == 0, done.stderr
    assert canary.regressions() == [f"fuzz_canary/{STEM}"]
    repeat = done.stdout.splitlines()[-1].removeprefix("repeat  ").split()
    again = subprocess.run(repeat, cwd=canary.home, capture_output=True, text=True, check=False)
    assert f"Assertion failure: {STEM}" in again.stderr


def test_nothing_is_overwritten(canary: Canary) -> None:
    file = canary.input(b"Crash")
    assert [canary.fuzz("--promote", str(file)).returncode for _ in range(2)] == [0, 0]
    assert canary.regressions() == [f"fuzz_canary/{STEM}", f"fuzz_canary/{STEM}-2"]


def test_an_input_that_does_not_fail_is_refused(canary: Canary) -> None:
    done = canary.fuzz("--promote", str(canary.input(b"harmless")))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "fuzz_canary does not fail for it" in done.stderr
    assert canary.regressions() == []


def test_a_path_without_a_targets_name_needs_the_target(canary: Canary) -> None:
    file = canary.home / "input"
    file.write_bytes(b"Crash")
    (canary.home / "fuzz" / "fuzz_other.cc").write_text("")
    done = canary.fuzz("--promote", str(file))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "say which target" in done.stderr
    assert canary.fuzz("--promote", str(file), "fuzz_canary").returncode == 0


def test_a_missing_file_is_one_line_and_exit_2(canary: Canary) -> None:
    done = canary.fuzz("--promote", "no-such-file")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@needs_clang
def test_an_input_is_made_small_before_it_is_kept(canary: Canary, programs: Programs) -> None:
    install(canary, "fuzz", programs("fuzzer"))
    done = canary.fuzz("--promote", str(canary.input(b"C" + b"long" * 50)))
    assert done.returncode == 0, done.stderr
    kept = canary.home / "fuzz" / "regressions" / "fuzz_canary" / STEM
    assert len(kept.read_bytes()) < 10


@pytest.mark.skipif(not CLI.exists(), reason="needs a build of the command line")
def test_an_input_that_stands_for_a_script_becomes_one(scripted: Canary) -> None:
    done = scripted.fuzz("--promote", str(scripted.input(b"Crash")))
    assert done.returncode == 0, done.stderr
    # The script diverges in no implementation, so that the input is kept beside it.
    assert scripted.regressions() == [f"{STEM}.lks", f"fuzz_canary/{STEM}"]
    script = scripted.home / "fuzz" / "regressions" / f"{STEM}.lks"
    assert script.read_text().startswith(f"# fuzz_canary: Assertion failure: {STEM}\n")
    assert "./run_tests.py replay fuzz/regressions/" in done.stdout
    replayed = subprocess.run([CLI, "replay", script], env=ENVIRONMENT, check=False)
    assert replayed.returncode == 0


@pytest.mark.skipif(not CLI.exists(), reason="needs a build of the command line")
def test_a_schedule_that_fits_only_the_target_is_left_out(scripted: Canary) -> None:
    done = scripted.fuzz("--promote", str(scripted.input(b"Crashes")))
    assert done.returncode == 0, done.stderr
    assert f"{STEM}.lks" in scripted.regressions()
    script = scripted.home / "fuzz" / "regressions" / f"{STEM}.lks"
    assert "schedule" not in script.read_text()


@pytest.mark.skipif(not CLI.exists(), reason="needs a build of the command line")
def test_a_script_by_which_a_lock_diverges_is_shrunk(scripted: Canary) -> None:
    program = scripted.home / "build" / "release" / "lockstep"
    lock = HOME / "harness" / "selftest" / "locks" / "over_release.py"
    program.write_text(f'#!/bin/sh\nLOCKSTEP_HOME={HOME} exec {CLI} "$@" --impl {lock}\n')
    done = scripted.fuzz("--promote", str(scripted.input(b"Crash")))
    assert done.returncode == 0, done.stderr
    assert scripted.regressions() == [f"{STEM}.lks"]
    script = (scripted.home / "fuzz" / "regressions" / f"{STEM}.lks").read_text()
    assert "lock.release.unlocked" in script
    assert [line for line in script.splitlines() if line.startswith("a:")] == ["a: L.release()"]
