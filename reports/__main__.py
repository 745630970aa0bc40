"""Renders a report: ``python -m reports DIR`` reads DIR/results.json and writes the other files beside it.

Exit code 0, or 2 with one line on stderr when the results can't be read or the report can't be written. A baseline that
can't be read is such a line too, but the rest of the report is written.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from reports import badges, comparison_text, junit, page, sarif, summary, workflow_commands
from reports.comparison import compare
from reports.results import Json, ResultsError, load


def compare_with_baseline(results: Json, path: Path) -> Json | None:
    """Return how a run differs from its baseline, or None if it has none."""
    if not results.get("baseline"):
        return None
    baseline = Path(results["baseline"])
    if baseline.exists() and baseline.samefile(path):
        raise ResultsError(f"{baseline}: the baseline is the run's own results; keep a copy elsewhere")
    return compare(load(baseline), results, str(baseline), str(path))


def write(path: Path, text: str) -> None:
    # A lone surrogate, which JSON can spell, has no UTF-8: it is shown as its escape.
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def write_report(folder: Path, results: Json, comparison: Json | None = None) -> Path:
    """Write the files of a report beside its results.json; return the page's path."""
    index = folder / "index.html"
    shown = comparison_text.view(comparison) if comparison is not None else None
    write(index, page.render(results, shown))
    write(folder / "summary.md", summary.render(results, comparison))
    write(folder / "results.sarif", sarif.render(results))
    (folder / "junit.xml").write_bytes(junit.render(results))
    (folder / "badges").mkdir(exist_ok=True)
    for name, text in badges.render(results).items():
        write(folder / "badges" / name, text)
    return index


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m reports", description="Render the report of a run.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder with results.json")
    folder = parser.parse_args().folder
    comparison, code = None, 0
    try:
        results = load(folder / "results.json")
        try:
            comparison = compare_with_baseline(results, folder / "results.json")
        except (ResultsError, OSError) as error:
            print(f"reports: baseline: {error}", file=sys.stderr)
            code = 2
        index = write_report(folder, results, comparison)
    except (ResultsError, OSError) as error:
        print(f"reports: {error}", file=sys.stderr)
        return 2
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in workflow_commands.render(results):
            print(line.encode(errors="backslashreplace").decode())
    shown = index.relative_to(Path.cwd()) if index.is_relative_to(Path.cwd()) else index
    print(f"report: {shown}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
