from __future__ import annotations

import functools
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fuzz.check_oss_fuzz import rules
from fuzz.check_oss_fuzz.environment import COMMON, FLAGS, Configuration
from fuzz.check_oss_fuzz.out import Out
from fuzz.check_oss_fuzz.results import Skipped, name_of
from fuzz.tests.conftest import needs_clang

SOURCE = Path(__file__).with_name("oss_fuzz_target.c")
NAME = "fuzz_target"
SANITIZED = {
    sanitizer: ["-fsanitize=fuzzer", *FLAGS[sanitizer].split()] for sanitizer in ("address", "undefined", "coverage")
}
Make = Callable[..., Out]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return what compiles the target with some options, once."""
    folder = tmp_path_factory.mktemp("targets")

    @functools.cache
    def program(*words: str) -> Path:
        path = folder / str(program.cache_info().misses)
        subprocess.run(["clang", *COMMON.split(), *words, str(SOURCE), "-o", str(path)], check=True, timeout=300)
        return path

    return program


@pytest.fixture
def make(tmp_path: Path, compiled: Callable[..., Path]) -> Make:
    """Return what makes a target, and puts what belongs to it beside it."""

    def made(*words: str, sanitizer: str = "address", seed: bytes = b"seed") -> Out:
        shutil.copy(compiled(*(words or SANITIZED[sanitizer])), tmp_path / NAME)
        with zipfile.ZipFile(tmp_path / f"{NAME}_seed_corpus.zip", "w") as archive:
            archive.writestr("seed", seed)
        (tmp_path / f"{NAME}.options").write_text("[libfuzzer]\nmax_len = 64\n")
        (tmp_path / f"{NAME}.dict").write_text('"lock"\n')
        return Out(tmp_path, Configuration(sanitizer, "libfuzzer"))

    return made


def complaints(rule: Callable[[Out], Iterator[str]], out: Out) -> list[str]:
    try:
        return list(rule(out))
    except Skipped as reason:
        pytest.skip(str(reason))


def script(folder: Path, name: str, text: str = "") -> Out:
    """Return a folder with a program that has no more of a target than that it is taken for one."""
    (folder / name).write_text(f"#!/bin/sh\n# LLVMFuzzerTestOneInput\n{text}\n")
    (folder / name).chmod(0o755)
    return Out(folder, Configuration("address", "libfuzzer"))


@needs_clang
@pytest.mark.parametrize("sanitizer", SANITIZED)
def test_a_good_target_keeps_every_rule(sanitizer: str, make: Make) -> None:
    out = make(sanitizer=sanitizer)
    for rule in rules.rules_of(out.configuration):
        if rule is not rules.works_in_sandbox:  # not every machine lets it be looked at
            assert (name_of(rule), complaints(rule, out)) == (name_of(rule), [])


@needs_clang
@pytest.mark.parametrize(
    ("rule", "macro", "said"),
    [
        (rules.is_instrumented, "SMALL", "edges, fewer than 100"),
        (rules.runs_four_times, "CRASHES", "did not finish four runs"),
        (rules.exits_cleanly, "CRASHES", "exit"),
        (rules.exits_cleanly, "LEAKS", "LeakSanitizer: detected memory leaks"),
        (rules.seeds_run_cleanly, "CRASHES_ON_X", "on its own seed corpus"),
        (rules.works_in_sandbox, "NEEDS_A_SHELL", "exit"),
    ],
)
def test_a_bad_target_is_seen(rule: rules.Rule, macro: str, said: str, make: Make) -> None:
    found = complaints(rule, make(f"-D{macro}", *SANITIZED["address"], seed=b"X"))
    assert len(found) == 1
    assert found[0].startswith(f"{NAME}: ")
    assert said in found[0]


@needs_clang
def test_a_good_target_works_in_the_sandbox(make: Make) -> None:
    assert complaints(rules.works_in_sandbox, make()) == []


@needs_clang
def test_a_target_without_instrumentation_is_seen(make: Make) -> None:
    out = make("-fsanitize=fuzzer", "-fno-sanitize-coverage=inline-8bit-counters,pc-table,trace-cmp,indirect-calls")
    assert ["not instrumented" in line for line in complaints(rules.is_instrumented, out)] == [True]


@needs_clang
def test_one_sanitizer_in_place_of_another_is_seen(make: Make, tmp_path: Path) -> None:
    make(sanitizer="undefined")
    address = complaints(rules.calls_are_sanitized, Out(tmp_path, Configuration("address", "libfuzzer")))
    assert ["__asan" in line or "__ubsan" in line for line in address] == [True, True]
    make(sanitizer="address")
    undefined = complaints(rules.calls_are_sanitized, Out(tmp_path, Configuration("undefined", "libfuzzer")))
    assert any("__asan" in line for line in undefined)


@needs_clang
def test_a_build_that_measures_no_coverage_is_seen(make: Make, tmp_path: Path) -> None:
    assert ["no report" in line for line in complaints(rules.coverage_is_measured, make())] == [True]


@needs_clang
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("options", "[libfuzzer]\nmax_lenght = 64\n", "libFuzzer has no -max_lenght=64"),
        ("dict", "lock\n", "is no dictionary"),
    ],
)
def test_an_option_that_libfuzzer_does_not_take_is_seen(
    file: str, text: str, said: str, make: Make, tmp_path: Path
) -> None:
    out = make()
    (tmp_path / f"{NAME}.{file}").write_text(text)
    assert any(said in line for line in complaints(rules.options_are_taken, out))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_len = 64\n", "no section headers"),
        ("[libFuzzer]\nmax_len = 64\n", "no section [libFuzzer]"),
        ("[asan]\ndetect_leaks = 0\n", "hides leaks"),
    ],
)
def test_a_bad_file_of_options_is_seen(text: str, said: str, tmp_path: Path) -> None:
    out = script(tmp_path, NAME)
    (tmp_path / f"{NAME}.options").write_text(text)
    assert [said in line for line in complaints(rules.options_are_known, out)] == [True]


def test_an_empty_folder_is_seen(tmp_path: Path) -> None:
    assert complaints(rules.targets_are_there, Out(tmp_path, Configuration("address", "libfuzzer")))


def test_what_cannot_be_executed_is_no_target(tmp_path: Path) -> None:
    out = script(tmp_path, NAME)
    (tmp_path / NAME).chmod(0o644)
    assert out.targets == []


def test_a_target_that_was_asked_for_and_is_not_there_is_seen(tmp_path: Path) -> None:
    script(tmp_path, NAME)
    out = Out(tmp_path, Configuration("address", "libfuzzer"), (NAME, "fuzz_other"))
    assert complaints(rules.targets_are_there, out) == ["no target is there: fuzz_other"]


@pytest.mark.parametrize("name", ["fuzz.target", "fuzz target", "fuzz+"])
def test_a_name_that_oss_fuzz_cannot_take_is_seen(name: str, tmp_path: Path) -> None:
    assert [line.split(":")[0] for line in complaints(rules.names_are_plain, script(tmp_path, name))] == [name]


def test_a_program_of_no_machine_is_seen(tmp_path: Path) -> None:
    assert "script" in complaints(rules.machine_is_x86_64, script(tmp_path, NAME))[0]


def test_a_target_without_seeds_is_seen(tmp_path: Path) -> None:
    out = script(tmp_path, NAME)
    assert complaints(rules.seeds_are_there, out) == [f"{NAME}: no seed corpus"]
    zipfile.ZipFile(tmp_path / f"{NAME}_seed_corpus.zip", "w").close()
    assert complaints(rules.seeds_are_there, out) == [f"{NAME}: no seed corpus"]


@pytest.mark.parametrize(("path", "bad"), [("/opt/lib", True), ("$ORIGIN/lib:/opt/lib", True), ("$ORIGIN/lib", False)])
def test_a_library_of_the_build_is_seen(path: str, bad: bool, tmp_path: Path) -> None:
    source = tmp_path / "main.c"
    source.write_text("int LLVMFuzzerTestOneInput(void) { return 0; }\nint main(void) { return 0; }\n")
    subprocess.run(["gcc", str(source), f"-Wl,-rpath,{path}", "-o", str(tmp_path / NAME)], check=True, timeout=300)
    found = complaints(rules.libraries_are_beside, Out(tmp_path, Configuration("address", "libfuzzer")))
    assert ["/opt/lib" in line for line in found] == [True] * bad


def test_a_target_that_afl_cannot_fuzz_is_seen(tmp_path: Path) -> None:
    found = complaints(rules.afl_starts, script(tmp_path, NAME, "exit 0"))
    assert ["did not start" in line for line in found] == [True]
