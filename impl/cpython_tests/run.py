"""Runs CPython's tests in an interpreter, stock or with a replacement, and compares."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from impl.cpython_tests.record import Record, newly_failing, read_record
from impl.interpreters import Interpreter

DRIVER = Path(__file__).parent / "foreign" / "drive.py"
METHODS = ("fork", "spawn", "forkserver")
SUBSET = (*(f"WithProcessesTest{kind}" for kind in ("Lock", "Semaphore", "Event")), "SemLockTests")
SECONDS_MAX = 3600.0  # then a test hangs


@dataclass(frozen=True)
class Replacement:
    """A module whose install() puts it under multiprocessing, and the folder that it is in."""

    module: str
    folder: Path


@dataclass(frozen=True)
class Comparison:
    """One interpreter under one start method: without and with the replacement."""

    interpreter: Interpreter
    method: str
    stock: Record
    replaced: Record
    newly_failing: tuple[str, ...]
    unsteady: tuple[str, ...]  # They failed with the replacement, but did not do it again.


def run(
    interpreter: Interpreter,
    method: str,
    replacement: Replacement | None,
    names: Sequence[str],
    seconds_max: float = SECONDS_MAX,
) -> Record:
    """Run tests by name, or all, in a folder and a process group of their own, of which nothing is left."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LOCKSTEP", "LD_"))}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines = Path(folder) / "outcomes"
        lines.touch()
        work = Path(folder) / "work"
        work.mkdir()
        command: list[str | Path] = [interpreter.path, "-W", "ignore", DRIVER, method, lines, *names]
        if replacement is not None:
            command += ["--replacement", replacement.module, "--path", replacement.folder]
        with (Path(folder) / "said").open("w+") as said:
            process = subprocess.Popen(
                command,
                cwd=work,
                env={**kept, "TMPDIR": folder},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            try:
                end = f"it exited with {process.wait(seconds_max)}"
            except subprocess.TimeoutExpired:
                end = f"it did not end in {seconds_max:g} s"
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            said.seek(0)
            end += ", after it had said:\n" + said.read()[-2000:]
        with lines.open(encoding="utf-8") as written:
            return read_record(written, end)


def short_names(tests: Sequence[str]) -> list[str]:
    """Tests as ``drive.py`` takes them: without the module."""
    return [test.partition(".")[2] for test in tests]


def compare(
    interpreter: Interpreter, method: str, replacement: Replacement, *, names: Sequence[str], seconds_max: float
) -> Comparison:
    """Run stock, then replaced. What newly fails is run once more by itself: only what fails again counts.

    Many of these tests have deadlines of real time, and fail now and then on a machine that is busy.
    """
    stock = run(interpreter, method, None, names, seconds_max)
    replaced = run(interpreter, method, replacement, names, seconds_max)
    suspects = newly_failing(stock, replaced)
    again = Record()
    for test in short_names(suspects):
        once = run(interpreter, method, replacement, [test], seconds_max)
        again.outcomes.update(once.outcomes)
        again.texts.update(once.texts)
    guilty = tuple(test for test in suspects if again.outcomes.get(test) != "passed")
    replaced.texts.update({test: again.texts[test] for test in guilty if test in again.texts})
    return Comparison(interpreter, method, stock, replaced, guilty, tuple(sorted({*suspects} - {*guilty})))
