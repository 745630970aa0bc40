"""How fast the script targets are: executions a second of one core, each from its own corpus.

``python -m fuzz.rates`` builds the presets of the table below, runs the targets one after another and prints a table.
Exit: 0 every goal is met, 1 one is not, 3 a build failed or a target fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzz.building import build, run
from fuzz.libfuzzer import Figures
from fuzz.targets import Target, home, options_of


@dataclass(frozen=True)
class Goal:
    """Executions a second that a target is to reach in one build."""

    target: str
    preset: str
    per_second: int


GOALS = (
    Goal("fuzz_reference", "fuzz-address", 20_000),
    Goal("fuzz_differential", "fuzz-plain", 60_000),
    Goal("fuzz_differential", "fuzz", 20_000),
    Goal("fuzz_processes", "fuzz-plain", 10_000),
)


@dataclass(frozen=True)
class Rate:
    """What one run came to: by the clock, and by the processor time of all its processes."""

    per_second: float
    per_cpu_second: float


def measure(target: Target, preset: str, seconds: int, seed: int) -> Rate:
    """Run the target from its corpus, after which what it finds is thrown away."""
    program = target.home / "build" / preset / "fuzz" / target.name
    options = [f"-max_total_time={seconds}", f"-seed={seed}", "-print_final_stats=1"]
    with tempfile.TemporaryDirectory(prefix="lockstep-rates-") as found:
        before = os.times()
        said = run([program, *options, *options_of(target.name, target.home), found, *target.kept], Path(found)).stderr
        after = os.times()
    figures = Figures()
    for line in said.decode(errors="replace").splitlines():
        figures = figures.after(line)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Rate(figures.executions / (after.elapsed - before.elapsed), figures.executions / used)


def table(rates: Sequence[tuple[Goal, Rate]]) -> list[str]:
    lines = [f"{'target':<18} {'preset':<13} {'a second':>9} {'a CPU second':>13} {'goal':>7}"]
    for goal, rate in rates:
        missed = "" if rate.per_second >= goal.per_second else "  MISSED"
        lines.append(
            f"{goal.target:<18} {goal.preset:<13} {rate.per_second:>9,.0f} {rate.per_cpu_second:>13,.0f}"
            f" {goal.per_second:>7,}{missed}"
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.rates", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="for each run (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="libFuzzer's (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    root = home()
    for preset in sorted({goal.preset for goal in GOALS}):
        build(preset, sorted({goal.target for goal in GOALS if goal.preset == preset}), root)
    rates = [(goal, measure(Target(goal.target, root), goal.preset, chosen.seconds, chosen.seed)) for goal in GOALS]
    print("\n".join(table(rates)))
    return int(any(rate.per_second < goal.per_second for goal, rate in rates))


if __name__ == "__main__":
    sys.exit(main())
