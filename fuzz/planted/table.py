"""What runs found, as data and as the page RESULTS.md.

`python -m fuzz.planted.table A.json B.json > fuzz/planted/RESULTS.md` makes one page of the figures of several runs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from fuzz.planted.bugs import AREAS, Bug
from fuzz.planted.trial import Trial

MEDIAN_MAX_S = 60.0


def result(bug: Bug, trials: list[Trial], limit_s: float) -> dict[str, Any]:
    """Return the entry of one bug. A trial that found nothing counts with all the time that it was given."""
    found = [trial for trial in trials if trial.line is not None]
    seconds = [trial.seconds if trial.line is not None else max(trial.seconds, limit_s) for trial in trials]
    lines = sorted({trial.line for trial in found if trial.line is not None})
    middle = median(seconds)
    return {
        "bug": bug.name,
        "area": bug.area,
        "what": bug.what,
        "needs": bug.needs,
        "target": bug.target,
        "median_s": round(middle, 1),
        "worst_s": round(max(seconds), 1),
        "median_executions": int(median(trial.executions for trial in trials)),
        "found": len(found),
        "trials": [vars(trial) for trial in trials],
        "crash_lines": lines,
        "in_time": 2 * len(found) > len(trials) and middle <= MEDIAN_MAX_S,
    }


def row(entry: dict[str, Any]) -> list[str]:
    more = len(entry["crash_lines"]) - 1
    died = any(trial["died"] for trial in entry["trials"])
    lines = entry["crash_lines"][0] if entry["crash_lines"] else "died otherwise" if died else "-"
    return [
        entry["bug"],
        entry["area"],
        entry["needs"] if entry["needs"] != "nothing" else "",
        entry["target"],
        f"{entry['median_s']:.1f}",
        ("" if entry["found"] == len(entry["trials"]) else "over ") + f"{entry['worst_s']:.1f}",
        f"{entry['found']}/{len(entry['trials'])}",
        lines + (f" (and {more} more)" if more > 0 else ""),
    ]


HEADS = ["bug", "area", "needs", "target", "median s", "worst s", "found", "crash line"]


def text(entries: list[dict[str, Any]]) -> str:
    """Return the table for a terminal."""
    rows = [HEADS, *map(row, entries)]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADS))]
    return "\n".join("  ".join(map(str.ljust, cells, widths)).rstrip() for cells in rows)


def markdown(run: dict[str, Any]) -> str:
    """Return the page: what was done, the figures, one line a bug."""
    entries = run["bugs"]
    in_time = sum(entry["in_time"] for entry in entries)
    deep = sum(entry["needs"] != "nothing" for entry in entries)
    pages = [
        "# Planted bugs",
        "",
        f"`python -m fuzz.planted --seeds {run['seeds']} --seconds {run['seconds']:g}` planted one bug at a time and "
        "let a fuzz target look for it from an empty corpus. Seconds are of one core: the user and system time of all "
        "processes of the target. A run that found nothing counts with all its time.",
        "",
        f"{in_time} of {len(entries)} bugs were found in time: by most seeds, and in at most {MEDIAN_MAX_S:.0f} s in "
        f"the median. {deep} of them need two preemptions or three actors. The same targets, built without a bug, "
        f"were run with the same seeds for {min(run['controls'].values()):g} s each and found nothing.",
        "",
        "| " + " | ".join([*HEADS[:-1], "executions", HEADS[-1]]) + " |",
        "|" + " --- |" * (len(HEADS) + 1),
    ]
    for entry in entries:
        cells = row(entry)
        cells.insert(-1, f"{entry['median_executions']:,}")
        pages.append("| " + " | ".join(cells).replace("  ", " ") + " |")
    pages += ["", "What each bug is:", ""]
    pages += [f"- **{entry['bug']}**: {entry['what']}" for entry in entries]
    return "\n".join(pages) + "\n"


def together(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return several runs as one. Of a bug that is in two of them the later counts."""
    bugs = {entry["bug"]: entry for run in runs for entry in run["bugs"]}
    order = list(AREAS)
    entries = sorted(bugs.values(), key=lambda entry: (order.index(entry["area"]), entry["bug"]))
    targets = {entry["target"] for entry in entries}
    controls = {target: max(run["controls"].get(target, 0) for run in runs) for target in targets}
    least = {key: min(run[key] for run in runs) for key in ("seeds", "seconds")}
    return least | {"controls": controls, "bugs": entries}


if __name__ == "__main__":
    read = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    sys.stdout.write(markdown(together(read)))
