"""What libFuzzer and the sanitizers print, as data: how far a run is, and by which line a crash is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

# As in "#65536 pulse  cov: 412 ft: 1809 corp: 203/4312b lim: 53 exec/s: 32768 rss: 71Mb".
STATUS = re.compile(r"#(\d+)\s+(?:INITED|NEW|REDUCE|pulse|RELOAD|DONE)\b(.*)")
FIGURE = re.compile(r"(cov|ft|corp|exec/s): (\d+)")
FINAL = re.compile(r"stat::(number_of_executed_units|average_exec_per_sec|new_units_added):\s+(\d+)")
ARTIFACT = re.compile(r"Test unit written to (.*)")

ASSERTION = re.compile(r"^Assertion failure: .*$", re.MULTILINE)
UNDEFINED = re.compile(r"^(\S+?):\d+:\d+: runtime error: ([^:\n]*)", re.MULTILINE)
SUMMARY = re.compile(r"^SUMMARY: (\w+): (.*)$", re.MULTILINE)
FRAME = re.compile(r"^(\S+)(?: .*?)? in (.*)$")


@dataclass(frozen=True)
class Figures:
    """How far a target is."""

    executions: int = 0
    per_second: int = 0
    edges: int = 0
    features: int = 0
    corpus: int = 0
    new: int = 0  # inputs that reached something for the first time
    artifacts: tuple[str, ...] = ()

    def after(self, line: str) -> Figures:
        """Return the figures after one more line of the log."""
        if status := STATUS.match(line):
            told = {name: int(value) for name, value in FIGURE.findall(status[2])}
            return replace(
                self,
                executions=int(status[1]),
                per_second=told.get("exec/s", self.per_second),
                edges=told.get("cov", self.edges),
                features=told.get("ft", self.features),
                corpus=told.get("corp", self.corpus),
            )
        if final := FINAL.match(line):
            return {
                "number_of_executed_units": replace(self, executions=int(final[2])),
                "average_exec_per_sec": replace(self, per_second=int(final[2])),
                "new_units_added": replace(self, new=int(final[2])),
            }[final[1]]
        if artifact := ARTIFACT.search(line):
            return replace(self, artifacts=(*self.artifacts, artifact[1]))
        return self


def crash_line(log: str, home: str) -> str:
    """Return the one line by which a crash is told from others: the same for all inputs that show the same bug.

    The property's own line if there is one, else what the sanitizer or libFuzzer sums it up as, without the numbers
    and addresses that differ from one input to another. Empty if nothing failed.
    """
    log = log.replace(f"{home}/", "")
    if assertions := ASSERTION.findall(log):
        return str(assertions[-1])
    if undefined := UNDEFINED.search(log):
        return f"UndefinedBehaviorSanitizer: {undefined[2]} in {undefined[1]}"
    summary = SUMMARY.search(log)
    if summary is None:
        return ""
    tool, what = summary[1], summary[2].strip()
    if "leaked in" in what:
        return "LeakSanitizer: memory leaked"
    if frame := FRAME.match(what):
        return f"{tool}: {frame[1]} in {frame[2]}"
    return f"{tool}: {what.partition(' (')[0]}"
