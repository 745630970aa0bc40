"""Measure locks in this interpreter: ``-m ... REPETITIONS ROW...`` prints {row: {lock: [figures]}} as JSON."""

from __future__ import annotations

import json
import sys

from impl.bench.foreign import crowd, loops

FEW = ("contended_2", "contended_4", "handed_across", "handed_here", "memory", "killed_waiter")


def main(arguments: list[str]) -> None:
    repetitions, *names = arguments
    often = int(repetitions)
    figures = {}
    for name in names:
        if name in FEW:
            figures[name] = crowd.measure(name, max(3, often // 3))
        elif name == "creation":
            figures[name] = loops.creation(often)
        elif name == "overshoot":
            figures[name] = loops.overshoot(often * 3)
        else:
            figures[name] = loops.measure(loops.ROWS[name], often)
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
