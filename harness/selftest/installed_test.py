"""`multiprocessing` with the reference installed under it is held to all that the reference is held to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.selftest.main_job_test import HOME, lockstep, results

PLUG_IN = HOME / "conformance" / "installed" / "installed.py"


def others(report: Path) -> list[Any]:
    return [one for one in results(report)["implementations"] if one["name"] != "reference"]


def test_every_case_ends_as_the_references_does(tmp_path: Path) -> None:
    done = lockstep("conformance", "--level", "all", "--impl", f"{PLUG_IN}:all", "--report", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [(one["start_method"], one["known"]) for one in others(tmp_path)] == [
        (method, 2) for method in ("fork", "spawn", "forkserver")
    ]
    assert all(one["passed"] > 400 for one in others(tmp_path))


def test_generated_scripts_do_not_tell_them_apart(tmp_path: Path) -> None:
    words = ("--level", "all", "--impl", f"{PLUG_IN}:all", "--scripts", "300", "--seed", "6")
    done = lockstep("differential", *words, "--report", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(one["scripts"] >= 300 for one in others(tmp_path))


def test_what_installs_nothing_is_found_out(tmp_path: Path) -> None:
    stock = tmp_path / "installed.py"
    stock.write_text("from multiprocessing import *\n")
    foreseen = HOME / "conformance" / "expectations" / "installed.toml"
    words = ("--level", "all", "--impl", stock, "--expectations", foreseen, "silent/release-race*", "silent/*nan*")
    done = lockstep("conformance", *words, "--report", tmp_path / "report")
    assert done.returncode == 1, done.stdout + done.stderr
