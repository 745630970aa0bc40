"""What was found for each rule in each configuration, and the table of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from fuzz.check_oss_fuzz.tools import Missing

Subject = TypeVar("Subject")
OK, FAILED, SKIPPED, NOT_BUILT = "ok", "FAILED", "skipped", "NOT BUILT"


def name_of(rule: Callable[..., Iterator[str]]) -> str:
    return rule.__name__.replace("_", "-")


@dataclass
class Results:
    states: dict[tuple[str, str], str] = field(default_factory=dict)  # by rule and configuration
    notes: list[str] = field(default_factory=list)

    def look(self, configuration: str, rule: Callable[[Subject], Iterator[str]], subject: Subject) -> None:
        name = name_of(rule)
        try:
            complaints = list(rule(subject))
            self.add(configuration, name, FAILED if complaints else OK, complaints)
        except Missing as reason:
            self.add(configuration, name, SKIPPED, [str(reason)])

    def add(self, configuration: str, rule: str, state: str, said: list[str]) -> None:
        self.states[rule, configuration] = state
        self.notes += [f"{configuration}: {rule} {state}: {line}" for line in said]
        print("\n".join([f"  {rule:28}{state}", *(textwrap.indent(line, "    ") for line in said)]), flush=True)

    @property
    def exit_code(self) -> int:
        found = set(self.states.values())
        return 1 if FAILED in found else 3 if found & {SKIPPED, NOT_BUILT} else 0

    def table(self) -> str:
        """Return the rules by configurations; then what was seen where one failed or could not be looked at."""
        configurations = list(dict.fromkeys(configuration for _, configuration in self.states))
        rows = [["", *configurations]]
        for rule in dict.fromkeys(rule for rule, _ in self.states):
            rows.append([rule, *(self.states.get((rule, one), "-") for one in configurations)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([*lines, "", *self.notes])

    @property
    def verdict(self) -> str:
        words = {0: "every rule holds", 1: "not every rule holds", 3: "not every rule could be looked at"}
        return words[self.exit_code]
