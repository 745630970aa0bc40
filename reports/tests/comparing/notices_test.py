"""Annotations and badges: what CI systems show beside a run."""

from __future__ import annotations

import json
import re

import pytest

from reports import badges, workflow_commands
from reports.results import Json
from reports.tests.comparing.samples import case, implementation, results, vanished, verdict


def test_an_annotation_names_file_line_and_clause() -> None:
    (line,) = workflow_commands.render(results([case("lock/a", x_fork="fail", y_fork="known")]))
    assert line.startswith(
        "::error file=conformance/cases/lock/a.lks,line=7,title=lock.acquire.timeout-negative::x fork shows blocks"
    )
    assert "repeat: ./run_tests.py conformance lock/a --impl" in line


def test_an_expectation_that_went_away_is_annotated_where_it_stands() -> None:
    (line,) = workflow_commands.render(results([], [vanished()]))
    assert re.match(r"::error file=conformance/expectations/cpython\.toml,line=\d+,title=lock\.", line)


def test_there_are_ten_annotations_at_most_the_worst_first() -> None:
    cases = [case(f"lock/{number}", x_fork="fail") for number in range(15)] + [case("lock/z", x_fork="crash")]
    lines = workflow_commands.render(results(cases))
    assert len(lines) == 10
    assert "file=conformance/cases/lock/z.lks" in lines[0]


def test_hostile_text_ends_neither_the_line_nor_a_property() -> None:
    hostile = "a,b:c%\n::error title=x::\r"
    (line,) = workflow_commands.render(
        results([case("lock/a", x_fork=verdict("fail", clause=hostile, observed=hostile))])
    )
    assert "\n" not in line
    assert "\r" not in line
    assert ",title=a%2Cb%3Ac%25%0A%3A%3Aerror title=x%3A%3A%0D::" in line


@pytest.mark.parametrize(
    ("counts", "message", "color"),
    [
        ({"passed": 8}, "8 as documented", "brightgreen"),
        ({"passed": 8, "known": 2}, "8 of 10 as documented", "green"),
        ({"passed": 8, "inconclusive": 2}, "2 of 10 undecided", "yellow"),
        ({"passed": 8, "unexpected": 1, "vanished": 1, "known": 3}, "2 of 13 wrong", "red"),
        ({}, "not run", "lightgrey"),
        ({"passed": 8, "skip_reason": "no such Python"}, "not run", "lightgrey"),
    ],
)
def test_a_badge_says_the_worst(counts: Json, message: str, color: str) -> None:
    found = badges.render(results(implementations={"x fork": implementation("x", **counts)}))
    assert json.loads(found["x.json"]) == {"schemaVersion": 1, "label": "x", "message": message, "color": color}


def test_the_start_methods_of_an_implementation_share_a_badge() -> None:
    entries = {start: implementation("x", start, passed=4) for start in ("fork", "spawn")}
    found = badges.render(results(implementations=entries))
    assert json.loads(found["x.json"])["message"] == "8 as documented"


def test_a_badge_of_any_name_stays_in_its_folder() -> None:
    names = ("../../x", "..", "a/b", "a b", "\ud800", "")
    entries = {name: implementation(name, passed=1) for name in names}
    files = badges.render(results(implementations=entries))
    assert len(files) == len(names)
    assert not any("/" in file or file.startswith(".") for file in files)
