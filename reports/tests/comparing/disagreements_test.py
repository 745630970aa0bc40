from __future__ import annotations

import pytest

from reports.disagreements import columns, disagreements, impl_option
from reports.tests.comparing.samples import case, divergence, implementation, results, vanished, verdict


def test_each_column_of_a_case_that_does_not_pass_is_one() -> None:
    run = results([case("lock/a", a_fork="pass", b_fork="known", c_fork="fail", d_fork="skipped", e_fork="flaky")])
    assert [(one.column, one.verdict) for one in disagreements(run)] == [
        ("c fork", "fail"),
        ("e fork", "flaky"),
        ("b fork", "known"),
    ]


def test_the_place_is_the_line_of_the_step_in_the_file() -> None:
    (one,) = disagreements(results([case("lock/a", x_fork="fail")]))
    assert (one.file, one.line) == ("conformance/cases/lock/a.lks", 7)
    (unknown,) = disagreements(results([case("lock/a", x_fork=verdict("fail", step=-1))]))
    assert unknown.line == 1


def test_the_place_of_a_python_case_is_the_line_of_what_it_expects() -> None:
    text = '"""A title."""\n\ndef case(kit):\n    kit.expect("repr(lock)", lambda: 1, "2")\n'
    python = dict(case("python/a", x_fork="fail"), text=text)
    shown = divergence("x", case="python/a", what="repr(lock)", script="")
    assert disagreements(results([python]))[0].line == 3
    (one,) = disagreements(results([python], [shown]))
    assert (one.file, one.line, one.script) == ("conformance/cases/python/a.py", 4, text)


def test_a_case_is_repeated_by_its_divergence_or_by_its_name() -> None:
    run = results([case("lock/a", x_fork="fail")])
    (one,) = disagreements(run)
    assert one.replay == "./run_tests.py conformance lock/a --impl x=multiprocessing@/usr/bin/python3.11:fork"
    (told,) = disagreements(results([case("lock/a", x_fork="fail")], [divergence("x", case="lock/a")]))
    assert told.replay == "./run_tests.py replay L1x-ACIABg --impl x"
    assert impl_option(implementation()) == "--impl reference"
    assert impl_option(implementation("a b", python="")) == "--impl 'a b=multiprocessing:fork'"


@pytest.mark.parametrize(("observed", "word"), [("True", "fail"), ("crashes (signal 11)", "crash"), ("hangs", "hang")])
def test_what_scripts_show_has_a_verdict_too(observed: str, word: str) -> None:
    (one,) = disagreements(results([], [divergence(observed=observed)]))
    assert (one.verdict, one.case, one.failing) == (word, "", True)


def test_a_plug_in_is_shown_at_its_own_file() -> None:
    run = results([], [divergence("my_lock")], {"my_lock fork": implementation("my_lock", module="./my_lock.py")})
    assert disagreements(run)[0].file == "my_lock.py"


def test_what_others_share_is_one_for_each() -> None:
    run = results([], [divergence("a", also=["b fork"]), vanished("a", also=["b fork"])])
    assert [one.column for one in disagreements(run)] == ["a fork", "b fork", "a fork", "b fork"]
    assert disagreements(run)[-1].title == "b fork no longer diverges as X-CPYTHON-001 foresees"


def test_real_time_beside_virtual_is_a_column_of_its_own() -> None:
    entries = {"a": implementation("x"), "b": implementation("x", time="real"), "c": implementation("y", time="real")}
    assert list(columns(results(implementations=entries))) == ["x fork", "x fork real", "y fork"]
