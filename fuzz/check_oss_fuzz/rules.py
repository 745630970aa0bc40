"""The rules for what build.sh leaves in $OUT: those of OSS-Fuzz's check_build, and those that it forgets.

Each rule is a function that is given an Out and yields complaints; what its name says holds if it yields none. A rule
that can't be looked at raises Skipped.
"""

from __future__ import annotations

import configparser
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator

from fuzz.check_oss_fuzz.environment import ASAN_OPTIONS, Configuration
from fuzz.check_oss_fuzz.out import Out, archive_of, read_options
from fuzz.check_oss_fuzz.results import Skipped

NAME = re.compile(r"[A-Za-z0-9_-]+")
EDGES_MIN = 100
AFL_PATIENCE_S = 35
# afl-fuzz refuses to start without these two options for the sanitizer, and where the kernel is not set up for it.
AFL = {
    "ASAN_OPTIONS": f"{ASAN_OPTIONS}:abort_on_error=1:symbolize=0",
    "AFL_FORKSRV_INIT_TMOUT": "30000", "AFL_NO_UI": "1", "AFL_NO_AFFINITY": "1", "AFL_SKIP_CPUFREQ": "1",
    "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
}  # fmt: skip
SECTIONS = {"libfuzzer", "asan", "ubsan", "msan", "env", "grammar"}
ANY_NUMBER = float("inf")
# Calls that instrumentation leaves, by sanitizer: what is called, at least and at most so often.
CALLS: dict[str, tuple[tuple[str, int, float], ...]] = {
    "address": (("__asan", 1000, ANY_NUMBER), ("__ubsan", 0, 200), ("__msan", 0, 3), ("__dfsan", 0, 0)),
    "undefined": (("__ubsan", 168, ANY_NUMBER), ("__asan", 0, 0), ("__msan", 0, 3), ("__dfsan", 0, 0)),
}


def tail(text: str) -> str:
    """Return the line with the error, or else the end."""
    lines = text.strip().splitlines()
    errors = [
        line
        for line in lines
        if "ERROR" in line or "error while loading" in line or "Error:" in line or "Assertion fail" in line
    ]
    return (errors or [" | ".join(lines[-3:])])[0][-300:]


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Skipped(f"{program} is not installed")
    return found


def targets_are_there(out: Out) -> Iterator[str]:
    missing = set(out.only) - {target.name for target in out.targets}
    if missing or not out.targets:
        yield "no target is there" + "".join(f": {name}" for name in sorted(missing))


def names_are_plain(out: Out) -> Iterator[str]:
    for target in out.targets:
        if not NAME.fullmatch(target.name):
            yield f"{target.name}: a target's name is of A-Z, a-z, 0-9, _ and -"


def machine_is_x86_64(out: Out) -> Iterator[str]:
    need("file")
    for target in out.targets:
        _, said = out.run("file", "-b", target)
        if "x86-64" not in said:
            yield f"{target.name}: {said.strip()}"


def libraries_are_beside(out: Out) -> Iterator[str]:
    """Hold if a program looks for libraries nowhere but in the system and at places relative to itself."""
    need("objdump")
    for target in out.targets:
        _, said = out.run("objdump", "-p", target)
        for path in ":".join(re.findall(r"R(?:UN)?PATH\s+(\S+)", said)).split(":"):
            if path and not re.match(r"\$ORIGIN\b", path):
                yield f"{target.name}: looks for libraries in {path}, which only the build has"


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


def calls_are_sanitized(out: Out) -> Iterator[str]:
    need("objdump")
    for target in out.targets:
        _, said = out.run("objdump", "-dC", "--no-show-raw-insn", target)
        for word, least, most in CALLS[out.configuration.sanitizer]:
            count = len(re.findall(rf"\bcallq?\s+[0-9a-f]+ <{word}", said))
            if not least <= count <= most:
                yield f"{target.name}: {count} calls of {word}*, expected {least} to {most:g}"


def seeds_are_there(out: Out) -> Iterator[str]:
    for target in out.targets:
        archive = archive_of(target)
        if not archive.is_file() or not zipfile.is_zipfile(archive) or not zipfile.ZipFile(archive).namelist():
            yield f"{target.name}: no seed corpus"


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


def options_are_known(out: Out) -> Iterator[str]:
    for target in out.targets:
        try:
            read = read_options(target)
        except configparser.Error as error:
            yield f"{target.name}.options: {error}".replace("\n", " ")
            continue
        for section in set(read.sections()) - SECTIONS:
            yield f"{target.name}.options: no section [{section}] is known"
        for section in read.sections():
            if read[section].get("detect_leaks", "1") in {"0", "false"}:
                yield f"{target.name}.options: [{section}] hides leaks"


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
            raise Skipped(tail(said))
        if code or not re.search(r"Done \d+ runs", said):
            yield f"{target.name}: exit {code}: {tail(said)}"


def afl_starts(out: Out) -> Iterator[str]:
    fuzzer = need("afl-fuzz")
    inputs, results = out.folder / "afl-in", out.folder / "afl-out"
    inputs.mkdir()
    (inputs / "seed").write_bytes(b"lock")
    for target in out.targets:
        patience = ("timeout", "-s", "INT", str(AFL_PATIENCE_S))
        words = ("-m", "none", "-V", "1", "-i", inputs, "-o", results, "--", target)
        _, said = out.run(*patience, fuzzer, *words, **AFL)
        if "All set and ready to roll" not in said:
            yield f"{target.name}: afl-fuzz did not start it within {AFL_PATIENCE_S} s: {tail(said)}"
        shutil.rmtree(results, ignore_errors=True)
    shutil.rmtree(inputs)


def coverage_is_measured(out: Out) -> Iterator[str]:
    need("llvm-profdata")
    need("llvm-cov")
    for target in out.targets:
        raw, merged = out.folder / f"{target.name}.profraw", out.folder / f"{target.name}.profdata"
        out.run(target, "-runs=100", "-seed=1337", LLVM_PROFILE_FILE=str(raw))
        _, merging = out.run("llvm-profdata", "merge", "-sparse", raw, "-o", merged)
        _, said = out.run("llvm-cov", "report", target, f"-instr-profile={merged}")
        total = re.search(r"^TOTAL\s+(\d+)\s+(\d+)", said, re.MULTILINE)
        if total is None or total[1] == total[2]:
            yield f"{target.name}: no report of coverage: {tail(merging + said)}"


Rule = Callable[[Out], Iterator[str]]
ALWAYS: tuple[Rule, ...] = (
    targets_are_there, names_are_plain, machine_is_x86_64, libraries_are_beside, seeds_are_there, options_are_known,
)  # fmt: skip
LIBFUZZER: tuple[Rule, ...] = (options_are_taken, runs_four_times, exits_cleanly, seeds_run_cleanly)


def rules_of(configuration: Configuration) -> tuple[Rule, ...]:
    calls = (calls_are_sanitized,) if configuration.sanitizer in CALLS else ()
    if configuration.engine == "afl":
        return (*ALWAYS, *(calls if configuration.sanitizer == "address" else ()), afl_starts)
    if configuration.sanitizer == "coverage":
        return (*ALWAYS, *LIBFUZZER, coverage_is_measured)
    return (*ALWAYS, *calls, is_instrumented, *LIBFUZZER, works_in_sandbox)
