"""Arguments, outcomes and messages: CPython's of every edition, word for word."""

from __future__ import annotations

import json
import sys
from typing import Any

import lockstep
import pytest

from .support import HERE, outcome, rows, run_python

EDITIONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]


def recorded(edition: str) -> Any:
    return json.loads((HERE / "editions" / f"cpython-{edition}.json").read_text())


def differences(ours: Any, theirs: Any) -> Any:
    calls = ours.keys() | theirs.keys()
    return {call: (ours.get(call), theirs.get(call)) for call in calls if ours.get(call) != theirs.get(call)}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_row_is_that_of_cpython(edition: str) -> None:
    assert differences(rows("lockstep", edition), recorded(edition)) == {}


def test_without_a_word_the_edition_is_the_interpreters() -> None:
    assert differences(rows("lockstep"), rows("multiprocessing")) == {}


def test_the_comparison_can_fail() -> None:
    assert differences(rows("lockstep", "3.8"), recorded("3.12")) != {}


def test_the_recordings_are_true_of_this_interpreter() -> None:
    edition = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if edition not in EDITIONS:
        pytest.skip(f"nothing recorded of {edition}")
    assert differences(rows("multiprocessing"), recorded(edition)) == {}


@pytest.mark.parametrize("edition", ["2.7", "3", "3.x", "3.12.1", "312"])
def test_what_is_no_edition_is_refused(edition: str) -> None:
    code = "try:\n import lockstep\nexcept ImportError as error:\n print(error)"
    assert "LOCKSTEP_EDITION must be like 3.12" in run_python("-c", code, LOCKSTEP_EDITION=edition)


def test_a_timeout_that_is_not_a_number_is_an_error_only_if_it_is_needed() -> None:
    lock = lockstep.Lock()
    nan = float("nan")
    assert lock.acquire(timeout=nan) is True
    assert lock.acquire(False, nan) is False
    assert outcome(lock.acquire, timeout=nan) == "ValueError: timeout must not be NaN"
    assert lock._count() == 1
