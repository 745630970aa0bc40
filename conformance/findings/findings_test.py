"""The page is what its sources say, and each program still shows what was measured.

Programs run on the interpreters found here: of each implementation the oldest, and all of them with LOCKSTEP_SLOW set.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest

from conformance.catalogue import load as load_clauses
from conformance.findings import catalogue, measure, render
from conformance.findings.catalogue import Finding, FindingError, Run
from conformance.lint import HOME

FINDINGS = catalogue.load()
INTERPRETERS = {(found.name, module): found for found in measure.interpreters() for module in found.modules}
DOCUMENTATION = Path("/usr/share/doc/python3.11/html/library")
SLOW = bool(os.environ.get("LOCKSTEP_SLOW"))

FIELDS = """
rank = 1
title = "t"
harm = "h"
kind = "silent"
documentation = "d"
clauses = ["lock.release.unlocked"]
mechanism = "m"
starts = ["fork"]
no_script = "n"
"""


def finding(folder: Path, fields: str = FIELDS, program: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "finding.toml").write_text(fields)
    (folder / "program.py").write_text(program)
    (folder / "report.md").write_text("{program}")
    return folder


def rows() -> list[tuple[Finding, Run]]:
    """Choose what to run again: of each finding, and each implementation, the oldest run of either outcome."""
    chosen: dict[tuple[object, ...], tuple[Finding, Run]] = {}
    for found in FINDINGS:
        for run in found.runs if SLOW or not found.slow else ():
            key = (found.name, run.python.split()[0], run.module, run.shown > 0)
            if (run.python, run.module) in INTERPRETERS:
                chosen.setdefault((*key, run) if SLOW else key, (found, run))
    return list(chosen.values())


def test_the_page_is_what_its_sources_say() -> None:
    assert render.PAGE.read_text() == render.page(FINDINGS), "run python -m conformance.findings"


def squeezed(text: str) -> str:
    """Take away what differs between a page and a quotation from it: blanks, and the form of apostrophes."""
    return re.sub(r"\s", "", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


@pytest.mark.skipif(not DOCUMENTATION.exists(), reason="python3.11-doc is not installed")
@pytest.mark.parametrize("found", FINDINGS, ids=lambda found: found.name)
def test_quotations_are_in_the_documentation(found: Finding) -> None:
    pages = [(DOCUMENTATION / f"{module}.html").read_text() for module in ("multiprocessing", "threading")]
    documentation = squeezed(html.unescape(re.sub(r"<[^>]+>", "", "".join(pages))))
    for quotation in re.findall(r'"([^"]+)"', found.documentation):
        for part in quotation.split("..."):
            assert squeezed(part) in documentation


@pytest.mark.parametrize("found", FINDINGS, ids=lambda found: found.name)
def test_a_finding_is_about_clauses_that_there_are(found: Finding) -> None:
    known = {clause.id for clause in load_clauses(HOME).clauses}
    assert set(found.clauses) <= known


@pytest.mark.parametrize("found", FINDINGS, ids=lambda found: found.name)
def test_a_finding_was_reproduced(found: Finding) -> None:
    assert any(run.shown for run in found.runs)


def test_there_are_many_findings_of_many_implementations() -> None:
    assert len(FINDINGS) >= 15
    assert len({(run.python, run.module) for found in FINDINGS for run in found.runs if run.shown}) >= 4


@pytest.mark.parametrize(("found", "run"), rows(), ids=lambda value: getattr(value, "name", None) or value.where)
def test_a_program_shows_what_was_measured(found: Finding, run: Run) -> None:
    interpreter = INTERPRETERS[run.python, run.module]
    counts = measure.run_program(found, interpreter.path, run.module, run.start)
    if counts is None:
        pytest.skip("the program can't tell on this machine")
    shown, tries = counts
    assert 0 <= shown <= tries
    if not found.race:
        assert (shown > 0) == (run.shown > 0)


def test_a_finding_is_read(tmp_path: Path) -> None:
    assert catalogue.read(finding(tmp_path / "f")).clauses == ("lock.release.unlocked",)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        (FIELDS.replace('kind = "silent"', 'kind = "odd"'), "kind is 'odd'"),
        (FIELDS.replace('no_script = "n"', ""), "say why none can"),
        (FIELDS + 'script = "silent/x"', "say why none can"),
        (FIELDS.replace('title = "t"', ""), "title"),
        (FIELDS + 'colour = "red"', "colour"),
    ],
)
def test_a_finding_that_lacks_something_is_refused(tmp_path: Path, fields: str, complaint: str) -> None:
    with pytest.raises(FindingError, match=complaint):
        catalogue.read(finding(tmp_path / "f", fields))


def test_a_finding_without_its_report_is_refused(tmp_path: Path) -> None:
    (finding(tmp_path / "f") / "report.md").unlink()
    with pytest.raises(FindingError, match="missing"):
        catalogue.read(tmp_path / "f")


@pytest.mark.parametrize(
    ("program", "counts"),
    [
        ("print('shown in 2 of 3 tries'); raise SystemExit(1)", (2, 3)),
        ("print('shown in 0 of 3 tries')", (0, 3)),
        ('print("can\'t tell"); raise SystemExit(2)', None),
    ],
)
def test_a_program_says_what_it_saw(tmp_path: Path, program: str, counts: tuple[int, int] | None) -> None:
    found = catalogue.read(finding(tmp_path / "f", program=program))
    assert measure.run_program(found, "python3", "multiprocessing", "fork") == counts


@pytest.mark.parametrize(
    ("program", "complaint"),
    [
        ("raise SystemExit(1)", "exit code 1"),
        ("print('shown in 0 of 3 tries'); raise SystemExit(1)", "but shown in 0"),
        ("print('shown in 1 of 3 tries')", "but shown in 1"),
        ("import os; os.abort()", "exit code -6"),
    ],
)
def test_a_program_that_breaks_is_no_measurement(tmp_path: Path, program: str, complaint: str) -> None:
    found = catalogue.read(finding(tmp_path / "f", program=program))
    with pytest.raises(measure.MeasureError, match=complaint):
        measure.run_program(found, "python3", "multiprocessing", "fork")


def test_a_program_without_an_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PATIENCE_SECONDS", 1)
    found = catalogue.read(finding(tmp_path / "f", program="while True: pass"))
    with pytest.raises(measure.MeasureError, match="no end in 1 s"):
        measure.run_program(found, "python3", "multiprocessing", "fork")


def test_the_table_says_who_shows_it() -> None:
    runs = [
        Run("CPython 3.8.18", "multiprocessing", "3.8.18", "fork", 3, 3),
        Run("CPython 3.11.7", "multiprocessing", "3.11.7", "fork", 0, 3),
        Run("CPython 3.13.0", "multiprocessing", "3.13.0", "fork", 1, 3),
        Run("CPython 3.11.7", "billiard", "4.3.2", "fork", 3, 3),
    ]
    assert render.affected(runs) == "CPython 3.8.18, 3.13.0; billiard 4.3.2"
    assert "| billiard 4.3.2 on CPython 3.11.7 | fork | 3 of 3 |" in render.table(runs)
    assert "| CPython 3.11.7 | fork | 0 of 3 |" in render.table(runs)
