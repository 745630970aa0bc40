"""results.json of a fuzzing run: reports/results.schema.json describes it, and `python -m reports` renders it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from fuzz.campaign import Campaign, Crash, Progress
from fuzz.targets import HOME, OF_SCRIPTS, Target

COUNTS = ("scripts", "steps", "cases", "passed", "known", "unexpected", "vanished", "inconclusive", "skipped")


def text_of(target: Target, path: Path) -> str:
    """Return what an input stands for, in the target's own words; empty if its program can't tell."""
    try:
        shown = subprocess.run([target.replayer, "--text", path], capture_output=True, check=False)
    except OSError:
        return ""
    return shown.stdout.decode(errors="replace") if shown.returncode == 0 else ""


def said(log: str, word: str) -> str:
    return next((line.partition(": ")[2] for line in log.splitlines() if line.startswith(word + ": ")), "")


def repeats(target: Target, path: Path) -> str:
    program = target.program.relative_to(HOME)
    return f"{program} {path.relative_to(HOME) if path.is_relative_to(HOME) else path}"


def divergence(target: Target, crash: Crash) -> dict[str, Any]:
    """Return a crash as the divergence that it is: of a lock, or of the tools themselves."""
    text = text_of(target, crash.input)
    words = crash.line.split("-")
    of_property = len(words) >= 4 and " " not in crash.line
    return {
        "implementation": target.name, "version": "", "start_method": "", "expectation": "", "reason": crash.line,
        "clause": "-".join(words[2:-1]) if of_property else "", "kind": "unexpected",
        "expected": said(crash.log, "expected"), "observed": said(crash.log, "observed") or crash.line,
        "script": text if target.name in OF_SCRIPTS else "", "token": "", "what": "" if target.name in OF_SCRIPTS else text,
        "steps": 0, "step": -1, "occurrences": 1, "replay": repeats(target, crash.input), "traces": [],
        "standalone": "", "standalone_reason": "a fuzz target's input: promote it to have a script",
    }  # fmt: skip


def entry(progress: Progress) -> dict[str, Any]:
    target = progress.target
    crashes = [
        {"line": crash.line, "kind": crash.kind, "input": crash.input.name, "text": text_of(target, crash.input),
         "replay": repeats(target, crash.input)}
        for crash in progress.crashes
    ]  # fmt: skip
    return {
        "name": target.name, "seconds": round(progress.seconds, 1), "executions": progress.executions,
        "executions_per_s": progress.rate, "edges": progress.edges, "features": progress.features,
        "corpus": progress.corpus, "new": progress.new, "crashes": crashes,
    }  # fmt: skip


def results(campaign: Campaign, command: str, seconds: float) -> dict[str, Any]:
    found = [divergence(one.target, crash) for one in campaign.progress for crash in one.crashes]
    system = os.uname()
    return {
        "schema": 1, "lockstep": metadata_version(), "seed": campaign.seed, "command": command,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds)), "seconds": round(seconds, 1),
        "interrupted": campaign.interrupted,
        "machine": {"kernel": system.release, "libc": " ".join(platform.libc_ver()), "cores": os.cpu_count() or 1,
                    "arch": system.machine},
        "implementations": [], "clauses": [], "cases": [], "divergences": found,
        "totals": dict.fromkeys(COUNTS, 0) | {"unexpected": len(found)},
        "coverage": {"contended": 0, "timeout": 0, "kill": 0, "transitions_reached": 0, "transitions_reachable": 0,
                     "missing": []},
        "rates": {"scripts_per_second": 0, "steps_per_second": 0, "pairs_per_second": 0},
        "fuzz": {"seconds": round(seconds, 1), "targets": [entry(one) for one in campaign.progress]},
        "kills": [], "errors": [one.error for one in campaign.progress if one.error],
    }  # fmt: skip


def metadata_version() -> str:
    try:
        return metadata.version("lockstep")
    except metadata.PackageNotFoundError:
        return "0.1.0"


def write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
