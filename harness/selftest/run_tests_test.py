"""The front door, with a pretended command-line program behind it."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import run_tests
from harness.setup import packages

HOME = Path(run_tests.__file__).resolve().parent
SAMPLE = HOME / "reports" / "tests" / "sample.json"

# Stands for the C++ program: says hello, waits for a signal if told to, leaves results if told to.
PRETENDER = """\
import os, pathlib, shutil, signal, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--report") + 1])
def leave_results():
    shutil.copy(os.environ["SAMPLE"], folder / "results.json")
def interrupted(*_):
    leave_results()
    sys.exit(130)
signal.signal(signal.SIGINT, interrupted)
print("hello", os.environ["LOCKSTEP_HOME"], sys.argv[1], flush=True)
if "--wait" in sys.argv:
    signal.pause()
if "--silent" not in sys.argv:
    leave_results()
sys.exit(int(os.environ.get("CODE", "0")))
"""

# Runs the real main() in a checkout that holds nothing but the pretender.
DRIVER = """\
import sys, pathlib, run_tests
run_tests.HOME, run_tests.BUILD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[1], "build")
run_tests.PYTHON, run_tests.ready = pathlib.Path(sys.executable), lambda *_: 0
sys.exit(run_tests.main(sys.argv[2:]))
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    program = tmp_path / "build" / "lockstep"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{PRETENDER}")
    program.chmod(0o755)
    (tmp_path / "reports").mkdir()
    return tmp_path


@pytest.fixture
def start(checkout: Path) -> Start:
    def run(*arguments: str, code: int = 0) -> subprocess.Popen[str]:
        environment = dict(os.environ, SAMPLE=str(SAMPLE), CODE=str(code), PYTHONPATH=str(HOME))
        command = [sys.executable, "-c", DRIVER, str(checkout), *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True)

    return run


def front_door(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HOME / "run_tests.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_unknown_command_is_one_line_and_exit_2() -> None:
    done = front_door("differentail")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("command", run_tests.NOT_BUILT_YET)
def test_what_is_not_built_yet_says_so(command: str) -> None:
    done = front_door(command)
    assert (done.returncode, done.stderr) == (3, f"run_tests.py: {command} is not built yet\n")


def test_help_needs_no_set_up() -> None:
    done = front_door("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "./run_tests.py COMMAND" in done.stdout


@pytest.mark.parametrize("code", [0, 1, 3, 4])
def test_a_campaign_is_rendered_and_keeps_the_exit_code(start: Start, checkout: Path, code: int) -> None:
    program = start("--seed", "7", code=code)
    stdout, stderr = program.communicate()
    assert stdout == f"hello {checkout} run\n"
    assert program.returncode == code
    assert "index.html" in stderr
    latest = checkout / "reports" / "latest"
    assert latest.is_symlink()
    assert (latest / "index.html").exists()


def test_a_chosen_report_folder_is_used_exactly(start: Start, checkout: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "mine"
    program = start("differential", "--report", str(chosen))
    program.communicate()
    assert program.returncode == 0
    assert (chosen / "index.html").exists()
    assert list((checkout / "reports").iterdir()) == []


def test_a_run_without_results_leaves_no_report(start: Start, checkout: Path) -> None:
    program = start("differential", "--silent", code=2)
    program.communicate()
    assert program.returncode == 2
    assert list((checkout / "reports").iterdir()) == []


def test_an_interrupted_run_is_waited_for_and_rendered(start: Start, checkout: Path) -> None:
    program = start("--wait")
    assert program.stdout is not None
    assert program.stdout.readline().startswith("hello")
    os.killpg(program.pid, signal.SIGINT)  # As a terminal does: to every process of the group.
    program.communicate()
    assert program.returncode == 130
    assert (checkout / "reports" / "latest" / "index.html").exists()


def test_a_missing_program_is_a_line_and_exit_3(start: Start, checkout: Path) -> None:
    shutil.rmtree(checkout / "build")
    program = start("differential")
    _, stderr = program.communicate()
    assert (program.returncode, stderr.count("\n")) == (3, 1)


@pytest.mark.parametrize(("words", "builds"), [([], ["fuzz"]), (["--check-oss-fuzz"], [])])
def test_the_check_for_oss_fuzz_builds_by_its_own_script_only(
    words: list[str], builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(run_tests, "BUILD", tmp_path / "build" / "release")
    monkeypatch.setattr(run_tests, "set_up", lambda _: None)
    monkeypatch.setattr(run_tests, "build", seen.append)
    assert run_tests.ready("fuzz", words) == 0
    assert seen == builds


def test_a_crashed_program_is_exit_3(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_tests.hand_over([sys.executable, "-c", "import os; os.abort()"]) == 3
    assert "signal 6" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("libc", "machine"),
    [(("glibc", "2.28"), "x86_64"), (("", ""), "x86_64"), (("glibc", "2.36"), "riscv64")],
)
def test_an_unsupported_machine_is_refused(
    monkeypatch: pytest.MonkeyPatch, libc: tuple[str, str], machine: str
) -> None:
    run_tests.check_platform()
    monkeypatch.setattr(platform, "libc_ver", lambda: libc)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(packages.SetupError, match=r"glibc 2\.31 or newer"):
        run_tests.check_platform()


def test_without_root_the_exact_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(packages.SetupError, match=r"sudo apt-get install -y .*ninja-build"):
        packages.install(["ninja-build"])


def test_fuzzing_needs_clang_and_the_libfuzzer_of_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"-print-file-name=libclang_rt.fuzzer-x86_64.a": "libclang_rt.fuzzer-x86_64.a", "-dumpversion": "18.1.3"}
    there = {"clang++": False}
    asked: list[str] = []

    def install(names: list[str]) -> None:
        asked.extend(names)
        there["clang++"] = True

    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(packages, "clang_says", lambda option: said[option])
    monkeypatch.setattr(packages, "is_there", lambda evidence: there.get(evidence, True))
    monkeypatch.setattr(packages, "install", install)
    packages.install_missing("run")
    assert asked == []
    packages.install_missing("fuzz")
    assert asked == ["clang", "libclang-rt-18-dev"]
    said["-print-file-name=libclang_rt.fuzzer-x86_64.a"] = "/usr/lib/clang/18/lib/linux/libclang_rt.fuzzer-x86_64.a"
    packages.install_missing("fuzz")
    assert asked == ["clang", "libclang-rt-18-dev"]


def test_a_failed_step_shows_all_that_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(packages.SetupError, match="cmake failed \\(exit 7\\)"):
        packages.run_logged(["sh", "-c", "echo the reason; exit 7"], "cmake")
    assert capsys.readouterr().err == "the reason\n"


def test_a_stamp_holds_until_the_pins_change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run_tests, "PYTHON", Path(sys.executable))
    pins = tmp_path / "requirements.txt"
    pins.write_text("a==1\n")
    stamp = tmp_path / "stamp"
    stamp.write_text(run_tests.venv_key(pins))
    assert run_tests.stamp_says(stamp, run_tests.venv_key(pins))
    pins.write_text("a==2\n")
    assert not run_tests.stamp_says(stamp, run_tests.venv_key(pins))


def test_an_interpreter_is_found_even_if_the_first_is_unfit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    found = run_tests.find_python()
    assert found is not None
    assert subprocess.run([found, "-c", "import tomllib"], check=False).returncode == 0
