"""The traces of one divergence as bars on a shared axis: what timelines and the table of outcomes both show.

The axis counts events, not seconds: in virtual time many events share an instant, and what matters is their order.
Every trace replays the same script, so the axis has a slot for each step, and after it one for each call that this
step let return.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reports.results import Json

# A place on the axis: the step, and how many calls have returned since it began.
Slot = tuple[int, int]

# The outcome shown for a call whose process was killed: no trace says so, since it never came to one.
KILLED = "killed"


@dataclass
class Bar:
    """One call or one other step of an actor: where it begins, where it ends, what is written at either end."""

    actor: str
    kind: str
    text: str
    begin: Slot
    end: Slot | None = None
    waits: str = ""
    outcome: str = ""
    returned_ns: int = 0  # of what had to wait, on the clock of its trace


def members(script: str) -> dict[str, list[str]]:
    """Return the actors of each process that a script names, those that its steps start included."""
    found: dict[str, list[str]] = {}
    for line in script.splitlines():
        text = line.partition("#")[0].strip()
        if declared := re.fullmatch(r"process\s+(\w+)\s*:\s*([\w\s]+)", text):
            found.setdefault(declared[1], []).extend(declared[2].split())
        elif thread := re.fullmatch(r"start thread (\w+) in (\w+)", text):
            found.setdefault(thread[2], []).append(thread[1])
        elif process := re.fullmatch(r"start process (\w+): (\w+) from \w+", text):
            found.setdefault(process[1], []).append(process[2])
    return found


def bars(trace: Json, processes: Mapping[str, list[str]]) -> list[Bar]:
    """Turn the events of a trace into bars; ``processes`` says whose calls end with a kill."""
    found: list[Bar] = []
    open_calls: dict[int, Bar] = {}
    here: Slot = (-1, 0)
    for event in trace["events"]:
        kind, step = event["kind"], event["step"]
        if kind in ("invoked", "skipped", "done"):
            here = max(here, (step, 0))
            bar = Bar(event["actor"], kind, event["text"], (step, 0))
            found.append(bar)
            if kind == "invoked":
                open_calls[step] = bar
            else:
                bar.end, bar.outcome = bar.begin, event["outcome"]
                _end_with_kill(event["text"], open_calls, processes, here)
        elif kind in ("blocked", "pending") and step in open_calls:
            open_calls[step].waits = kind
        elif kind == "returned" and step in open_calls:
            bar = open_calls.pop(step)
            if bar.waits or here != bar.begin:
                here = (here[0], here[1] + 1)
            bar.end, bar.outcome, bar.returned_ns = here, event["outcome"], event["time_ns"]
    return found


def _end_with_kill(text: str, open_calls: dict[int, Bar], processes: Mapping[str, list[str]], here: Slot) -> None:
    verb, _, process = text.partition(" ")
    victims = processes.get(process.strip(), []) if verb == "kill" else []
    for step in [step for step, bar in open_calls.items() if bar.actor in victims]:
        bar = open_calls.pop(step)
        bar.end, bar.outcome = here, KILLED


def first_difference(step: int, traces: list[list[Bar]]) -> Slot:
    """Return the first slot in which two traces show different things, or the start of ``step`` if none does."""
    differing: set[Slot] = set()
    contents = [_contents(found) for found in traces]
    for other in contents[1:]:
        differing.update(slot for slot, _ in contents[0] ^ other)
    return min(differing, default=(step, 0))


def _contents(found: list[Bar]) -> set[tuple[Slot, str]]:
    shown = {(bar.begin, f"{bar.actor} {bar.kind} {bar.text} {bar.waits}") for bar in found}
    return shown | {(bar.end, f"{bar.actor} {bar.text} {bar.outcome}") for bar in found if bar.end is not None}


def outcomes(divergence: Json) -> list[tuple[int, str, list[str]]]:
    """Return a row for each step that has an outcome: its number, its text, what it came to in each trace."""
    processes = members(divergence["script"])
    columns = [{bar.begin[0]: bar for bar in bars(trace, processes)} for trace in divergence["traces"]]
    in_virtual_time = all(trace["time"] == "virtual" for trace in divergence["traces"])
    rows = []
    for step in sorted({step for column in columns for step in column}):
        cells = [told(column.get(step)) for column in columns]
        waited = [column[step] for column in columns if step in column and column[step].waits and column[step].end]
        if in_virtual_time and len(set(cells)) == 1 and len({bar.returned_ns for bar in waited}) > 1:
            cells = [f"{told(bar)} at {bar.returned_ns / 1e9:g} s" for bar in waited]
        bar = next(column[step] for column in columns if step in column)
        if any(cells):
            rows.append((step + 1, f"{bar.actor}: {bar.text}" if bar.actor else bar.text, cells))
    return rows


def told(bar: Bar | None) -> str:
    """Say in words what a step came to."""
    if bar is None or bar.kind == "done":
        return bar.outcome if bar else ""
    if bar.kind == "skipped":
        return "skipped"
    waits = {"blocked": "blocks", "pending": "pending"}.get(bar.waits, "")
    if bar.end is None:
        return waits or "not returned"
    return f"{waits}, then {bar.outcome}" if waits else bar.outcome
