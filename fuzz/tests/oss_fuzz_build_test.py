from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from fuzz.check_oss_fuzz import __main__ as command
from fuzz.check_oss_fuzz import environment, tools
from fuzz.check_oss_fuzz.build import NotBuilt, built, link
from fuzz.check_oss_fuzz.environment import end, of_run, run
from fuzz.check_oss_fuzz.results import OK, Results
from fuzz.tests.oss_fuzz_support import ADDRESS


@pytest.fixture
def no_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the build, which is a pretended one, a machine that has what a real one takes."""
    monkeypatch.setattr(environment, "compilers", lambda _: ("cc", "c++", "-fsanitize=fuzzer"))


def checkout(folder: Path, script: str) -> Path:
    path = folder / "fuzz" / "oss-fuzz" / "build.sh"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/bash -eu\n{script}\n")
    path.chmod(0o755)
    return folder


@pytest.mark.usefixtures("no_tools")
def test_what_is_built_is_moved_away(tmp_path: Path) -> None:
    home = checkout(tmp_path, "echo $OUT > $OUT/place; echo $SANITIZER $FUZZING_ENGINE > $OUT/chosen")
    with built(home, ADDRESS) as out:
        assert not Path((out.folder / "place").read_text().strip()).exists()
        assert (out.folder / "chosen").read_text() == "address libfuzzer\n"
    assert not out.folder.exists()


@pytest.mark.usefixtures("no_tools")
def test_what_is_kept_stays(tmp_path: Path) -> None:
    with built(checkout(tmp_path, "touch $OUT/kept"), ADDRESS, keep=True) as out:
        pass
    assert (out.folder / "kept").exists()


@pytest.mark.usefixtures("no_tools")
def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    home = checkout(tmp_path, "echo no ninja; exit 7")
    with pytest.raises(NotBuilt, match=r"build\.sh ended with 7:\nno ninja"), built(home, ADDRESS):
        pass
    assert [path.name for path in (home / "build" / "oss-fuzz").glob("out-*")] == []


@pytest.mark.usefixtures("no_tools")
def test_what_a_build_leaves_among_the_sources_is_told(tmp_path: Path) -> None:
    with built(checkout(tmp_path, "touch default.profraw .cache"), ADDRESS) as out:
        assert out.left == ("default.profraw",)


def test_a_checkout_that_was_moved_is_found(tmp_path: Path) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        place = link(tmp_path / name, tmp_path / "src")
        (place / "seen").write_text(name)
    assert (tmp_path / "after" / "seen").read_text() == "after"
    assert (tmp_path / "before" / "seen").read_text() == "before"


def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    code, said = run(["bash", "-c", "sleep 1000 & echo $!; wait"], of_run(tmp_path), 1, tmp_path)
    status = Path("/proc", said.strip(), "stat")
    while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z":
        os.sched_yield()
    assert code < 0


def test_a_program_that_ended_already_is_ended(tmp_path: Path) -> None:
    with subprocess.Popen(["true"], start_new_session=True) as program:
        program.wait()
        assert end(program) == 0


@pytest.mark.parametrize("program", tools.PACKAGES)
def test_a_program_that_is_missing_is_told_with_its_package(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(tools.Missing, match=f"^{program.replace('+', '.')} is not there; .* install -y ") as told:
        tools.need(program)
    assert str(told.value).endswith(f" {tools.PACKAGES[program]}")


def test_a_build_for_which_a_program_is_missing_is_skipped_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = checkout(tmp_path, "exit 7")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(tools.Missing, match="is not there"), built(home, ADDRESS):
        pass


def test_a_check_that_is_ended_tells_what_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def looks_once(_: object, results: Results) -> None:
        results.add("one", "rule", OK, [])
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(".")  # main changes both
    monkeypatch.setattr(command, "check_all", looks_once)
    try:
        assert command.main([]) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "rule  ok" in (said := capsys.readouterr().out)
    assert "every rule holds" not in said
