from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.selftest.suite import Counts, Program, read_junit, run_program, settle

XML = '<testsuites><testsuite><testcase/><testcase><{}/></testcase><testcase status="{}"/></testsuite></testsuites>'


def program(code: str, timeout_seconds: float = 60) -> Program:
    return Program("pretended", (sys.executable, "-c", code), Path.cwd(), timeout_seconds)


@pytest.mark.parametrize(
    ("tag", "status", "counts"),
    [
        ("failure", "run", Counts(2, 1, 0)),
        ("error", "run", Counts(2, 1, 0)),
        ("skipped", "run", Counts(2, 0, 1)),
        ("properties", "notrun", Counts(2, 0, 1)),
    ],
)
def test_junit_is_counted_case_by_case(tmp_path: Path, tag: str, status: str, counts: Counts) -> None:
    (tmp_path / "a.xml").write_text(XML.format(tag, status))
    assert read_junit(tmp_path / "a.xml") == counts


def test_a_broken_off_file_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<testsuites><testcase/>")
    assert read_junit(tmp_path / "a.xml") is None
    assert read_junit(tmp_path / "b.xml") is None


@pytest.mark.parametrize(
    ("counts", "exit_code", "settled"),
    [
        (None, 0, Counts(1, 0, 0)),
        (None, 1, Counts(0, 1, 0)),
        (Counts(5, 0, 0), 139, Counts(5, 1, 0)),
        (Counts(5, 2, 0), 1, Counts(5, 2, 0)),
        (Counts(), 5, Counts()),
        (Counts(), 139, Counts(0, 1, 0)),
    ],
)
def test_a_crash_never_passes(counts: Counts | None, exit_code: int, settled: Counts) -> None:
    assert settle(counts, exit_code) == settled


def test_a_failing_program_is_shown() -> None:
    counts, output = run_program(program("print('why'); raise SystemExit(3)"), os.environ, "")
    assert counts == Counts(failed=1)
    assert output == "why\nexit code 3\n"


def test_a_program_without_end_is_ended_and_fails() -> None:
    counts, output = run_program(program("import signal; signal.pause()", 0.5), os.environ, "")
    assert counts == Counts(failed=1)
    assert "no end in 0.5 s" in output


def test_a_program_that_counts_is_believed() -> None:
    code = "import os; open(os.environ['GTEST_OUTPUT'][4:], 'w').write('<t><testcase/><testcase/></t>')"
    assert run_program(program(code), os.environ, "") == (Counts(passed=2), "")


def test_a_word_becomes_a_filter() -> None:
    code = "import os; raise SystemExit(os.environ['GTEST_FILTER'] != '*Word*')"
    assert run_program(program(code), os.environ, "Word")[0] == Counts(passed=1)


def test_a_program_gets_what_ctest_sets() -> None:
    command = (sys.executable, "-c", "import os; raise SystemExit(os.environ['COLOUR'] != 'a=b')")
    assert run_program(Program("pretended", command, Path.cwd(), 60, ("COLOUR=a=b",)), {}, "") == (Counts(passed=1), "")


def test_nothing_is_left_of_a_programs_temporary_files() -> None:
    code = "import tempfile; print(tempfile.mkdtemp()); raise SystemExit(1)"
    _, output = run_program(program(code), os.environ, "")
    left = Path(output.splitlines()[0])
    assert left.is_absolute()
    assert not left.exists()


def test_a_pytest_program_is_counted_test_by_test(tmp_path: Path) -> None:
    (tmp_path / "a_test.py").write_text("def test_a(): pass\ndef test_b(): pass\n")
    command = (sys.executable, "-m", "pytest", "-q", "a_test.py")
    assert run_program(Program("pretended", command, tmp_path, 60), os.environ, "") == (Counts(passed=2), "")
    assert run_program(Program("pretended", command, tmp_path, 60), os.environ, "_b") == (Counts(passed=1), "")
    assert run_program(Program("pretended", command, tmp_path, 60), os.environ, "none") == (Counts(), "")


def test_a_program_that_cannot_be_started_fails() -> None:
    counts, _ = run_program(Program("absent", ("/nonexistent",), Path.cwd(), 60), os.environ, "")
    assert counts == Counts(failed=1)


@pytest.mark.parametrize(("counts", "code"), [(Counts(1), 0), (Counts(1, 1), 1), (Counts(0, 0, 3), 4)])
def test_nothing_run_is_not_success(counts: Counts, code: int) -> None:
    assert counts.exit_code() == code


def test_the_closing_line() -> None:
    assert str(Counts(3, 2, 1)) == "3 passed, 2 failed, 1 skipped"
