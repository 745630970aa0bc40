"""Coverage-guided fuzzing of every part, in OSS-Fuzz style: `./run_tests.py fuzz`.

Exit: 0 nothing was found, 1 a target crashed, 2 wrong usage, 3 set-up or build failure, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import secrets
import shlex
import sys
import time
from pathlib import Path

from fuzz import building, promote, results
from fuzz.campaign import Campaign, Progress, ProgressLine
from fuzz.targets import Target, all_targets


def positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1e7:
        raise argparse.ArgumentTypeError(f"expected seconds, more than 0, not {text!r}")
    return value


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="./run_tests.py fuzz", description="Coverage-guided fuzzing.", allow_abbrev=False,
        epilog="exit: 0 nothing was found; 1 a target crashed; 2 wrong usage; 3 set-up failed; 130 interrupted",
    )  # fmt: skip
    made.add_argument("targets", nargs="*", metavar="TARGET", help="without any, all")
    made.add_argument("--seconds", type=positive, default=60, help="shared out over the targets (default 60)")
    made.add_argument("--seed", type=int, help="of the mutations; without it a new one")
    made.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at a time (default: processors)")
    made.add_argument("--report", type=Path, help="the folder for the report")
    made.add_argument("--quiet", action="store_true", help="no progress")
    made.add_argument("--color", choices=("auto", "always", "never"), default="auto", help=argparse.SUPPRESS)
    made.add_argument(
        "--promote", type=Path, metavar="FILE", help="make a regression of the input that crashed a target"
    )
    made.add_argument("--check-oss-fuzz", action="store_true", help="build as OSS-Fuzz does and check its rules")
    return made


def chosen(names: list[str], usage: argparse.ArgumentParser) -> list[Target]:
    known = {target.name: target for target in all_targets()}
    full = [name if name.startswith("fuzz_") else f"fuzz_{name}" for name in names]
    for name, given in zip(full, names, strict=True):
        if name not in known:
            usage.error(f"no target {given!r}; there are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(full)] or list(known.values())


def table(progress: list[Progress]) -> str:
    head = ("target", "executions", "per second", "edges", "features", "corpus", "new", "crashes")
    rows = [
        (one.target.name, *(f"{number:,}" for number in (
            one.executions, one.rate, one.edges, one.features, one.corpus, one.new, len(one.crashes))))
        for one in progress
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join(
        "  ".join(word.ljust(width) if place == 0 else word.rjust(width)
                  for place, (word, width) in enumerate(zip(row, widths, strict=True)))
        for row in (head, *rows)
    )  # fmt: skip


def show_crashes(progress: list[Progress]) -> None:
    for one in progress:
        for crash in one.crashes:
            print(f"\n{one.target.name}: {crash.line}\n")
            print(results.text_of(one.target, crash.input).rstrip())
            print(f"\nrepeat:  {results.repeats(one.target, crash.input)}")
            print(f"promote: ./run_tests.py fuzz {one.target.name} --promote {shlex.quote(str(crash.input))}")


def fuzz(given: argparse.Namespace, targets: list[Target]) -> int:
    seed = secrets.randbits(32) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    report = (given.report or Path("build/fuzz/report")).resolve()
    report.mkdir(parents=True, exist_ok=True)
    building.build([target.name for target in targets])
    campaign = Campaign(targets, report, given.seconds, seed, max(1, given.jobs))
    line, begun = ProgressLine(quiet=given.quiet), time.monotonic()
    campaign.run(line.show)
    line.end()
    command = shlex.join(["./run_tests.py", "fuzz", *sys.argv[1:]])
    results.write(report / "results.json", results.results(campaign, command, time.monotonic() - begun))
    print(table(campaign.progress))
    show_crashes(campaign.progress)
    errors = [one.error for one in campaign.progress if one.error]
    for error in errors:
        print(f"run_tests.py fuzz: {error}", file=sys.stderr)
    if campaign.interrupted:
        return 130
    return 3 if errors else int(any(one.crashes for one in campaign.progress))


def main() -> int:
    usage = parser()
    given = usage.parse_args()
    targets = chosen(given.targets, usage)
    try:
        if given.check_oss_fuzz:
            names = [f"--target={target.name}" for target in targets] if given.targets else []
            code: int = importlib.import_module("fuzz.check_oss_fuzz.__main__").main(names)
            return code
        if given.promote is not None:
            return promote.promote(given.promote, targets if given.targets else all_targets(), bool(given.targets))
        return fuzz(given, targets)
    except promote.PromoteError as error:
        print(f"run_tests.py fuzz: {error}", file=sys.stderr)
        return 2
    except (building.BuildError, OSError) as error:
        print(f"run_tests.py fuzz: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
