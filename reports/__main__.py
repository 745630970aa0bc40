"""Renders a report: ``python -m reports DIR`` reads DIR/results.json and writes the other files beside it.

Exit code 0, or 2 with one line on stderr when the results can't be read or the report can't be written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reports import junit, page, summary
from reports.results import ResultsError, load


def write_report(folder: Path) -> Path:
    """Write index.html, junit.xml and summary.md into the folder of a results.json; return the page's path."""
    results = load(folder / "results.json")
    index = folder / "index.html"
    # A lone surrogate, which JSON can spell, has no UTF-8: it is shown as its escape.
    index.write_text(page.render(results), encoding="utf-8", errors="backslashreplace")
    (folder / "summary.md").write_text(summary.render(results), encoding="utf-8", errors="backslashreplace")
    (folder / "junit.xml").write_bytes(junit.render(results))
    return index


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m reports", description="Render the report of a run.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder with results.json")
    folder = parser.parse_args().folder
    try:
        index = write_report(folder)
    except (ResultsError, OSError) as error:
        print(f"reports: {error}", file=sys.stderr)
        return 2
    shown = index.relative_to(Path.cwd()) if index.is_relative_to(Path.cwd()) else index
    print(f"report: {shown}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
