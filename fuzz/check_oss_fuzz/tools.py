"""The programs that the check takes, and the Debian packages that have them."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

from harness.selftest.extras import install_if_possible

PACKAGES = {
    "afl-clang-fast++": "afl++", "afl-fuzz": "afl++", "bwrap": "bubblewrap", "clang++": "clang", "cmake": "cmake",
    "file": "file", "llvm-cov": "llvm", "llvm-profdata": "llvm", "ninja": "ninja-build", "objdump": "binutils",
    "zip": "zip",
}  # fmt: skip


class Missing(Exception):
    """The machine lacks something, so that it can't be looked at; the message says what, and what to do."""


def install() -> None:
    """Install what is missing, where that is possible; what then misses a program says so."""
    for program, package in PACKAGES.items():
        install_if_possible(package, program)


def is_not_there(what: str, package: str) -> Missing:
    return Missing(f"{what} is not there; run: sudo apt-get update && sudo apt-get install -y {package}")


def need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            raise is_not_there(program, PACKAGES[program])


def need_clang() -> None:
    """Need clang and its libFuzzer, which is a package of each version of clang."""
    need("clang++")
    if not (runtime := clang_says(f"-print-file-name=libclang_rt.fuzzer-{platform.machine()}.a")).startswith("/"):
        raise is_not_there(runtime, f"libclang-rt-{clang_says('-dumpversion').partition('.')[0]}-dev")


def of_clang(program: str) -> str:
    """Return where the program is that fits clang; another version may not read what clang's programs write."""
    need("clang++", program)
    return found if Path(found := clang_says(f"-print-prog-name={program}")).is_file() else program


def clang_says(option: str) -> str:
    return subprocess.run(["clang++", option], check=True, capture_output=True, text=True).stdout.strip()
