"""``./run_tests.py fuzz``, after set-up and build: runs fuzz targets, or keeps what one found.

Exit: 0 nothing failed; 1 a target crashed; 2 wrong usage; 3 a target could not be run; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from fuzz import promote
from fuzz.campaign import Campaign
from fuzz.check_oss_fuzz import __main__ as check_oss_fuzz
from fuzz.targets import Target, all_targets, home

SEED_MAX = 2**32 - 1  # libFuzzer's; 0 would ask it for one of its own


def positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def seed(text: str) -> int:
    number = int(text)
    if not 1 <= number <= SEED_MAX:
        raise argparse.ArgumentTypeError(f"expected 1 to {SEED_MAX}")
    return number


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run_tests.py fuzz", description="Run coverage-guided fuzz targets.", allow_abbrev=False
    )
    parser.add_argument("target", nargs="*", metavar="TARGET", help="without any, all; `list --targets` shows them")
    parser.add_argument("--seconds", type=positive, default=60, help="shared out evenly (default 60)")
    parser.add_argument("--seed", type=seed, help="without it a new one")
    parser.add_argument("--jobs", type=int, choices=range(1, 1025), metavar="N", help="targets at a time; else: cores")
    parser.add_argument("--report", type=Path, metavar="DIR", required=True, help="the folder for the report")
    parser.add_argument("--promote", type=Path, metavar="FILE", help="keep a crash in the repository, as a regression")
    parser.add_argument("--check-oss-fuzz", action="store_true", help="check what OSS-Fuzz will, on this machine")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--color", choices=("auto", "always", "never"), help="as for the other commands")
    return parser.parse_args(words)


def chosen(names: Sequence[str], found: Sequence[Target]) -> list[Target]:
    """Return the named targets, or all; leave the program if there is no such target."""
    by_name = {target.name: target for target in found} | {
        target.name.removeprefix("fuzz_"): target for target in found
    }
    unknown = [name for name in names if name not in by_name]
    if unknown or not found:
        known = ", ".join(target.name for target in found)
        print(f"fuzz: no such target: {', '.join(unknown)}; there are: {known}", file=sys.stderr)
        sys.exit(2)
    return list(dict.fromkeys(by_name[name] for name in names)) or list(found)


def main(words: Sequence[str]) -> int:
    options = arguments(words)
    found = all_targets(home())
    targets = chosen(options.target, found)
    if options.check_oss_fuzz:
        return check_oss_fuzz.main([f"--target={target.name}" for target in targets if options.target])
    if options.promote is not None:
        return promote.promote(options.promote, targets if options.target else found, home())
    missing = [target for target in targets if not target.program.exists()]
    if missing:
        print(f"fuzz: not built here: {', '.join(target.name for target in missing)}", file=sys.stderr)
        targets = [target for target in targets if target not in missing]
        if options.target or not targets:
            return 3
    run_seed = options.seed or secrets.randbelow(SEED_MAX) + 1
    print(f"seed {run_seed}", flush=True)
    options.report.mkdir(parents=True, exist_ok=True)
    campaign = Campaign(targets, options.report, run_seed, options.seconds, options.jobs or os.cpu_count() or 1)
    return campaign.run(words, quiet=options.quiet)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
