"""Which rules hold for which configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fuzz.check_oss_fuzz import file_rules as files
from fuzz.check_oss_fuzz import run_rules as runs
from fuzz.check_oss_fuzz.environment import Configuration
from fuzz.check_oss_fuzz.out import Out

Rule = Callable[[Out], Iterator[str]]
ALWAYS: tuple[Rule, ...] = (
    files.targets_are_there, files.sources_are_left_alone, files.names_are_plain, files.machine_is_x86_64,
    files.libraries_are_beside, files.seeds_are_there, files.options_are_known,
)  # fmt: skip
LIBFUZZER: tuple[Rule, ...] = (
    runs.options_are_taken, runs.runs_four_times, runs.exits_cleanly, runs.seeds_run_cleanly,
)  # fmt: skip


def rules_of(configuration: Configuration) -> tuple[Rule, ...]:
    calls = (files.calls_are_sanitized,) if configuration.sanitizer in files.CALLS else ()
    if configuration.engine == "afl":
        return (*ALWAYS, *(calls if configuration.sanitizer == "address" else ()), runs.afl_starts)
    if configuration.sanitizer == "coverage":
        # libFuzzer does not fuzz what is not instrumented for it; the coverage job replays and merges corpora alone.
        return (*ALWAYS, runs.options_are_taken, runs.seeds_run_cleanly, runs.coverage_is_measured)
    return (*ALWAYS, *calls, runs.is_instrumented, *LIBFUZZER, runs.corpora_are_pruned, runs.works_in_sandbox)
