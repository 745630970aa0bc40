from __future__ import annotations

from conformance.catalogue import load
from conformance.tests.conftest import Tree


def test_a_clause_is_read_with_its_line(tree: Tree) -> None:
    clause = load(tree.home).clauses[0]
    assert (clause.id, clause.level, clause.since, clause.until) == ("lock.acquire.free", "MUST", "3.9", "3.11")
    assert (clause.line, clause.source) == (3, "")


def test_the_header_of_a_script_is_read(tree: Tree) -> None:
    tree.write(
        "conformance/cases/rlock/two.lks", "# One line.\n# Why.\nclause lock.hash\nclause lock.acquire.free # x\n"
    )
    case = load(tree.home).cases[-1]
    assert (case.name, case.title, case.runnable) == ("rlock/two", "One line.", True)
    assert case.clauses == ((3, "lock.hash"), (4, "lock.acquire.free"))


def test_the_header_of_a_python_case_is_read_without_running_it(tree: Tree) -> None:
    tree.edit("conformance/cases/python/key.py", "CLAUSES", "raise SystemExit\nCLAUSES")
    case = load(tree.home).cases[1]
    assert (case.name, case.title, case.clauses) == ("python/key", "A Lock is a key.", ((4, "lock.hash"),))


def test_the_main_clause_gives_the_level(tree: Tree) -> None:
    catalogue = load(tree.home)
    assert [catalogue.find_level(case) for case in catalogue.cases] == ["MUST", "OBSERVED"]


def test_a_case_of_an_unknown_clause_has_no_level(tree: Tree) -> None:
    tree.edit("conformance/cases/lock/free.lks", "lock.acquire.free", "lock.nothing")
    catalogue = load(tree.home)
    assert catalogue.find_level(catalogue.cases[0]) == ""


def test_an_expectation_is_read_with_its_line(tree: Tree) -> None:
    (entry,) = load(tree.home).expectations
    assert (entry.id, entry.line, entry.clause, entry.case) == ("X-PYPY-001", 3, "*.hash", "")


def test_a_checkout_without_a_catalogue_is_a_problem(tree: Tree) -> None:
    (tree.home / "conformance/clauses.toml").unlink()
    (problem,) = load(tree.home).problems
    assert str(problem).startswith("conformance/clauses.toml:1: ")
