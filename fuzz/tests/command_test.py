"""The fuzz command, with a target that fails on purpose."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz import __main__ as command
from fuzz.check_oss_fuzz import __main__ as check_oss_fuzz
from fuzz.targets import all_targets, options_of
from fuzz.tests.conftest import CLI, ENVIRONMENT, HOME, Canary, install, needs_clang
from reports.results import Json, load

LINE = "Assertion failure: canary-wheel-lock.sing-silent"
HARMLESS = "[libfuzzer]\nmax_len = 1\n"  # the canary fails for two letters
Programs = Callable[[str], Path]


@pytest.fixture
def fuzzer(canary: Canary, programs: Programs) -> Canary:
    install(canary, "fuzz", programs("fuzzer"))
    return canary


def results(canary: Canary) -> Json:
    return load(canary.home / "report" / "results.json")


@needs_clang
def test_a_crash_is_noticed_and_told_with_what_repeats_it(fuzzer: Canary) -> None:
    done = fuzzer.fuzz("--seconds", "60", "--seed", "7", "fuzz_canary")
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == "seed 7"
    assert f"CRASH  fuzz_canary: {LINE}" in done.stdout
    (target,) = results(fuzzer)["fuzz"]["targets"]
    (crash,) = target["crashes"]
    assert (crash["line"], crash["kind"]) == (LINE, "crash")
    assert crash["text"].startswith("an input of ")
    assert (fuzzer.home / crash["input"]).read_bytes().startswith(b"C")
    again = subprocess.run(crash["replay"].split(), cwd=fuzzer.home, capture_output=True, text=True, check=False)
    assert again.returncode != 0
    assert LINE in again.stderr


@needs_clang
def test_a_run_without_a_crash_counts_and_keeps_its_corpus(fuzzer: Canary, programs: Programs) -> None:
    (fuzzer.home / "fuzz" / "fuzz_canary.options").write_text(HARMLESS)
    fuzzer.seeds.mkdir(parents=True)
    (fuzzer.seeds / "seed").write_bytes(b"a")
    (fuzzer.home / "fuzz" / "fuzz_canary.dict").write_text('"a"\n')
    done = fuzzer.fuzz("--seconds", "1", "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    (target,) = results(fuzzer)["fuzz"]["targets"]
    assert target["crashes"] == []
    assert target["executions"] > 0
    assert target["edges"] > 0
    assert (fuzzer.home / "build" / "fuzz" / "corpora" / "fuzz_canary").is_dir()
    assert [path.name for path in fuzzer.seeds.iterdir()] == ["seed"]


@needs_clang
def test_a_target_that_ends_without_an_input_is_a_harness_failure(canary: Canary, programs: Programs) -> None:
    install(canary, "fuzz", programs("silent"))
    done = canary.fuzz("--seconds", "60", "--seed", "7")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "left no input" in results(canary)["errors"][0]


@needs_clang
def test_undefined_behaviour_is_a_crash_though_the_sanitizer_could_go_on(canary: Canary, programs: Programs) -> None:
    install(canary, "fuzz", programs("undefined"))
    done = canary.fuzz("--seconds", "60", "--seed", "7")
    assert done.returncode == 1, done.stdout + done.stderr
    assert (
        "UndefinedBehaviorSanitizer: signed integer overflow"
        in results(canary)["fuzz"]["targets"][0]["crashes"][0]["line"]
    )


@needs_clang
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_its_report(fuzzer: Canary, number: signal.Signals) -> None:
    (fuzzer.home / "fuzz" / "fuzz_canary.options").write_text(HARMLESS)
    program = subprocess.Popen(
        fuzzer.command("--seconds", "600", "--seed", "7"),
        cwd=fuzzer.home,
        env=fuzzer.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = fuzzer.home / "report" / "fuzz_canary.log"
    while program.poll() is None and not (log.exists() and b"INITED" in log.read_bytes()):
        time.sleep(0.01)
    program.send_signal(number)
    stdout, stderr = program.communicate(timeout=60)
    assert program.returncode == 130, stdout + stderr
    assert results(fuzzer)["interrupted"] is True


def test_an_unknown_target_is_exit_2_and_the_targets_are_listed(canary: Canary) -> None:
    done = canary.fuzz("fuzz_nothing")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "fuzz_nothing; there are: fuzz_canary" in done.stderr


@pytest.mark.parametrize("words", [("--seconds", "0"), ("--seed", "0"), ("--jobs", "0"), ("--colour",)])
def test_wrong_usage_is_exit_2(canary: Canary, words: tuple[str, ...]) -> None:
    assert canary.fuzz(*words).returncode == 2


def test_what_is_not_built_is_exit_3(canary: Canary) -> None:
    done = canary.fuzz()
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)


def test_the_targets_are_the_files_and_the_command_line_lists_the_same() -> None:
    listed = subprocess.run([CLI, "list", "--targets"], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert listed.stdout.split() == [target.name for target in all_targets(HOME)]
    assert "fuzz_script" in listed.stdout.split()


def test_options_are_those_of_libfuzzer(tmp_path: Path) -> None:
    (tmp_path / "fuzz").mkdir()
    (tmp_path / "fuzz" / "fuzz_a.options").write_text("[libfuzzer]\nmax_len = 9\n[asan]\ndetect_leaks = 1\n")
    (tmp_path / "fuzz" / "fuzz_a.dict").write_text('"a"\n')
    assert options_of("fuzz_a", tmp_path) == [f"-dict={tmp_path}/fuzz/fuzz_a.dict", "-max_len=9"]
    assert options_of("fuzz_b", tmp_path) == []


def test_the_check_for_oss_fuzz_is_of_the_targets_named(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []

    def main(words: list[str]) -> int:
        told.append(words)
        return 3

    monkeypatch.setattr(check_oss_fuzz, "main", main)
    words = ["--report", "none", "--check-oss-fuzz"]
    assert command.main(words) == 3
    assert command.main([*words, "script", "fuzz_timeout"]) == 3
    assert told == [[], ["--target=fuzz_script", "--target=fuzz_timeout"]]
