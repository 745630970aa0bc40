"""Joins the results of several runs: ``python -m reports.merge OUT.json A.json B.json...``.

Exit code 0, or 2 with one line on stderr when a file can't be read or written, or the results can't be added up. What
is only worth knowing is a line on stderr too.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from reports.merge_run import merge
from reports.merging import MergeError
from reports.results import ResultsError, load, validate


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run_tests.py merge", description="Join the results of several runs.")
    parser.add_argument("out", type=Path, metavar="OUT.json")
    parser.add_argument("parts", type=Path, nargs="+", metavar="PART.json")
    options = parser.parse_args(words)
    try:
        merged, warnings = merge([(str(part), load(part)) for part in options.parts])
        validate(merged, options.out)
        fresh = options.out.with_name(options.out.name + ".new")
        fresh.write_text(json.dumps(merged, indent=1) + "\n", encoding="utf-8")
        fresh.replace(options.out)
    except (ResultsError, MergeError, OSError) as error:
        print(f"merge: {error}", file=sys.stderr)
        return 2
    for warning in warnings:
        print(f"merge: {warning}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
