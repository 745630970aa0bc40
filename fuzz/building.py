"""Builds the fuzzers: the preset `fuzz`, with clang and its libFuzzer."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from fuzz.targets import HOME
from harness.selftest.extras import install_if_possible

BUILD = HOME / "build" / "fuzz"


class BuildError(Exception):
    """The machine lacks something, or a build step failed; the message says what to do."""


def runtime() -> Path:
    """Return where this clang looks for libFuzzer, whether it is there or not."""
    name = f"libclang_rt.fuzzer-{platform.machine()}.a"
    found = subprocess.run(["clang++", f"-print-file-name={name}"], check=True, capture_output=True, text=True)
    return Path(found.stdout.strip())


def need_clang() -> None:
    """Install clang and its runtime, or raise BuildError with the command that would."""
    if not install_if_possible("clang", "clang++"):
        raise BuildError("clang is missing; run: sudo apt-get update && sudo apt-get install -y clang")
    if runtime().is_file():
        return
    version = subprocess.run(["clang++", "--version"], check=True, capture_output=True, text=True).stdout
    major = re.search(r"version (\d+)", version)
    package = f"libclang-rt-{major[1] if major else ''}-dev"
    # The file's place is known only once the package is there, so that it is not what shows whether it is.
    install_if_possible(package, f"/usr/share/doc/{package}/copyright")
    if not runtime().is_file():
        raise BuildError(f"clang's libFuzzer is missing; run: sudo apt-get update && sudo apt-get install -y {package}")


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=HOME, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise BuildError(f"{command[0]} failed (exit {done.returncode})")


def build(names: Iterable[str]) -> None:
    """Build these targets. Quick when nothing changed."""
    need_clang()
    if not (BUILD / "build.ninja").exists():
        pybind11 = next(Path(sys.prefix).glob("lib/python3*/site-packages/pybind11/share/cmake/pybind11"), "")
        python = [f"-D{name}={sys.executable}" for name in ("LOCKSTEP_PYTHON", "Python_EXECUTABLE")]
        run(["cmake", "--preset", "fuzz", *python, f"-Dpybind11_DIR={pybind11}"])
    if not (BUILD / "fuzz").is_dir() or shutil.which("ninja") is None:
        raise BuildError("build/fuzz was not configured as expected; remove it and run this again")
    if not all((BUILD / "fuzz" / name).exists() for name in names):
        print("building the fuzzers (the first time takes some minutes)", file=sys.stderr)
    run(["ninja", "-C", str(BUILD), "--quiet", *names])
