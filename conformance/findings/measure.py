"""Runs the programs of findings on the interpreters of this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conformance.findings.catalogue import Finding, Run

PATIENCE_SECONDS = 900  # a program bounds itself; this is for one that does not
LAST_LINE = re.compile(r"shown in (\d+) of (\d+) tries")
CAN_NOT_TELL = 2

# Prints the interpreter's name, then which of the modules it has, with their versions.
PROBE = """
import importlib, platform, sys
name = "PyPy" if platform.python_implementation() == "PyPy" else "CPython"
release = ".".join(map(str, getattr(sys, "pypy_version_info", sys.version_info)[:3]))
release += " (Python %d.%d)" % sys.version_info[:2] if name == "PyPy" else ""
print(name, release)
for module in ("multiprocessing", "billiard", "multiprocess"):
    try:
        print(module, getattr(importlib.import_module(module), "__version__", release))
    except ImportError:
        pass
"""


class MeasureError(Exception):
    """A program did not do what programs of findings do."""


@dataclass(frozen=True)
class Interpreter:
    """A Python of this machine."""

    path: str
    name: str  # "CPython 3.13.0"
    modules: dict[str, str]  # those it can import, with their versions


def candidates() -> list[str]:
    """List the paths where interpreters may be: pyenv's, the system's, and the running one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [str(path) for path in pyenv.glob("3.*/bin/python3")]
    found += filter(None, [shutil.which(f"python3.{minor}", path="/usr/bin") for minor in range(8, 15)])
    return [sys.executable, *sorted(found, key=lambda path: [*map(int, re.findall(r"\d+", path))]), "pypy3"]


def interpreters() -> list[Interpreter]:
    """Return the interpreters found, Python 3.8 or newer; two of the same version and modules count once."""
    found: dict[tuple[str, tuple[str, ...]], Interpreter] = {}
    for path in candidates():
        try:
            probe = subprocess.run([path, "-c", PROBE], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        name, *modules = probe.stdout.splitlines()
        if " 3.6." in name or " 3.7." in name:
            continue
        versions = dict(line.split(" ", 1) for line in modules)
        found.setdefault((name, tuple(versions)), Interpreter(path, name, versions))
    return list(found.values())


def run_program(finding: Finding, python: str, module: str, start: str) -> tuple[int, int] | None:
    """Return in how many of how many tries the finding showed; None if the program can't tell here."""
    command = [python, str(finding.program), "--module", module, "--start", start]
    nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
    program = subprocess.Popen(
        command, stdin=nothing, stdout=pipe, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said, _ = program.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, 9)
        said, _ = program.communicate()
        raise MeasureError(f"{' '.join(command)}: no end in {PATIENCE_SECONDS} s\n{said}") from None
    if program.returncode == CAN_NOT_TELL and "can't tell" in said:
        return None
    counts = LAST_LINE.findall(said)
    if len(counts) != 1 or program.returncode not in (0, 1):
        raise MeasureError(f"{' '.join(command)}: exit code {program.returncode}\n{said}")
    shown, tries = map(int, counts[0])
    if program.returncode != (shown > 0):
        raise MeasureError(f"{' '.join(command)}: exit code {program.returncode}, but shown in {shown}\n{said}")
    return shown, tries


def measure(finding: Finding, found: list[Interpreter]) -> list[Run]:
    """Run the finding's program with every module and start method of every interpreter."""
    runs: dict[tuple[str, str, str], Run] = {}
    for interpreter in found:
        for module in finding.modules:
            for start in finding.starts if module in interpreter.modules else ():
                key = (interpreter.name, module, start)
                counts = None if key in runs else run_program(finding, interpreter.path, module, start)
                if counts:
                    runs[key] = Run(interpreter.name, module, interpreter.modules[module], start, *counts)
    return sorted(runs.values(), key=order)


def order(run: Run) -> tuple[int, str, list[int], str]:
    """Sort multiprocessing before its relatives, CPython before PyPy, old before new."""
    relative = ("multiprocessing", "billiard", "multiprocess").index(run.module)
    return relative, run.python.split()[0], [*map(int, re.findall(r"\d+", run.python))], run.start
