"""The part of the results that fuzzing leaves: its figures, its crashes, and the sum of several runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reports.merging import gather, text_of
from reports.results import Json

COLUMNS = ("executions", "executions_per_s", "edges", "features", "corpus", "new")


@dataclass(frozen=True)
class Crash:
    """A bug: all inputs for which a target fails by the same line are one."""

    target: str
    line: str
    kind: str
    input: str
    text: str
    replay: str

    @property
    def title(self) -> str:
        return f"{self.target}: {self.line}"

    @property
    def file(self) -> str:
        """The target's source, which says what property does not hold."""
        return f"fuzz/{self.target}.cc"


def targets(results: Json) -> list[Json]:
    return list(results["fuzz"]["targets"]) if results["fuzz"] else []


def _one_a_line(crashes: Iterable[Json]) -> list[Json]:
    """Keep the shortest input of each crash line."""
    found = gather([list(crashes)], lambda crash: crash["line"])
    return [min(same, key=lambda crash: (len(crash["text"]), text_of(crash))) for same in found.values()]


def crashes(results: Json) -> list[Crash]:
    fields = ("line", "kind", "input", "text", "replay")
    return [
        Crash(target["name"], *(crash[field] for field in fields))
        for target in targets(results)
        for crash in _one_a_line(target["crashes"])
    ]


def _merge_target(parts: list[Json]) -> Json:
    if len(parts) == 1:
        return parts[0]
    executions = sum(part["executions"] for part in parts)
    seconds = sum(part["executions"] / part["executions_per_s"] for part in parts if part["executions_per_s"])
    largest = {name: max(part[name] for part in parts) for name in ("edges", "features", "corpus")}
    return {
        **parts[0],
        **largest,
        "executions": executions,
        "executions_per_s": executions / seconds if seconds else 0,
        "new": sum(part["new"] for part in parts),
        "crashes": _one_a_line(crash for part in parts for crash in part["crashes"]),
    }


def merge(runs: list[Json]) -> dict[str, Any] | None:
    """Add up the executions of each target, and join its crashes by their lines."""
    found = [run["fuzz"] for run in runs if run["fuzz"]]
    if len(found) < 2:
        return found[0] if found else None
    gathered = gather((part["targets"] for part in found), lambda target: target["name"])
    return {
        "seconds": sum(part["seconds"] for part in found),
        "targets": [_merge_target(parts) for parts in gathered.values()],
    }
