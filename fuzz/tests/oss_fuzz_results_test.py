from __future__ import annotations

from collections.abc import Iterator

import pytest

from fuzz.check_oss_fuzz.results import FAILED, NOT_BUILT, OK, SKIPPED, Results
from fuzz.check_oss_fuzz.tools import Missing


def holds(subject: str) -> Iterator[str]:
    yield from ()


def is_broken(subject: str) -> Iterator[str]:
    yield f"{subject}: seen"


def needs_a_tool(subject: str) -> Iterator[str]:
    raise Missing("no tool")
    yield


def test_the_exit_code_is_0_if_every_rule_holds() -> None:
    results = Results()
    results.look("one", holds, "target")
    assert results.exit_code == 0


def test_the_exit_code_is_3_if_a_rule_could_not_be_looked_at() -> None:
    results = Results()
    results.look("one", holds, "target")
    results.look("one", needs_a_tool, "target")
    assert results.exit_code == 3


def test_the_exit_code_is_1_if_a_rule_is_broken_whatever_else_happened() -> None:
    results = Results()
    results.look("one", needs_a_tool, "target")
    results.look("one", is_broken, "target")
    results.add("two", "can-be-built", NOT_BUILT, ["no compiler"])
    assert results.exit_code == 1


def test_the_table_has_every_rule_and_what_was_seen() -> None:
    results = Results()
    results.look("one", is_broken, "target")
    results.look("two", needs_a_tool, "target")
    assert results.table().splitlines() == [
        "              one     two",
        "is-broken     FAILED  -",
        "needs-a-tool  -       skipped",
        "",
        "one: is-broken FAILED: target: seen",
        "two: needs-a-tool skipped: no tool",
    ]


def test_what_was_seen_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    results = Results()
    results.look("one", is_broken, "target")
    assert capsys.readouterr().out.split() == ["is-broken", "FAILED", "target:", "seen"]


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (OK, "every rule holds"),
        (FAILED, "not every rule holds"),
        (SKIPPED, "not every rule could be looked at"),
        (NOT_BUILT, "not every rule could be looked at"),
    ],
)
def test_the_verdict_is_what_the_exit_code_means(state: str, verdict: str) -> None:
    results = Results()
    results.add("one", "rule", state, [])
    assert results.verdict == verdict
