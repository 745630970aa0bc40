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
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fuzz.check_oss_fuzz.environment import RUN_ARGUMENTS, Configuration, of_run, run
from fuzz.check_oss_fuzz.sandbox import in_sandbox

ENTRY = b"LLVMFuzzerTestOneInput"
NAME = re.compile(r"[A-Za-z0-9_-]+")
EDGES_MIN = 100
PATIENCE_S = 600.0
AFL_PATIENCE_S = 35
SECTIONS = {"libfuzzer", "asan", "ubsan", "msan", "env", "grammar"}
# Calls that instrumentation leaves, by sanitizer: (what to count, at least, at most).
CALLS: dict[str, tuple[tuple[str, int, float], ...]] = {
    "address": (("__asan", 1000, float("inf")), ("__ubsan", 0, 200), ("__msan", 0, 3), ("__dfsan", 0, 0)),
    "undefined": (("__ubsan", 168, float("inf")), ("__asan", 0, 0)),
}


class Skipped(Exception):
    """Why a rule was not looked at."""


@dataclass(frozen=True)
class Out:
    """A folder that build.sh filled, at another place than it was filled at."""

    folder: Path
    configuration: Configuration
    only: tuple[str, ...] = ()  # the targets looked at; without any, all

    @cached_property
    def targets(self) -> list[Path]:
        found = [path for path in sorted(self.folder.iterdir()) if is_target(path)]
        return [path for path in found if not self.only or path.name in self.only]

    def fuzz(self, target: Path, *arguments: str) -> tuple[int, str]:
        """Run a target as run_fuzzer does: with its options and its seed corpus."""
        corpus = self.folder / f"{target.name}.unpacked"
        corpus.mkdir(exist_ok=True)
        try:
            seeds = self.folder / f"{target.name}_seed_corpus.zip"
            if seeds.is_file():
                zipfile.ZipFile(seeds).extractall(corpus)
            words = [str(target), *RUN_ARGUMENTS, *options_of(target), *arguments, str(corpus)]
            return run(words, of_run(self.folder), PATIENCE_S)
        finally:
            shutil.rmtree(corpus)


def is_target(path: Path) -> bool:
    if not path.is_file() or not path.stat().st_mode & 0o111:
        return False
    return path.name != "afl-fuzz" and ENTRY in path.read_bytes()


def options_of(target: Path) -> list[str]:
    """Return libFuzzer's options from T.options and T.dict."""
    read = configparser.ConfigParser(interpolation=None)
    read.read(target.with_suffix(".options"))
    words = [f"-{name}={value}" for name, value in (read["libfuzzer"].items() if "libfuzzer" in read else ())]
    dictionary = target.with_suffix(".dict")
    return [*words, f"-dict={dictionary}"] if dictionary.is_file() else words


def tail(text: str) -> str:
    return " | ".join(text.strip().splitlines()[-3:])[-300:]


def targets_are_there(out: Out) -> Iterator[str]:
    if not out.targets:
        yield "no target is there"


def names_are_plain(out: Out) -> Iterator[str]:
    for path in out.targets:
        if not NAME.fullmatch(path.name):
            yield f"{path.name}: a target's name is of A-Z, a-z, 0-9, _ and -"


def is_x86_64(out: Out) -> Iterator[str]:
    for target in out.targets:
        _, said = run(["file", "-b", str(target)], of_run(out.folder), PATIENCE_S)
        if "x86-64" not in said:
            yield f"{target.name}: {said.strip()}"


def is_instrumented(out: Out) -> Iterator[str]:
    """Hold for four runs without options: inputs are interesting, and there are ways enough to tell apart."""
    for target in out.targets:
        _, said = run([str(target), "-seed=1337", "-runs=4"], of_run(out.folder), PATIENCE_S)
        if "no interesting inputs were found" in said:
            yield f"{target.name}: no interesting inputs were found; it is not instrumented"
        edges = sum(int(count) for count in re.findall(r"\((\d+) inline 8-bit counters\)", said))
        if edges < EDGES_MIN:
            yield f"{target.name}: {edges} edges, fewer than {EDGES_MIN}: {tail(said)}"


def runs_four_times(out: Out) -> Iterator[str]:
    for target in out.targets:
        code, said = out.fuzz(target, "-seed=1337", "-runs=4")
        if not re.search(r"Done \d+ runs", said):
            yield f"{target.name}: did not finish four runs (exit {code}): {tail(said)}"


def exits_cleanly(out: Out) -> Iterator[str]:
    """What check_build does not see: the seed corpus crashes nothing, and nothing has leaked at the end."""
    for target in out.targets:
        code, said = out.fuzz(target, "-runs=0")
        if code:
            yield f"{target.name}: exit {code} on its own seed corpus: {tail(said)}"


def calls_are_sanitized(out: Out) -> Iterator[str]:
    limits = CALLS.get(out.configuration.sanitizer, ())
    if not limits:
        raise Skipped("no counts are asked for")
    for target in out.targets:
        code, said = run(["objdump", "-dC", "--no-show-raw-insn", str(target)], of_run(out.folder), PATIENCE_S)
        if code:
            raise Skipped(f"objdump ended with {code}")
        for word, least, most in limits:
            count = len(re.findall(rf"\bcall\w*\s.*{word}", said))
            if not least <= count <= most:
                yield f"{target.name}: {count} calls of {word}*, expected {least} to {most:g}"


def seeds_are_there(out: Out) -> Iterator[str]:
    for target in out.targets:
        seeds = out.folder / f"{target.name}_seed_corpus.zip"
        if not seeds.is_file() or not zipfile.ZipFile(seeds).namelist():
            yield f"{target.name}: no seed corpus"


def options_are_known(out: Out) -> Iterator[str]:
    for target in out.targets:
        read = configparser.ConfigParser(interpolation=None)
        try:
            read.read(target.with_suffix(".options"))
        except configparser.Error as error:
            yield f"{target.name}.options: {error}"
            continue
        for section in set(read.sections()) - SECTIONS:
            yield f"{target.name}.options: no section [{section}] is known"
        if any("detect_leaks" in read[section] for section in read.sections()):
            yield f"{target.name}.options: leaks are looked for"


def works_in_sandbox(out: Out) -> Iterator[str]:
    """Hold for a run as process 1, without a shell, a Python or anything else of the machine that built it."""
    if shutil.which("bwrap") is None:
        raise Skipped("bubblewrap is not installed")
    for target in out.targets:
        code, said = in_sandbox(out.folder, target.name, ["-seed=1337", "-runs=2000", *RUN_ARGUMENTS], PATIENCE_S)
        if "bwrap:" in said:
            raise Skipped(tail(said))
        if code:
            yield f"{target.name}: exit {code}: {tail(said)}"


def afl_starts(out: Out) -> Iterator[str]:
    fuzzer = shutil.which("afl-fuzz")
    if fuzzer is None:
        raise Skipped("afl++ is not installed")
    for target in out.targets:
        inputs, results = out.folder / "afl-in", out.folder / "afl-out"
        inputs.mkdir()
        (inputs / "seed").write_bytes(b"lock")
        words = [fuzzer, "-m", "none", "-V", "5", "-i", str(inputs), "-o", str(results), "--", str(target)]
        _, said = run(words, of_run(out.folder), AFL_PATIENCE_S)
        shutil.rmtree(inputs)
        shutil.rmtree(results, ignore_errors=True)
        if "All set and ready to roll" not in said:
            yield f"{target.name}: afl-fuzz did not start it: {tail(said)}"


def coverage_is_measured(out: Out) -> Iterator[str]:
    if not (shutil.which("llvm-profdata") and shutil.which("llvm-cov")):
        raise Skipped("llvm is not installed")
    for target in out.targets:
        raw, merged = out.folder / f"{target.name}.profraw", out.folder / f"{target.name}.profdata"
        environment = of_run(out.folder) | {"LLVM_PROFILE_FILE": str(raw)}
        run([str(target), "-runs=4", "-seed=1337"], environment, PATIENCE_S)
        run(["llvm-profdata", "merge", "-sparse", str(raw), "-o", str(merged)], environment, PATIENCE_S)
        _, said = run(["llvm-cov", "report", str(target), f"-instr-profile={merged}"], environment, PATIENCE_S)
        if "TOTAL" not in said:
            yield f"{target.name}: no report of coverage: {tail(said)}"


Rule = Callable[[Out], Iterator[str]]
ALWAYS: tuple[Rule, ...] = (targets_are_there, names_are_plain, is_x86_64, seeds_are_there, options_are_known)
FUZZERS: tuple[Rule, ...] = (
    is_instrumented,
    runs_four_times,
    exits_cleanly,
    calls_are_sanitized,
    works_in_sandbox,
)


def rules_of(configuration: Configuration) -> tuple[Rule, ...]:
    if configuration.engine == "afl":
        return (*ALWAYS, afl_starts)
    if configuration.sanitizer == "coverage":
        return (*ALWAYS, exits_cleanly, coverage_is_measured)
    return (*ALWAYS, *FUZZERS)
