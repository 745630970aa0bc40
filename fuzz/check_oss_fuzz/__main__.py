"""Builds the fuzz targets as OSS-Fuzz does, and checks every rule that it has for what comes out.

Exit: 0 all hold, 1 one is broken, 2 wrong usage, 3 something could not be built or run.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from fuzz.check_oss_fuzz import presubmit
from fuzz.check_oss_fuzz.build import built
from fuzz.check_oss_fuzz.environment import ENGINES, SANITIZERS, Configuration, Missing
from fuzz.check_oss_fuzz.out import Out
from fuzz.check_oss_fuzz.results import Results
from fuzz.check_oss_fuzz.rules import rules_of
from harness.selftest.extras import install_if_possible

HOME = Path(__file__).resolve().parents[2]
TOOLS = {
    "afl++": "afl-fuzz", "binutils": "objdump", "bubblewrap": "bwrap", "clang": "clang++", "file": "file",
    "llvm": "llvm-profdata", "zip": "zip",
}  # fmt: skip
# OSS-Fuzz fuzzes by AFL++ with the address sanitizer only.
DEFAULT = (
    Configuration("address", "libfuzzer"), Configuration("undefined", "libfuzzer"),
    Configuration("coverage", "libfuzzer"), Configuration("address", "afl"),
)  # fmt: skip


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz.check_oss_fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sanitizer", action="append", choices=SANITIZERS, help="repeatable; without it all")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="repeatable; without it all")
    parser.add_argument("--target", action="append", default=[], help="repeatable; without it all")
    parser.add_argument("--keep", action="store_true", help="keep what was built, and say where")
    return parser.parse_args(words)


def chosen(options: argparse.Namespace) -> list[Configuration]:
    if options.sanitizer and options.engine:
        return [Configuration(sanitizer, engine) for sanitizer in options.sanitizer for engine in options.engine]
    return [
        one for one in DEFAULT
        if one.sanitizer in (options.sanitizer or SANITIZERS) and one.engine in (options.engine or ENGINES)
    ]  # fmt: skip


def install_tools() -> None:
    for package, program in TOOLS.items():
        if not install_if_possible(package, program):
            print(f"{package} is missing; run: sudo apt-get update && sudo apt-get install -y {package}")


def check(configuration: Configuration, options: argparse.Namespace, results: Results) -> None:
    begun = time.monotonic()
    with built(HOME, configuration, keep=options.keep) as folder:
        out = Out(folder, configuration, tuple(options.target))
        print(f"{configuration}: {len(out.targets)} targets, built in {time.monotonic() - begun:.0f} s", flush=True)
        for rule in rules_of(configuration):
            results.look(str(configuration), rule, out)
    print(f"{configuration}: {time.monotonic() - begun:.0f} s in all\n", flush=True)


def main(words: Sequence[str]) -> int:
    options = arguments(words)
    os.chdir(HOME)
    install_tools()
    results = Results()
    for folder in (HOME / "fuzz" / "oss-fuzz", HOME / ".clusterfuzzlite"):
        print(folder.relative_to(HOME))
        for rule in presubmit.RULES:
            results.look(folder.name, rule, folder)
    for configuration in chosen(options):
        try:
            check(configuration, options, results)
        except (Missing, OSError) as error:
            results.could_not_build(str(configuration), str(error))
    print(results.table())
    return results.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
