"""lockstep.install(): what a program of its own, which is each test's here, sees of it in itself and its children."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from .support import PACKAGES, run_python

METHODS = ["fork", "spawn", "forkserver"]


def program(name: str, *arguments: str, **environment: Any) -> list[str]:
    """Run a function of ``installed.py`` in a fresh process and return the lines that it printed."""
    return run_python("installed.py", name, *arguments, **environment).splitlines()  # type: ignore[no-any-return]


@pytest.mark.parametrize("method", METHODS)
def test_a_child_has_what_its_parent_installed(method: str) -> None:
    assert program("in_a_child", method) == ["lockstep lockstep SemLock"] * 2


@pytest.mark.parametrize("method", METHODS)
def test_locks_exclude_each_other_from_a_child(method: str) -> None:
    assert program("exclude", method) == [
        f"{kind} False True" for kind in ("Lock", "RLock", "Derived", "BoundedSemaphore")
    ]


@pytest.mark.parametrize("method", METHODS)
def test_what_is_built_on_locks_works(method: str) -> None:
    assert program("built_on_locks", method) == ["[0, 2, 4]", "item", "True", "3"]


def test_a_child_is_reached_where_it_can_not_import_the_package() -> None:
    assert program("hidden_package", str(PACKAGES)) == ["lockstep"]


@pytest.mark.parametrize("order", ["before", "after"])
def test_the_order_of_imports_makes_no_difference(order: str) -> None:
    assert program("imported", order) == ["True", "True", "True"]


def test_twice_is_once() -> None:
    assert program("twice") == ["True"]


def test_objects_pass_for_those_of_multiprocessing() -> None:
    assert program("kinds") == ["True"] * 6


def test_complaints_are_those_of_multiprocessing() -> None:
    stock, installed = program("complaints", "stock"), program("complaints", "installed")
    assert stock == installed
    assert len(stock) > 10


@pytest.mark.parametrize("method", METHODS)
def test_what_was_made_before_still_works_and_travels(method: str) -> None:
    assert program("made_before", method) == ["False False", "True"]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_what_was_made_for_forks_is_not_sent_elsewhere(method: str) -> None:
    error = "RuntimeError: A SemLock created in a fork context is being shared"
    refusals = program("made_for_forks", method)
    assert [line[: len(error)] for line in refusals[:3]] == [error] * 3
    if sys.version_info >= (3, 12):  # multiprocessing itself refuses semaphores since then
        assert refusals[3].startswith(error)


def test_names_stay_those_of_the_system() -> None:
    assert program("names") == ["FileExistsError", "FileExistsError", "0", "FileNotFoundError"]


def test_the_type_is_that_of_multiprocessing() -> None:
    assert program("the_type", "stock") == program("the_type", "installed")


def test_the_type_can_be_derived_from() -> None:
    assert program("subclass") == ["True", "2", "7"]


def test_locks_have_no_name_in_the_system() -> None:
    assert program("names_of_locks") == ["None"] * 4
