"""Formatters, linters and the type checker, each a line with its verdict.

`./run_tests.py lint` runs this in the .venv. Every tool runs on every call; one that can't be started fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.selftest.extras import install_if_possible

HOME = Path(__file__).resolve().parents[2]
BUILD = HOME / "build" / "release"
FOLDERS = ("harness", "impl", "fuzz", "conformance", "reports")

# What a tool said, and whether it is content.
Verdict = tuple[bool, str]


def files(home: Path, *suffixes: str) -> list[str]:
    """List our own files with these suffixes, relative to the checkout."""
    found = [path for folder in FOLDERS for path in (home / folder).rglob("*") if path.suffix in suffixes]
    return sorted(str(path.relative_to(home)) for path in found if not path.is_symlink())


def run(command: Iterable[str]) -> Verdict:
    try:
        done = subprocess.run(
            list(command), cwd=HOME, stdin=subprocess.DEVNULL, check=False, capture_output=True, text=True
        )
    except OSError as error:
        return False, f"{error}\n"
    return done.returncode == 0, done.stdout + done.stderr


def run_each(commands: list[list[str]]) -> Verdict:
    """Run the commands side by side; content if all are."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(run, commands))
    return all(good for good, _ in verdicts), "".join(said for good, said in verdicts if not good)


def compiled_files(build: Path) -> list[str]:
    entries = json.loads((build / "compile_commands.json").read_text())
    ours = {str(Path(entry["file"]).relative_to(HOME)) for entry in entries if Path(entry["file"]).is_relative_to(HOME)}
    return sorted(path for path in ours if path.startswith(FOLDERS))


def clang_format() -> Verdict:
    return run(["clang-format", "--dry-run", "-Werror", *files(HOME, ".h", ".cc")])


def clang_tidy() -> Verdict:
    return run_each([["clang-tidy", "--quiet", "-p", str(BUILD), path] for path in compiled_files(BUILD)])


def ruff(*arguments: str) -> Callable[[], Verdict]:
    return lambda: run([sys.executable, "-m", "ruff", *arguments, "."])


def mypy() -> Verdict:
    typed = [path for path in files(HOME, ".py") if "testdata" not in Path(path).parts]
    return run([sys.executable, "-m", "mypy", "run_tests.py", *typed])


def catalogue() -> Verdict:
    install_if_possible("python3.11-doc", "/usr/share/doc/python3.11/html/library/multiprocessing.html")
    return run([sys.executable, "-m", "conformance.lint"])


TOOLS: dict[str, Callable[[], Verdict]] = {
    "ruff check": ruff("check"),
    "ruff format": ruff("format", "--check"),
    "mypy": mypy,
    "clang-format": clang_format,
    "clang-tidy": clang_tidy,
    "catalogue": catalogue,
}


def main(tools: dict[str, Callable[[], Verdict]]) -> int:
    """Run the tools, print a line for each and the closing counts; return the exit code."""
    failed = 0
    for name, tool in tools.items():
        good, said = tool()
        if not good:
            failed += 1
            sys.stdout.write(said)
        print(f"{name}: {'ok' if good else 'FAILED'}", flush=True)
    print(f"{len(tools) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(TOOLS))
