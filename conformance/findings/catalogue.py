"""The findings as data."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
KINDS = ("contradicts", "silent")


class FindingError(Exception):
    """A finding lacks something, or says something that it can't mean."""


@dataclass(frozen=True)
class Run:
    """How often one implementation showed a finding."""

    python: str  # "CPython 3.13.0"
    module: str  # "multiprocessing"
    version: str  # of the module; the interpreter's for multiprocessing
    start: str
    shown: int
    tries: int

    @property
    def where(self) -> str:
        return self.python if self.module == "multiprocessing" else f"{self.module} {self.version} on {self.python}"


@dataclass(frozen=True)
class Finding:
    """One place where an implementation leaves its documentation."""

    folder: Path
    rank: int  # by harm; 1 is the worst
    title: str
    harm: str
    kind: str  # contradicts the documentation, or harms where the documentation is silent
    documentation: str  # what it says, or that it says nothing
    clauses: tuple[str, ...]
    mechanism: str
    starts: tuple[str, ...]  # the start methods with which the program is run
    modules: tuple[str, ...] = ("multiprocessing", "billiard", "multiprocess")
    script: str = ""  # the case that shows it, if a script can
    no_script: str = ""  # why no script can
    issue: str = ""  # upstream, where one exists
    race: bool = False  # whether it shows now and then only
    slow: str = ""  # why the program is left to the nightly run

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def program(self) -> Path:
        return self.folder / "program.py"

    @property
    def report(self) -> Path:
        return self.folder / "report.md"

    @property
    def runs(self) -> list[Run]:
        path = self.folder / "measured.json"
        return [Run(**run) for run in json.loads(path.read_text())] if path.exists() else []

    def write_runs(self, runs: list[Run]) -> None:
        text = json.dumps([asdict(run) for run in runs], indent=1)
        (self.folder / "measured.json").write_text(text + "\n")


def read(folder: Path) -> Finding:
    """Read one finding; raise FindingError for what is missing, unknown or wrong."""
    fields = tomllib.loads((folder / "finding.toml").read_text())
    lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
    texts = {key: " ".join(value.split()) for key, value in fields.items() if isinstance(value, str)}
    try:
        finding = Finding(folder=folder, **{**fields, **texts, **lists})
    except TypeError as error:
        raise FindingError(f"{folder.name}: {error}") from None
    if finding.kind not in KINDS:
        raise FindingError(f"{folder.name}: kind is {finding.kind!r}, not one of {', '.join(KINDS)}")
    if bool(finding.script) == bool(finding.no_script):
        raise FindingError(f"{folder.name}: name the script that shows it, or say why none can")
    for path in (finding.program, finding.report):
        if not path.exists():
            raise FindingError(f"{folder.name}: {path.name} is missing")
    return finding


def load() -> list[Finding]:
    """Read all findings, the most harmful first."""
    findings = [read(path.parent) for path in FOLDER.glob("*/finding.toml")]
    findings.sort(key=lambda finding: finding.rank)
    ranks = [finding.rank for finding in findings]
    if ranks != [*range(1, len(ranks) + 1)]:
        raise FindingError(f"ranks are not 1 to {len(ranks)}: {ranks}")
    return findings
