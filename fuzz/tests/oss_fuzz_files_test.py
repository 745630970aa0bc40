from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from fuzz.check_oss_fuzz import file_rules
from fuzz.check_oss_fuzz.environment import Configuration
from fuzz.check_oss_fuzz.out import Out
from fuzz.tests.conftest import SANITIZED, needs_clang
from fuzz.tests.oss_fuzz_support import ADDRESS, NAME, Make, complaints, script


@needs_clang
def test_one_sanitizer_in_place_of_another_is_seen(make: Make, tmp_path: Path) -> None:
    make(sanitizer="undefined")
    address = complaints(file_rules.calls_are_sanitized, Out(tmp_path, ADDRESS))
    assert ["__asan" in line or "__ubsan" in line for line in address] == [True, True]
    make(sanitizer="address")
    undefined = complaints(file_rules.calls_are_sanitized, Out(tmp_path, Configuration("undefined", "libfuzzer")))
    assert any("__asan" in line for line in undefined)


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
    assert [said in line for line in complaints(file_rules.options_are_known, out)] == [True]


def test_an_empty_folder_is_seen(tmp_path: Path) -> None:
    assert complaints(file_rules.targets_are_there, Out(tmp_path, ADDRESS))


def test_what_cannot_be_executed_is_no_target(tmp_path: Path) -> None:
    out = script(tmp_path, NAME)
    (tmp_path / NAME).chmod(0o644)
    assert out.targets == []


def test_a_target_that_was_asked_for_and_is_not_there_is_seen(tmp_path: Path) -> None:
    script(tmp_path, NAME)
    out = Out(tmp_path, ADDRESS, (NAME, "fuzz_other"))
    assert complaints(file_rules.targets_are_there, out) == ["no target is there: fuzz_other"]


@pytest.mark.parametrize("name", ["fuzz.target", "fuzz target", "fuzz+"])
def test_a_name_that_oss_fuzz_cannot_take_is_seen(name: str, tmp_path: Path) -> None:
    assert [line.split(":")[0] for line in complaints(file_rules.names_are_plain, script(tmp_path, name))] == [name]


def test_a_program_of_no_machine_is_seen(tmp_path: Path) -> None:
    assert "script" in complaints(file_rules.machine_is_x86_64, script(tmp_path, NAME))[0]


def test_a_target_without_seeds_is_seen(tmp_path: Path) -> None:
    out = script(tmp_path, NAME)
    assert complaints(file_rules.seeds_are_there, out) == [f"{NAME}: no seed corpus"]
    zipfile.ZipFile(tmp_path / f"{NAME}_seed_corpus.zip", "w").close()
    assert complaints(file_rules.seeds_are_there, out) == [f"{NAME}: no seed corpus"]


@pytest.mark.parametrize(("path", "bad"), [("/opt/lib", True), ("$ORIGIN/lib:/opt/lib", True), ("$ORIGIN/lib", False)])
@pytest.mark.parametrize("file", [NAME, "lib/libfuzz_target.so.1"])
def test_a_library_of_the_build_is_seen(file: str, path: str, bad: bool, tmp_path: Path) -> None:
    source = tmp_path / "main.c"
    source.write_text("int LLVMFuzzerTestOneInput(void) { return 0; }\nint main(void) { return 0; }\n")
    (tmp_path / "lib").mkdir()
    kind = [] if file == NAME else ["-shared", "-fPIC"]
    subprocess.run(["gcc", *kind, source, f"-Wl,-rpath,{path}", "-o", tmp_path / file], check=True, timeout=300)
    found = complaints(file_rules.libraries_are_beside, Out(tmp_path, ADDRESS))
    assert [line.startswith(f"{file}: looks for libraries in /opt/lib") for line in found] == [True] * bad


@needs_clang
@pytest.mark.parametrize("word", ["msan", "dfsan"])
def test_a_sanitizer_that_nobody_asked_for_is_seen(word: str, make: Make) -> None:
    out = make(f"-DIS_{word.upper()}", *SANITIZED["address"])
    assert [f"calls of __{word}*" in line for line in complaints(file_rules.calls_are_sanitized, out)] == [True]


def test_what_the_build_leaves_among_the_sources_is_seen(tmp_path: Path) -> None:
    out = Out(tmp_path, ADDRESS, left=("default.profraw",))
    assert complaints(file_rules.sources_are_left_alone, out) == ["build.sh left default.profraw among the sources"]
