"""The rules for running what build.sh leaves in $OUT: those of OSS-Fuzz's check_build, and those that it forgets.

As in file_rules.py, a rule yields complaints, and raises Missing if it can't be looked at.
"""

from __future__ import annotations

import configparser
import re
import shutil
import zipfile
from collections.abc import Iterator

from fuzz.check_oss_fuzz.environment import ASAN_OPTIONS
from fuzz.check_oss_fuzz.out import Out, archive_of
from fuzz.check_oss_fuzz.tools import Missing, need, of_clang

EDGES_MIN = 100
AFL_PATIENCE_S = 35
# afl-fuzz refuses to start without these two options for the sanitizer, and where the kernel is not set up for it.
AFL = {
    "ASAN_OPTIONS": f"{ASAN_OPTIONS}:abort_on_error=1:symbolize=0",
    "AFL_FORKSRV_INIT_TMOUT": "30000", "AFL_NO_UI": "1", "AFL_NO_AFFINITY": "1", "AFL_SKIP_CPUFREQ": "1",
    "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
}  # fmt: skip


def tail(text: str) -> str:
    """Return the line with the error, or else the end."""
    lines = text.strip().splitlines()
    errors = [
        line
        for line in lines
        if "ERROR" in line or "error while loading" in line or "Error:" in line or "Assertion fail" in line
    ]
    return (errors or [" | ".join(lines[-3:])])[0][-300:]


def is_instrumented(out: Out) -> Iterator[str]:
    """Hold for four runs without options: inputs are interesting, and there are ways enough to tell apart."""
    for target in out.targets:
        _, said = out.run(target, "-seed=1337", "-runs=4")
        if "no interesting inputs were found" in said:
            yield f"{target.name}: no interesting inputs were found; it is not instrumented"
            continue
        edges = sum(map(int, re.findall(r"Loaded \d+ modules?\s+\((\d+) (?:inline|guards)", said)))
        if edges < EDGES_MIN:
            yield f"{target.name}: {edges} edges, fewer than {EDGES_MIN}: {tail(said)}"


def runs_four_times(out: Out) -> Iterator[str]:
    for target in out.targets:
        code, said = out.fuzz(target, "-seed=1337", "-runs=4")
        if "Done 4 runs" not in said:
            yield f"{target.name}: did not finish four runs (exit {code}): {tail(said)}"


def exits_cleanly(out: Out) -> Iterator[str]:
    """What check_build does not see: with or without options, four runs end in exit code 0, and nothing has leaked."""
    for target in out.targets:
        for run in (out.run, out.fuzz):
            code, said = run(target, "-seed=1337", "-runs=4")
            if code:
                yield f"{target.name}: exit {code}: {tail(said)}"
                break


def seeds_run_cleanly(out: Out) -> Iterator[str]:
    for target in out.targets:
        if not zipfile.is_zipfile(archive_of(target)):
            continue  # seeds_are_there tells
        with out.seeds(target) as corpus:
            code, said = out.fuzz(target, "-runs=0", str(corpus))
            if code:
                yield f"{target.name}: exit {code} on its own seed corpus: {tail(said)}"


def corpora_are_pruned(out: Out) -> Iterator[str]:
    """Hold if what ClusterFuzzLite prunes a corpus with leaves something of the target's own seeds."""
    for target in out.targets:
        if not zipfile.is_zipfile(archive_of(target)):
            continue  # seeds_are_there tells
        pruned = out.folder / f"{target.name}.pruned"
        pruned.mkdir()
        with out.seeds(target) as corpus:
            code, said = out.fuzz(target, "-merge=1", str(pruned), str(corpus))
        if code or not any(pruned.iterdir()):
            yield f"{target.name}: exit {code} and {len(list(pruned.iterdir()))} seeds left of its own: {tail(said)}"
        shutil.rmtree(pruned)


def options_are_taken(out: Out) -> Iterator[str]:
    """Hold if libFuzzer knows every flag: it says so of those that it ignores."""
    for target in out.targets:
        try:
            _, said = out.fuzz(target, "-runs=0")
        except configparser.Error:
            continue  # options_are_known tells
        for flag in re.findall(r"WARNING: unrecognized flag '([^']*)'", said):
            yield f"{target.name}.options: libFuzzer has no {flag}"
        if "ParseDictionaryFile: error" in said:
            yield f"{target.name}.dict: is no dictionary"


def works_in_sandbox(out: Out) -> Iterator[str]:
    """Hold for a run as process 1, without a shell, a Python or anything else of the machine that built it."""
    need("bwrap")
    for target in out.targets:
        code, said = out.fuzz_in_sandbox(target, "-seed=1337", "-runs=2000", "-max_total_time=60")
        if said.startswith("bwrap: ") and "execvp" not in said:
            raise Missing(f"{tail(said)}; bubblewrap needs namespaces: run it as root, or as who may make them")
        if code or not re.search(r"Done \d+ runs", said):
            yield f"{target.name}: exit {code}: {tail(said)}"


def afl_starts(out: Out) -> Iterator[str]:
    need("afl-fuzz")
    inputs, results = out.folder / "afl-in", out.folder / "afl-out"
    inputs.mkdir()
    (inputs / "seed").write_bytes(b"lock")
    for target in out.targets:
        patience = ("timeout", "-s", "INT", str(AFL_PATIENCE_S))
        words = ("-m", "none", "-V", "1", "-i", inputs, "-o", results, "--", target)
        _, said = out.run(*patience, "afl-fuzz", *words, **AFL)
        if "All set and ready to roll" not in said:
            yield f"{target.name}: afl-fuzz did not start it within {AFL_PATIENCE_S} s: {tail(said)}"
        shutil.rmtree(results, ignore_errors=True)
    shutil.rmtree(inputs)


def coverage_is_measured(out: Out) -> Iterator[str]:
    """Hold for what the coverage job does: it merges the seeds, and each process that takes part leaves a profile."""
    profdata, cov = of_clang("llvm-profdata"), of_clang("llvm-cov")
    for target in out.targets:
        if not zipfile.is_zipfile(archive_of(target)):
            continue  # seeds_are_there tells
        raw, merged = out.folder / f"{target.name}.profraw", out.folder / f"{target.name}.profdata"
        nothing = out.folder / f"{target.name}.merged"
        for folder in (raw, nothing):
            folder.mkdir()
        with out.seeds(target) as corpus:
            profiles = {"LLVM_PROFILE_FILE": f"{raw}/%1m"}
            code, ran = out.run(target, "-merge=1", "-timeout=100", nothing, corpus, **profiles)
        _, merging = out.run(profdata, "merge", "-sparse", *sorted(raw.iterdir()), "-o", merged)
        _, said = out.run(cov, "report", target, f"-instr-profile={merged}")
        total = re.search(r"^TOTAL\s+(\d+)\s+(\d+)", said, re.MULTILINE)
        if code or total is None or total[1] == total[2]:
            yield f"{target.name}: no report of coverage (exit {code}): {tail(ran if code else merging + said)}"
