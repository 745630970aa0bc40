"""A module that has one kind of lock only is held to what concerns that one, and skipped by name for the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.catalogue import load
from conformance.lint import HOME
from conformance.tests.case_host_test import Run

CATALOGUE = load(HOME)
OBSERVED = {clause.id for clause in CATALOGUE.clauses if clause.level == "OBSERVED"}
CASES = [
    HOME / case.file
    for case in CATALOGUE.cases
    if case.file.endswith(".py") and not case.slow and not OBSERVED & {clause for _, clause in case.clauses}
]


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_what_it_does_not_have_is_no_failure(tmp_path: Path, kind: str) -> None:
    module = tmp_path / f"only_{kind.lower()}.py"
    module.write_text(f"import multiprocessing\n{kind} = multiprocessing.{kind}\n")
    run = Run(str(module), CASES)
    assert [line for line in run.lines if line["verdict"] not in {"pass", "skipped"}] == []
    assert sum(line["verdict"] == "pass" for line in run.lines) >= 10
