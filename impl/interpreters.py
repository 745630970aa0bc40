"""The CPythons of this machine, and the package ``lockstep`` for each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pybind11

ROOT = Path(__file__).resolve().parents[1]
MINORS = range(8, 15)

QUESTION = """
import importlib.util, json, os, platform, sys, sysconfig
print(json.dumps({
    "implementation": sys.implementation.name,
    "version": platform.python_version(),
    "file": os.path.realpath(sys.executable),
    "tests": importlib.util.find_spec("test") is not None
        and importlib.util.find_spec("test._test_multiprocessing") is not None,
    "headers": os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))
"""


class BuildError(Exception):
    """The module could not be built for an interpreter."""


@dataclass(frozen=True)
class Interpreter:
    """A CPython: where it is, and what speaks against running its tests with the module."""

    path: str
    version: str
    lacks: str = ""
    buildable: bool = False  # the module can be built for it
    file: str = ""  # what `path` comes down to, through links and launchers

    @property
    def minor(self) -> int:
        return int(self.version.split(".")[1])


def ask(path: str) -> Interpreter | None:
    """What is at a path; None if it is no CPython."""
    try:
        done = subprocess.run([path, "-c", QUESTION], check=True, capture_output=True)
        answer = json.loads(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
    if answer["implementation"] != "cpython":
        return None
    lacks = ""
    if answer["free_threaded"]:
        lacks = "it is free-threaded, which is not supported"
    elif not answer["tests"]:
        lacks = "it has no test._test_multiprocessing"
    elif not answer["headers"]:
        lacks = "it has no Python.h to build the module with"
    buildable = answer["headers"] and not answer["free_threaded"]
    return Interpreter(os.path.abspath(path), answer["version"], lacks, buildable, answer["file"])


def candidates() -> Iterator[str]:
    """Where interpreters may be: what runs this, PATH, the system's folder, pyenv."""
    yield sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in MINORS:
        found = [shutil.which(f"python3.{minor}"), f"/usr/bin/python3.{minor}"]
        yield from filter(None, found)
        yield from map(str, sorted(pyenv.glob(f"3.{minor}.*/bin/python")))


def find() -> list[Interpreter]:
    """Every CPython of the machine, once, whatever leads to it; the oldest first."""
    found: dict[str, Interpreter] = {}
    for path in candidates():
        if (interpreter := ask(path)) and interpreter.minor in MINORS:
            found.setdefault(interpreter.file, interpreter)
    return sorted(found.values(), key=lambda one: [int(part) for part in one.version.rstrip("+abrc").split(".")[:2]])


def package_for(interpreter: Interpreter) -> Path:
    """The folder to import ``lockstep`` from, built for that interpreter. Raises BuildError."""
    folder = ROOT / "build" / f"cpython-3.{interpreter.minor}"
    configure: list[str | Path] = [
        "cmake",
        "-S",
        ROOT,
        "-B",
        folder,
        "-G",
        "Ninja",
        "-DCMAKE_BUILD_TYPE=Release",
        "-DBUILD_TESTING=OFF",
    ]
    configure += [f"-D{name}={interpreter.path}" for name in ("LOCKSTEP_PYTHON", "Python_EXECUTABLE")]
    configure.append(f"-Dpybind11_DIR={pybind11.get_cmake_dir()}")
    build: list[str | Path] = ["ninja", "-C", folder, "impl_python"]
    for command in (configure, build):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(f"lockstep for {interpreter.path}: {(done.stdout + done.stderr)[-2000:]}")
    return folder / "python"
