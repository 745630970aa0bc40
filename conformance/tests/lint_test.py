from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance import lint
from conformance.catalogue import load
from conformance.documentation import Documentation
from conformance.tests.conftest import Tree

CLAUSES = "conformance/clauses.toml"
SCRIPT = "conformance/cases/lock/free.lks"
PYTHON = "conformance/cases/python/key.py"
EXPECTATIONS = "conformance/expectations/pypy.toml"
CLAUSE_TABLE = Path("harness/spec/clause.cc")


def problems(tree: Tree) -> list[str]:
    return [str(problem) for problem in lint.lint(load(tree.home), Documentation(tree.documentation))]


def test_nothing_is_wrong_with_a_good_catalogue(tree: Tree) -> None:
    assert problems(tree) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        (CLAUSES, "schema = 1", "", "clauses.toml:1: no schema"),
        (CLAUSES, '"lock.hash"', '"lock.Hash"', 'clauses.toml:12: id = "lock.Hash"'),
        (CLAUSES, 'id = "lock.hash"', "", 'clauses.toml:12: id = ""'),
        (CLAUSES, '"lock.hash"', '"semaphore.hash"', 'clauses.toml:12: id = "semaphore.hash"'),
        (CLAUSES, '"lock.hash"', '"lock.acquire.free"', "clauses.toml:12: lock.acquire.free again"),
        (CLAUSES, '"MUST"', '"OUGHT"', 'clauses.toml:3: lock.acquire.free has level "OUGHT"'),
        (CLAUSES, 'level = "MUST"', "", 'clauses.toml:3: lock.acquire.free has level ""'),
        (CLAUSES, 'text = "A Lock is hashable."', "", "clauses.toml:12: lock.hash has no text"),
        (CLAUSES, '"A Lock is hashable."', "7", "clauses.toml:12: text = 7, expected a string"),
        (CLAUSES, 'anchor = "library/locks.html#acquire"', "", "is MUST, expected an anchor and a quote"),
        (CLAUSES, 'quote = "acquire() doesn\'t wait"', "", "is MUST, expected an anchor and a quote"),
        (CLAUSES, "source = ", "origin = ", "clauses.toml:12: lock.hash has a key origin"),
        (CLAUSES, "source = ", "quote = ", "clauses.toml:12: lock.hash is OBSERVED, expected a source"),
        (CLAUSES, '"3.9"', '"3.12"', "clauses.toml:3: lock.acquire.free holds since 3.12 until 3.11"),
        (CLAUSES, '"3.9"', '"four"', 'clauses.toml:3: lock.acquire.free has since = "four"'),
        (CLAUSES, "#acquire", "#release", "clauses.toml:3: lock.acquire.free: no anchor #release"),
        (CLAUSES, "locks.html", "unlocks.html", "clauses.toml:3: lock.acquire.free: no page library/unlocks.html"),
        (CLAUSES, "doesn't wait", "waits", "library/locks.html does not say"),
        (CLAUSES, '"lock.hash"', '"lock.hash', "clauses.toml:13: "),
        (SCRIPT, "clause lock.acquire.free", "", "clauses.toml:3: lock.acquire.free, MUST, has no case"),
        (SCRIPT, "clause lock.acquire.free", "", "free.lks:1: no clause"),
        (PYTHON, '"lock.hash",', "", "clauses.toml:12: lock.hash, OBSERVED, has no case"),
        (SCRIPT, "lock.acquire.free", "lock.acquire.fre", "free.lks:2: unknown clause lock.acquire.fre"),
        (SCRIPT, "# A free Lock is taken.\n", "", "free.lks:1: no title"),
        (SCRIPT, "taken.", "taken, as", "free.lks:1: no title"),
        (SCRIPT, "# A free Lock is taken.", "# A Lock is a key.", "the title of lock/free"),
        (PYTHON, '"lock.hash"', '"lock.hashes"', "key.py:3: unknown clause lock.hashes"),
        (PYTHON, 'CLAUSES = ("lock.hash",)', "CLAUSES = ()", "key.py:1: no clause"),
        (PYTHON, '"""A Lock is a key."""', "", "key.py:1: no title"),
        (PYTHON, "case(kit)", "run(kit)", "key.py:1: no function case(kit)"),
        (PYTHON, "case(kit)", "case()", "key.py:1: no function case(kit)"),
        (PYTHON, "case(kit)", "case(kit", "key.py:6: "),
        (EXPECTATIONS, "X-PYPY-001", "PYPY-1", 'pypy.toml:3: id = "PYPY-1"'),
        (EXPECTATIONS, 'reason = "Its hash is another."', "", "pypy.toml:3: X-PYPY-001 has no reason"),
        (EXPECTATIONS, "Its hash is another.", "TO" + "DO", "pypy.toml:3: X-PYPY-001 has no reason"),
        (EXPECTATIONS, "https://example.org/issues/1", "issue 1", 'X-PYPY-001 has link = "issue 1"'),
        (EXPECTATIONS, '"*.hash"', '"*.hashes"', 'X-PYPY-001 has clause = "*.hashes", which matches nothing'),
        (
            EXPECTATIONS,
            'clause = "*.hash"',
            'case = "lock/fre"',
            'X-PYPY-001 has case = "lock/fre", which matches nothing',
        ),
        (EXPECTATIONS, 'clause = "*.hash"', "", "X-PYPY-001 names neither or both"),
        (EXPECTATIONS, 'observed = "*"', 'case = "lock/free"', "X-PYPY-001 names neither or both"),
        (EXPECTATIONS, 'extends = "cpython"', "extends = ", "pypy.toml:1: "),
    ],
)
def test_each_mistake_is_found(tree: Tree, path: str, old: str, new: str, found: str) -> None:
    tree.edit(path, old, new)
    assert [problem for problem in problems(tree) if found in problem]


@pytest.mark.parametrize("path", ["cases/other/free.lks", "cases/lock/free.txt", "cases/python/free.lks"])
def test_what_is_no_case_does_not_lie_among_them(tree: Tree, path: str) -> None:
    tree.write(f"conformance/{path}", "# A title.\n")
    assert problems(tree) == [
        f"conformance/{path}:1: not a case, expected cases/{{lock,rlock,silent}}/*.lks or cases/python/*.py"
    ]


def test_a_case_has_a_plain_name(tree: Tree) -> None:
    tree.write("conformance/cases/lock/Held_by.lks", "# A title.\nclause lock.hash\n")
    assert [problem for problem in problems(tree) if "a case called lock/Held_by" in problem]


def test_a_case_has_an_edition_in_which_it_runs(tree: Tree) -> None:
    tree.edit(CLAUSES, "A Lock is hashable.", 'A Lock is hashable."\nsince = "3.12')
    tree.write("conformance/cases/lock/never.lks", "# Never.\nclause lock.hash\nclause lock.acquire.free\n")
    assert problems(tree) == [
        "conformance/cases/lock/never.lks:1: no edition in which all its clauses hold, expected one"
    ]


def test_an_id_is_not_used_again_in_another_file(tree: Tree) -> None:
    entries = (tree.home / EXPECTATIONS).read_text()
    tree.write("conformance/expectations/zpy.toml", entries)
    assert problems(tree) == [
        "conformance/expectations/zpy.toml:3: X-PYPY-001 again, "
        "expected an id not used at conformance/expectations/pypy.toml:3"
    ]


def test_a_case_that_is_not_text_is_a_problem(tree: Tree) -> None:
    (tree.home / "conformance/cases/lock/raw.lks").write_bytes(b"# \xff.\n")
    assert [problem for problem in problems(tree) if problem.endswith("expected UTF-8")]


def test_a_star_alone_matches_and_nothing_else_is_special() -> None:
    assert lint.matches("*.timeout-*", "lock.acquire.timeout-zero")
    assert lint.matches("*", "lock.hash")
    assert not lint.matches("lock.*", "rlock.hash")
    assert not lint.matches("lock.ha?h", "lock.hash")


def test_without_the_documentation_quotations_are_not_checked(tree: Tree) -> None:
    tree.edit(CLAUSES, "doesn't wait", "waits")
    nowhere = Documentation(tree.home / "nowhere")
    assert lint.lint(load(tree.home), nowhere) == []
    assert [remark for remark in lint.remarks(load(tree.home), nowhere) if remark.startswith("not checked: quotations")]


def test_a_quotation_of_another_edition_is_not_checked_and_says_so(tree: Tree) -> None:
    tree.edit(CLAUSES, 'quote = "acquire() doesn\'t wait"', 'quote = "waits"\nquoted_from = "3.14"')
    assert problems(tree) == []
    remarks = list(lint.remarks(load(tree.home), Documentation(tree.documentation)))
    assert remarks == ["not checked: lock.acquire.free, whose quotation stands in 3.14 only"]


def test_the_exit_code_tells_whether_there_is_a_problem(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.edit(SCRIPT, "# A free", "A free")
    assert lint.main(tree.home) == 2
    assert f"{SCRIPT}:1: no title" in capsys.readouterr().out


def test_the_catalogue_itself_has_no_problem() -> None:
    assert list(map(str, lint.lint(load(lint.HOME), Documentation()))) == []


def test_the_catalogue_and_the_specification_agree() -> None:
    table = (lint.HOME / CLAUSE_TABLE).read_text(encoding="utf-8")
    rows = re.findall(r'ClauseInfo\{\w+,\s*"([^"]+)",\s*k(\w+),\s*(true|false),\s*(true|false),', table)
    assert len(rows) == table.count("ClauseInfo{k") > 0
    judged = {}
    for suffix, level, of_rlock, of_lock in ((row[0], row[1].upper(), row[3], row[2]) for row in rows):
        judged.update({f"lock.{suffix}": level} if of_lock == "true" else {})
        judged.update({f"rlock.{suffix}": level} if of_rlock == "true" else {})
    written = {clause.id: clause.level for clause in load(lint.HOME).clauses}
    assert judged == {name: written.get(name) for name in judged}
