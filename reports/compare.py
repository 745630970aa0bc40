"""Compares two runs: ``python -m reports.compare OLD.json NEW.json``.

Exit code 0 if nothing got worse, 1 if something did, 2 with one line on stderr when a file can't be read or written.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from reports import comparison_text
from reports.comparison import compare
from reports.results import ResultsError, load


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run_tests.py compare", description="Compare the results of two runs.")
    parser.add_argument("old", type=Path, metavar="OLD.json")
    parser.add_argument("new", type=Path, metavar="NEW.json")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the comparison as Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it as reports/comparison.schema.json says")
    options = parser.parse_args(words)
    try:
        found = compare(load(options.old), load(options.new), str(options.old), str(options.new))
        # A lone surrogate, which JSON can spell, has no UTF-8: it is shown as its escape.
        if options.markdown:
            options.markdown.write_text(comparison_text.markdown(found), encoding="utf-8", errors="backslashreplace")
        if options.json:
            options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    except (ResultsError, OSError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    sys.stdout.write(comparison_text.text(found))
    return 1 if found["worse"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
