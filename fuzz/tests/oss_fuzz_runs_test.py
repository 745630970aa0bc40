from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.check_oss_fuzz import file_rules as files
from fuzz.check_oss_fuzz import rules
from fuzz.check_oss_fuzz import run_rules as runs
from fuzz.check_oss_fuzz.results import SKIPPED, Results, name_of
from fuzz.tests.conftest import SANITIZED, UNINSTRUMENTED, needs_clang
from fuzz.tests.oss_fuzz_support import NAME, Make, complaints, script

# What runs programs that a machine may lack.
WITH_TOOLS = (
    files.machine_is_x86_64, files.libraries_are_beside, files.calls_are_sanitized, runs.works_in_sandbox,
    runs.afl_starts, runs.coverage_is_measured,
)  # fmt: skip


@needs_clang
@pytest.mark.parametrize("sanitizer", SANITIZED)
def test_a_good_target_keeps_every_rule(sanitizer: str, make: Make) -> None:
    out = make(sanitizer=sanitizer)
    for rule in rules.rules_of(out.configuration):
        if rule is not runs.works_in_sandbox:  # not every machine lets it be looked at
            assert (name_of(rule), complaints(rule, out)) == (name_of(rule), [])


@needs_clang
@pytest.mark.parametrize(
    ("rule", "macro", "said"),
    [
        (runs.is_instrumented, "SMALL", "edges, fewer than 100"),
        (runs.runs_four_times, "CRASHES", "did not finish four runs"),
        (runs.exits_cleanly, "CRASHES", "exit"),
        (runs.exits_cleanly, "LEAKS", "LeakSanitizer: detected memory leaks"),
        (runs.seeds_run_cleanly, "CRASHES_ON_X", "on its own seed corpus"),
        (runs.corpora_are_pruned, "CRASHES_ON_X", "0 seeds left of its own"),
    ],
)
def test_a_bad_target_is_seen(rule: rules.Rule, macro: str, said: str, make: Make) -> None:
    found = complaints(rule, make(f"-D{macro}", *SANITIZED["address"], seed=b"X"))
    assert len(found) == 1
    assert found[0].startswith(f"{NAME}: ")
    assert said in found[0]


@needs_clang
def test_a_good_target_works_in_the_sandbox(make: Make) -> None:
    assert complaints(runs.works_in_sandbox, make()) == []


@needs_clang
@pytest.mark.parametrize("macro", ["NEEDS_A_SHELL", "NEEDS_A_PARENT", "NEEDS_SHARED_MEMORY", "NEEDS_THE_BUILD"])
def test_a_target_that_cannot_do_without_this_machine_is_seen(macro: str, make: Make) -> None:
    out = make(f"-D{macro}", *SANITIZED["address"])
    assert complaints(runs.runs_four_times, out) == []
    assert [line.startswith(f"{NAME}: exit") for line in complaints(runs.works_in_sandbox, out)] == [True]


@needs_clang
def test_a_target_without_instrumentation_is_seen(make: Make) -> None:
    out = make("-fsanitize=fuzzer", UNINSTRUMENTED)
    assert ["not instrumented" in line for line in complaints(runs.is_instrumented, out)] == [True]


@needs_clang
def test_a_build_that_measures_no_coverage_is_seen(make: Make, tmp_path: Path) -> None:
    assert ["no report" in line for line in complaints(runs.coverage_is_measured, make())] == [True]


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
    assert any(said in line for line in complaints(runs.options_are_taken, out))


def test_a_target_that_afl_cannot_fuzz_is_seen(tmp_path: Path) -> None:
    found = complaints(runs.afl_starts, script(tmp_path, NAME, "exit 0"))
    assert ["did not start" in line for line in found] == [True]


@needs_clang
@pytest.mark.parametrize("sanitizer", ["address", "coverage"])
@pytest.mark.parametrize("macro", ["CRASHES", "CRASHES_ON_X"])
def test_a_run_leaves_nothing_where_it_is_started(
    sanitizer: str, macro: str, make: Make, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("caller")
    monkeypatch.chdir(folder)
    out = make(f"-D{macro}", *SANITIZED[sanitizer], sanitizer=sanitizer, seed=b"X")
    results = Results()
    for rule in rules.rules_of(out.configuration):
        results.look("small", rule, out)
    assert results.exit_code == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("rule", WITH_TOOLS, ids=name_of)
def test_a_rule_without_its_program_is_skipped_by_name(
    rule: rules.Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    results = Results()
    results.look("small", rule, script(tmp_path, NAME))
    assert list(results.states.values()) == [SKIPPED]
    assert "run: sudo apt-get update && sudo apt-get install -y" in results.notes[0]
