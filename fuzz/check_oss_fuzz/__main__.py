"""Builds the fuzz targets as OSS-Fuzz does, and checks every rule that it has for what comes out.

Exit: 0 all hold, 1 one is broken, 2 wrong usage, 3 something could not be built or looked at, 130 interrupted.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from fuzz.check_oss_fuzz import presubmit, tools
from fuzz.check_oss_fuzz.build import NotBuilt, built
from fuzz.check_oss_fuzz.environment import ENGINES, SANITIZERS, Configuration
from fuzz.check_oss_fuzz.results import NOT_BUILT, OK, SKIPPED, Results
from fuzz.check_oss_fuzz.rules import rules_of

HOME = Path(__file__).resolve().parents[2]
INTERRUPTED = 130
BUILT = "can-be-built"
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


def check(configuration: Configuration, options: argparse.Namespace, results: Results) -> None:
    begun = time.monotonic()
    print(f"{configuration}: building", flush=True)
    try:
        with built(HOME, configuration, keep=options.keep) as everything:
            out = dataclasses.replace(everything, only=tuple(options.target))
            print(f"  {len(out.targets)} targets, built in {time.monotonic() - begun:.0f} s")
            results.add(str(configuration), BUILT, OK, [])
            for rule in rules_of(configuration):
                results.look(str(configuration), rule, out)
    except tools.Missing as reason:
        results.add(str(configuration), BUILT, SKIPPED, [str(reason)])
    except NotBuilt as reason:
        results.add(str(configuration), BUILT, NOT_BUILT, [str(reason)])
    print(f"  {time.monotonic() - begun:.0f} s in all\n", flush=True)


def check_all(options: argparse.Namespace, results: Results) -> None:
    for folder in (HOME / "fuzz" / "oss-fuzz", HOME / ".clusterfuzzlite"):
        print(folder.relative_to(HOME))
        for rule in presubmit.RULES:
            results.look(folder.name, rule, folder)
        print()
    tools.install()
    for configuration in chosen(options):
        check(configuration, options, results)


def main(words: Sequence[str]) -> int:
    options = arguments(words)
    os.chdir(HOME)
    # As after a Ctrl-C, what was built is removed, and what was found until then is told.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    results = Results()
    begun = time.monotonic()
    try:
        check_all(options, results)
    except KeyboardInterrupt:
        print(f"\n{results.table()}\ninterrupted: the other rules were not looked at")
        return INTERRUPTED
    print("\n".join([results.table(), *presubmit.to_fill_in(HOME / "fuzz" / "oss-fuzz")]))
    print(f"{results.verdict}; {time.monotonic() - begun:.0f} s")
    return results.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
