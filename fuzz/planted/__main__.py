"""Proof that the fuzz targets find bugs: plants them one by one and measures how soon each is found.

Exit: 0 all were found in time, 1 some were not, 2 wrong usage, 3 a build failed or a target fails without a bug.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fuzz.planted import table, trial
from fuzz.planted.bugs import Bug, PatchError, all_bugs
from fuzz.planted.copy import BuildError, Copy
from fuzz.targets import options_of


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz.planted", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="bugs or areas; without any, all")
    parser.add_argument("--seeds", type=int, default=5, help="runs a bug, seeded 1, 2, ... (default 5)")
    parser.add_argument("--seconds", type=float, default=60, help="of one core, for each run (default 60)")
    parser.add_argument(
        "--control", type=float, metavar="SECONDS", help="for each run without a bug (default: as above)"
    )
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go, after every bug")
    return parser.parse_args()


def chosen(names: list[str]) -> list[Bug]:
    bugs = all_bugs()
    unknown = set(names) - {bug.name for bug in bugs} - {bug.area for bug in bugs}
    if unknown:
        print(f"no such bug or area: {', '.join(sorted(unknown))}", file=sys.stderr)
        sys.exit(2)
    return [bug for bug in bugs if not names or bug.name in names or bug.area in names]


class Hunt:
    def __init__(self, seeds: int, seconds: float, jobs: int) -> None:
        self.copy = Copy()
        self.seeds = range(1, seeds + 1)
        self.seconds = seconds
        self.jobs = jobs
        self.stop = threading.Event()

    def run(self, target: str, limit_s: float) -> list[trial.Trial]:
        program = self.copy.make(target)
        options = options_of(target, self.copy.source)
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                return list(pool.map(lambda seed: trial.run(program, options, seed, limit_s, self.stop), self.seeds))
            finally:
                self.stop.set()  # after an interrupt, those that are still running
                self.stop = threading.Event()

    def control(self, targets: list[str], limit_s: float) -> None:
        """Run the targets as they are: what fails then would count for every bug."""
        for target in targets:
            for done in self.run(target, limit_s):
                if done.line is not None or done.died:
                    raise BuildError(f"{target} -seed={done.seed} fails without a bug: {done.line or done.died}")
            print(f"{target}: nothing found without a bug, {limit_s:g} s a seed", flush=True)

    def find(self, bug: Bug) -> dict[str, Any]:
        try:
            self.copy.plant(bug)
            return table.result(bug, self.run(bug.target, self.seconds), self.seconds)
        finally:
            self.copy.refresh(bug.files)


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what runs, as Ctrl-C does
    options = arguments()
    bugs = chosen(options.names)
    control_s = options.seconds if options.control is None else options.control
    hunt = Hunt(options.seeds, options.seconds, options.jobs)
    hunt.copy.claim()
    hunt.copy.refresh()
    hunt.copy.configure()
    if control_s > 0:
        hunt.control(sorted({bug.target for bug in bugs}), control_s)
    controls = dict.fromkeys((bug.target for bug in bugs), control_s)
    run: dict[str, Any] = {"seeds": options.seeds, "seconds": options.seconds, "controls": controls, "bugs": []}
    for bug in bugs:
        run["bugs"].append(hunt.find(bug))
        print(table.text(run["bugs"][-1:]).splitlines()[1], flush=True)
        if options.json:
            options.json.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    print("\n" + table.text(run["bugs"]))
    return 0 if all(entry["in_time"] for entry in run["bugs"]) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BuildError, PatchError) as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)
