"""CPython's own tests of multiprocessing, stock and with the reference installed.

``python -m impl.cpython_tests`` runs them in every CPython of the machine under fork, spawn and forkserver, and prints
what the reference made worse. Exit code: 1 if a test newly fails, 3 if the module can't be built, 4 if nothing ran.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from impl.cpython_tests.run import METHODS, SECONDS_MAX, SUBSET, Comparison, Replacement, compare
from impl.interpreters import BuildError, Interpreter, ask, find, package_for

COLUMNS = ("run", "passed", "failed", "skipped")


def header() -> str:
    names = "".join(f"{name:>8}" for name in COLUMNS)
    return f"{'interpreter':<12}{'start':<12}{'stock:' + names:<39}{'reference:' + names:<43}{'newly failing':>13}"


def row(comparison: Comparison) -> str:
    stock, replaced = (
        "".join(f"{record.counts()[name]:>8}" for name in COLUMNS) for record in (comparison.stock, comparison.replaced)
    )
    interpreter = comparison.interpreter.version
    line = (
        f"{interpreter:<12}{comparison.method:<12}{'':6}{stock} {'':10}{replaced} {len(comparison.newly_failing):>13}"
    )
    unsteady = f"  ({len(comparison.unsteady)} failed once, not again)" if comparison.unsteady else ""
    return line + unsteady


def as_json(comparison: Comparison) -> dict[str, object]:
    return {
        "interpreter": comparison.interpreter.path,
        "version": comparison.interpreter.version,
        "start_method": comparison.method,
        "stock": comparison.stock.counts(),
        "replaced": comparison.replaced.counts(),
        "newly_failing": {test: comparison.replaced.texts.get(test, "") for test in comparison.newly_failing},
        "unsteady": comparison.unsteady,
    }


def explain(comparisons: Iterable[Comparison]) -> None:
    for comparison in comparisons:
        for test in comparison.newly_failing:
            print(f"\nNEWLY FAILING  {comparison.interpreter.path} {comparison.method}: {test}")
            print(comparison.replaced.texts.get(test, "It did not pass. The run: " + comparison.replaced.end), end="")


def chosen(paths: Sequence[str]) -> list[Interpreter]:
    """Return the interpreters to run; say of each other one why it is not run."""
    found = [ask(path) or Interpreter(path, "?", "it is no CPython") for path in paths] if paths else find()
    for interpreter in found:
        if interpreter.lacks:
            print(f"{interpreter.version:<12}skipped: {interpreter.path}: {interpreter.lacks}", flush=True)
    return [interpreter for interpreter in found if not interpreter.lacks]


def run_all(options: argparse.Namespace) -> list[Comparison]:
    tasks: list[tuple[Interpreter, str, Replacement]] = []
    for interpreter in chosen(options.interpreter):
        replacement = options.replacement or Replacement("lockstep", options.package or package_for(interpreter))
        tasks += [(interpreter, method, replacement) for method in options.method or METHODS]
    names = options.tests or (SUBSET if options.subset else ())
    comparisons: list[Comparison] = []
    with ThreadPoolExecutor(options.jobs) as workers:
        for comparison in workers.map(lambda task: compare(*task, names=names, seconds_max=options.seconds_max), tasks):
            if not comparisons:
                print(header())
            comparisons.append(comparison)
            print(row(comparison), flush=True)
    return comparisons


def replacement_of(text: str) -> Replacement:
    path = Path(text).resolve()
    return Replacement(path.stem, path.parent)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m impl.cpython_tests", description=__doc__)
    parser.add_argument("tests", nargs="*", help="classes or tests, without their module; all without")
    parser.add_argument("--interpreter", action="append", help="a path; every CPython found without")
    parser.add_argument("--method", action="append", choices=METHODS, help="a start method; all without")
    parser.add_argument("--subset", action="store_true", help=f"only {', '.join(SUBSET)}")
    parser.add_argument(
        "--package",
        type=lambda text: Path(text).resolve(),
        help="the folder of a package lockstep that need not be built",
    )
    parser.add_argument("--replacement", type=replacement_of, help="a file whose install() is called in our place")
    parser.add_argument("--json", type=Path, help="a file for the results")
    parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time; the tests have deadlines")
    parser.add_argument("--seconds-max", type=float, default=SECONDS_MAX, help="then a run hangs")
    options = parser.parse_args()
    try:
        comparisons = run_all(options)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 3
    if options.json:
        options.json.write_text(json.dumps([as_json(comparison) for comparison in comparisons], indent=1) + "\n")
    explain(comparisons)
    worse = sum(len(comparison.newly_failing) for comparison in comparisons)
    print(f"\n{worse} newly failing in {len(comparisons)} comparisons")
    return 4 if not comparisons else 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
