"""Turns the findings into the page that people read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from conformance.findings.catalogue import FOLDER, Finding, Run

PAGE = FOLDER.parent / "FINDINGS.md"
CASES = FOLDER.parent / "cases"

HEAD = """\
# Findings: where real locks leave their documentation

Every place that was found where `multiprocessing.Lock` or `RLock` of a real implementation, or what is built on them,
does something else than Python's documentation says (*contradicts*), or does harm where it says nothing (*silent*). The
most harmful come first. All of them were reproduced: each has a program that needs nothing but Python, and the tables
say what it did on each implementation. Races have rates, which are those of one machine.

This page is written by `python -m conformance.findings` from [`findings/`](findings), a folder a finding. With
`--measure` that first runs every program on every interpreter found. A program ends with exit code 1 if the divergence
showed and 0 if it did not; `--module` and `--start` choose another module and start method.
"""


def rate(run: Run) -> str:
    return f"{run.shown} of {run.tries}"


def affected(runs: Iterable[Run]) -> str:
    """Say in a few words who shows it: the versions of each implementation, first to last."""
    groups: dict[str, list[str]] = {}
    for run in runs:
        if run.shown:
            name, version = run.python.split(" ", 1)
            key = name if run.module == "multiprocessing" else run.module
            groups.setdefault(key, []).append(version if key == name else run.version)
    unique = {key: list(dict.fromkeys(versions)) for key, versions in groups.items()}
    return "; ".join(f"{key} {', '.join(versions)}" for key, versions in unique.items())


def table(runs: list[Run]) -> str:
    lines = ["| implementation | start method | shown in |", "|---|---|---|"]
    lines += [f"| {run.where} | {run.start} | {rate(run)} |" for run in runs]
    return "\n".join(lines)


def code(language: str, path: Path) -> str:
    return f"```{language}\n{path.read_text().rstrip()}\n```"


def script(finding: Finding) -> str:
    if not finding.script:
        return f"No script: {finding.no_script}"
    path = CASES / f"{finding.script}.lks"
    return f"Script [`{finding.script}`](cases/{finding.script}.lks):\n\n{code('text', path)}"


def section(finding: Finding) -> str:
    report = finding.report.read_text().strip().replace("{program}", code("python", finding.program))
    quoted = "\n".join(f"> {line}".rstrip() for line in report.splitlines())
    parts = [
        f"## {finding.rank}. {finding.title}",
        f"**Whom it hurts.** {finding.harm}",
        f"**The documentation** ({finding.kind}). {finding.documentation}",
        "**Clauses.** " + ", ".join(f"`{clause}`" for clause in finding.clauses),
        f"**Cause.** {finding.mechanism}" + (f" Upstream: <{finding.issue}>." if finding.issue else ""),
        f"**Measured** with [`program.py`](findings/{finding.name}/program.py)"
        + (f" (slow: {finding.slow})" if finding.slow else ""),
        table(finding.runs),
        script(finding),
        "<details><summary>Draft of the report</summary>",
        quoted,
        "</details>",
    ]
    return "\n\n".join(parts) + "\n"


def page(findings: list[Finding]) -> str:
    lines = ["| | finding | kind | shown by |", "|---|---|---|---|"]
    for finding in findings:
        link = f"[{finding.title}](findings/{finding.name})"
        lines.append(f"| {finding.rank} | {link} | {finding.kind} | {affected(finding.runs)} |")
    return "\n".join([HEAD, *lines, "", *map(section, findings)])
