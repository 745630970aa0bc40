"""How fast the reference is, against CPython's own lock in the same interpreter and the same run.

``python -m impl.bench`` measures every row in CPython 3.11 and 3.13, as far as they are there: the locks take turns, so
that whatever else the machine does befalls them alike. Exit code: 0 every goal is reached, 1 one is not, 3 the module
can't be built or a measurement fails, 4 nothing was measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from impl.bench.goals import ROWS, Figures, Result, results
from impl.bench.native import Medians, exact_release_ns, measure
from impl.bench.native import table as native_table
from impl.interpreters import ROOT, BuildError, Interpreter, ask, find, package_for

MINORS = (11, 13)
LOCKS = ("cpython", "lockstep", "threading", "posix_ipc")


class MeasureError(Exception):
    """A measurement did not come to an end."""


def measured(interpreter: Interpreter, rows: Sequence[str], repetitions: int, package: Path) -> Figures:
    """Measure the rows in that interpreter. Raises MeasureError."""
    command = [interpreter.path, "-m", "impl.bench.foreign.measure", str(repetitions), *rows]
    environment = os.environ | {"PYTHONPATH": f"{package}:{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise MeasureError(f"{interpreter.path}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    figures: Figures = json.loads(done.stdout)
    return figures


def line(result: Result) -> str:
    medians = "".join(f"{result.medians[name]:>12,.1f}" if name in result.medians else f"{'':>12}" for name in LOCKS)
    if result.row.limit:
        goal = f"{'':>8}{'<=':>5}{result.row.limit:>5g}"
    else:
        goal = f"{result.ratio:>8.2f}" + (f"{'>=':>5}{result.goal:>5g}" if result.goal else "")
    missed = "" if result.reached else "  MISSED"
    if missed and result.ratio_inexact:
        missed += f"; {result.ratio_inexact:.2f} but for exact releases"
    return f"{result.row.text + ', ' + result.row.unit:<64}{medians}{goal}{missed}"


def table(version: str, found: Sequence[Result]) -> str:
    names = "".join(f"{name:>12}" for name in LOCKS)
    return "\n".join([f"{'CPython ' + version:<64}{names}{'times':>8}{'goal':>10}", *map(line, found)])


def as_json(interpreter: Interpreter, figures: Figures, found: Sequence[Result]) -> dict[str, object]:
    return {
        "version": interpreter.version,
        "rows": [asdict(result) | {"reached": result.reached} for result in found],
        "figures": figures,
    }


def chosen(paths: Sequence[str]) -> list[Interpreter]:
    """Return the interpreters named, or the first of each version that counts."""
    if paths:
        return [ask(path) or Interpreter(path, "?", "it is no CPython") for path in paths]
    found = {interpreter.minor: interpreter for interpreter in reversed(find()) if interpreter.buildable}
    return [found[minor] for minor in MINORS if minor in found]


def main() -> int:
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="python -m impl.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"without any, all: {', '.join(names)}")
    parser.add_argument("--interpreter", action="append", metavar="PATH", help="a CPython; without it, 3.11 and 3.13")
    parser.add_argument("--repetitions", type=int, default=31, help="of each lock in each row (default: %(default)s)")
    parser.add_argument("--package", type=Path, help="the folder of a package lockstep that need not be built")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where all figures go")
    options = parser.parse_args()
    if unknown := set(options.rows) - set(names):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; expected some of {', '.join(names)}")
    missed, written = 0, []
    native: Medians = {}
    try:
        if not options.rows:
            native = measure()
        for interpreter in chosen(options.interpreter or []):
            if not interpreter.buildable and options.package is None:
                print(f"{interpreter.path}: skipped: {interpreter.lacks}")
                continue
            package = options.package or package_for(interpreter)
            figures = measured(interpreter, options.rows or names, options.repetitions, package)
            found = results(figures, interpreter.minor, exact_release_ns(native))
            written.append(as_json(interpreter, figures, found))
            missed += sum(not result.reached for result in found)
            print(table(interpreter.version, found) + "\n", flush=True)
        if not options.rows:
            print(native_table(native) + "\n")
    except (BuildError, MeasureError) as error:
        print(error, file=sys.stderr)
        return 3
    if options.json:
        options.json.write_text(json.dumps({"python": written, "native": native}, indent=1) + "\n", encoding="utf-8")
    if not written:
        print("no CPython that the module can be built for", file=sys.stderr)
        return 4
    print(f"{missed} goals missed" if missed else "every goal reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
