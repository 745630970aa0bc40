"""Writes conformance/FINDINGS.md; with --measure runs the programs first."""

from __future__ import annotations

import argparse
import sys

from conformance.findings.catalogue import FindingError, load
from conformance.findings.measure import MeasureError, interpreters, measure
from conformance.findings.render import PAGE, page


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.findings", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="run the programs and write down what they show")
    parser.add_argument("--slow", action="store_true", help="with --measure, also those that take long")
    parser.add_argument("names", nargs="*", metavar="NAME", help="measure only these findings")
    options = parser.parse_args()
    try:
        findings = load()
        found = interpreters() if options.measure else []
        for finding in findings if options.measure else []:
            if options.names and finding.name not in options.names:
                continue
            if finding.slow and not options.slow:
                continue
            print(finding.name, flush=True)
            finding.write_runs(measure(finding, found))
    except (FindingError, MeasureError) as error:
        print(f"findings: {error}", file=sys.stderr)
        return 3
    PAGE.write_text(page(findings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
