"""Debian packages that Lockstep is built with: which are missing, and installing them.

Part of the front door: standard library only, Python 3.8 or newer.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]

# Debian package -> what shows that it is there: a program, or a header in one of HEADER_FOLDERS.
PACKAGES = {
    "cmake": "cmake",
    "ninja-build": "ninja",
    "g++": "g++",
    "libgtest-dev": "gtest/gtest.h",
    "libgmock-dev": "gmock/gmock.h",
    "libbenchmark-dev": "benchmark/benchmark.h",
    "nlohmann-json3-dev": "nlohmann/json.hpp",
    "libcli11-dev": "CLI/CLI.hpp",
    "libtomlplusplus-dev": "toml++/toml.h",
}
# What only one command needs.
EXTRA = {"lint": {"clang-format": "clang-format", "clang-tidy": "clang-tidy"}, "fuzz": {"clang": "clang++"}}
HEADER_FOLDERS = (Path("/usr/include"), Path("/usr/local/include"))


class SetupError(Exception):
    """The machine lacks something, or a build step failed; the message says what to do. Exit code 3."""


def run_logged(command: list[str], what: str) -> None:
    """Run a set-up step in silence; when it fails, show all that it said."""
    nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
    done = subprocess.run(command, cwd=HOME, check=False, stdin=nothing, stdout=pipe, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise SetupError(f"{what} failed (exit {done.returncode}): {' '.join(map(shlex.quote, command))}")


def is_there(evidence: str) -> bool:
    if evidence.endswith((".h", ".hpp")):
        return any((folder / evidence).exists() for folder in HEADER_FOLDERS)
    return shutil.which(evidence) is not None


def install(packages: list[str]) -> None:
    """Install Debian packages, or say which command would."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise SetupError("missing: what Debian calls " + " ".join(packages) + "; install it and run this again")
    if os.geteuid() != 0:
        raise SetupError("missing packages; run: sudo apt-get update && sudo " + " ".join(command))
    print("installing " + " ".join(packages), file=sys.stderr)
    run_logged(["apt-get", "update"], "apt-get update")
    run_logged(["env", "DEBIAN_FRONTEND=noninteractive", *command], "apt-get install")


def clang_says(option: str) -> str:
    return subprocess.run(["clang++", option], check=True, stdout=subprocess.PIPE).stdout.decode().strip()


def has_libfuzzer() -> bool:
    """Tell whether there is a clang++ that can link a fuzz target."""
    if not is_there("clang++"):
        return False
    return os.path.isabs(clang_says(f"-print-file-name=libclang_rt.fuzzer-{platform.machine()}.a"))


def install_missing(command: str) -> None:
    """Install what a command needs and is not there."""
    packages = dict(PACKAGES, **EXTRA.get(command, {}))
    missing = [package for package, evidence in packages.items() if not is_there(evidence)]
    if missing:
        install(missing)
    if command == "fuzz" and not has_libfuzzer():
        # Its sanitizers and libFuzzer are a package of each version of clang.
        install([f"libclang-rt-{clang_says('-dumpversion').partition('.')[0]}-dev"])
