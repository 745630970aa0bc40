"""The project's own tests: every CTest program, then pytest, in one count.

`./run_tests.py test` runs this in the .venv, after the build. A GoogleTest program is counted test by test, from the
XML that it writes, and so is a pytest run; any other program counts as one test, as does one that dies before its XML.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from harness.selftest.extras import install_if_possible

HOME = Path(__file__).resolve().parents[2]
BUILD = HOME / "build" / "release"
PYTEST_COLLECTED_NOTHING = 5


@dataclass(frozen=True)
class Counts:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def exit_code(self) -> int:
        """Return 1 if anything failed, 4 if nothing ran, else 0."""
        if self.failed:
            return 1
        return 0 if self.passed else 4


@dataclass(frozen=True)
class Program:
    """One CTest entry."""

    name: str
    command: tuple[str, ...]
    folder: Path
    timeout_seconds: float
    environment: tuple[str, ...] = ()  # "NAME=value" each, as CTest has them


def read_junit(path: Path) -> Counts | None:
    """Count the test cases of a JUnit or GoogleTest file; None if the file is missing or broken off."""
    try:
        cases = ElementTree.parse(path).iter("testcase")  # noqa: S314 - our own test programs wrote it
    except (FileNotFoundError, ElementTree.ParseError):
        return None
    counts = Counts()
    for case in cases:
        tags = {child.tag for child in case}
        if tags & {"failure", "error"}:
            counts += Counts(failed=1)
        elif "skipped" in tags or case.get("status") == "notrun":
            counts += Counts(skipped=1)
        else:
            counts += Counts(passed=1)
    return counts


def settle(counts: Counts | None, exit_code: int) -> Counts:
    """Reconcile what a program counted with how it ended, so that a crash can't pass for a success."""
    if counts is None:
        return Counts(passed=1) if exit_code == 0 else Counts(failed=1)
    if exit_code == PYTEST_COLLECTED_NOTHING and counts == Counts():
        return counts
    if exit_code != 0 and counts.failed == 0:
        return counts + Counts(failed=1)
    return counts


def list_programs() -> list[Program]:
    listing = subprocess.run(["ctest", "--show-only=json-v1"], cwd=BUILD, check=True, capture_output=True, text=True)
    programs = []
    for test in json.loads(listing.stdout)["tests"]:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        folder = Path(properties.get("WORKING_DIRECTORY", BUILD))
        timeout_seconds = float(properties.get("TIMEOUT", 600))
        extra = tuple(properties.get("ENVIRONMENT", ()))
        programs.append(Program(test["name"], tuple(test["command"]), folder, timeout_seconds, extra))
    return programs


def run_program(program: Program, environment: Mapping[str, str], word: str) -> tuple[Counts, str]:
    """Run one program; return its counts, and what it printed if it failed."""
    # What is killed on purpose leaves temporary files; a process that is about to end may write one more.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        xml = Path(scratch) / "result.xml"
        own = dict(environment, **dict(setting.split("=", 1) for setting in program.environment))
        own.update(TMPDIR=scratch, GTEST_OUTPUT=f"xml:{xml}", GTEST_BRIEF="1", PYTEST_ADDOPTS=f"--junitxml={xml}")
        if word:
            own["GTEST_FILTER"] = f"*{word}*"
            own["PYTEST_ADDOPTS"] += f" -k {shlex.quote(word)}"
        limit = program.timeout_seconds
        try:
            done = subprocess.run(
                program.command,
                cwd=program.folder,
                env=own,
                timeout=limit,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except subprocess.TimeoutExpired as expired:
            return Counts(failed=1), (expired.stdout or b"").decode(errors="replace") + f"no end in {limit:g} s\n"
        except OSError as error:
            return Counts(failed=1), f"{error}\n"
        counts = settle(read_junit(xml), done.returncode)
    shown = done.stdout.decode(errors="replace") + f"exit code {done.returncode}\n"
    return counts, shown if counts.failed else ""


def run_programs(programs: list[Program], environment: Mapping[str, str], word: str) -> Counts:
    total = Counts()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda program: run_program(program, environment, word), programs)
        for program, (counts, output) in zip(programs, results, strict=True):
            print(f"{program.name}: {counts}", flush=True)
            sys.stdout.write(output)
            total += counts
    return total


def run_pytest(word: str, arguments: list[str]) -> Counts:
    with tempfile.TemporaryDirectory() as scratch:
        xml = Path(scratch) / "pytest.xml"
        chosen = ["-k", word] if word else []
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={xml}", *chosen, *arguments]
        code = subprocess.run(command, cwd=HOME, stdin=subprocess.DEVNULL, check=False).returncode
        return settle(read_junit(xml), code)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run_tests.py test", description="Run the project's own tests.")
    parser.add_argument("-k", dest="word", default="", help="only tests whose name contains this word")
    parser.add_argument("pytest", nargs="*", help="further arguments for pytest (after --)")
    options = parser.parse_args()
    install_if_possible("chromium", "chromium")
    counts = run_programs(list_programs(), os.environ, options.word)
    counts += run_pytest(options.word, options.pytest)
    print(counts)
    return counts.exit_code()


if __name__ == "__main__":
    sys.exit(main())
