"""results.json of a fuzzing run, as reports/results.schema.json describes it: figures and crashes, and no scripts."""

from __future__ import annotations

import json
import os
import platform
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fuzz.job import Job

COUNTERS = ("scripts", "steps", "cases", "passed", "known", "unexpected", "vanished", "inconclusive", "skipped")
PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def utc_now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Run:
    """What results.json says of a run besides what its jobs came to."""

    seed: int
    command: str
    started: str
    seconds: float
    interrupted: bool


def results(run: Run, jobs: Sequence[Job]) -> dict[str, Any]:
    version = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    return {
        "schema": 1,
        "lockstep": version,
        "seed": run.seed,
        "command": run.command,
        "started": run.started,
        "seconds": run.seconds,
        "interrupted": run.interrupted,
        "edition": "",
        "baseline": "",
        "machine": {
            "kernel": platform.release(),
            "libc": " ".join(platform.libc_ver()),
            "cores": os.cpu_count() or 0,
            "arch": platform.machine(),
        },
        "implementations": [],
        "clauses": [],
        "cases": [],
        "divergences": [],
        "totals": dict.fromkeys(COUNTERS, 0),
        "coverage": {
            **dict.fromkeys(("contended", "timeout", "kill", "transitions_reached", "transitions_reachable"), 0),
            "missing": [],
        },
        "rates": dict.fromkeys(("scripts_per_second", "steps_per_second", "pairs_per_second"), 0),
        "fuzz": {"seconds": run.seconds, "targets": [job.as_json() for job in jobs]},
        "kills": [],
        "errors": [job.error for job in jobs if job.error],
    }


def write(told: dict[str, Any], folder: Path) -> None:
    text = json.dumps(told, indent=1) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")
