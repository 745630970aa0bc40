#!/usr/bin/env python3
"""Lockstep's front door: sets up what is missing, builds, and hands over.

Standard library only, Python 3.8 or newer; the project itself runs in a private ``.venv`` of Python 3.11 or newer.
What this file has to say goes to stderr: stdout belongs to the program that does the work.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from harness.setup.packages import SetupError, install, install_missing, run_logged

HOME = Path(__file__).resolve().parent
BUILD = HOME / "build" / "release"
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"

USAGE = """\
usage: ./run_tests.py [--impl I]... [--seconds S] [--seed N] [--report DIR]     the main job
       ./run_tests.py COMMAND [ARGUMENT]...                                     one of these (--help says more):

  test [-k WORD]  the project's own tests          lint    formatters, linters, type checker
  differential    replay generated scripts against two or more implementations and compare
  explore         play scripts by many schedules   replay  replay a file or a token
  conformance     run the catalogue of cases       shrink  make a diverging script short
  compare, merge  two results.json, or shards      list    implementations, clauses, cases, targets
  bench           measure the speed of each part   nightly what is too long for `test`
  fuzz            search for inputs that fail, guided by coverage

exit: 0 agree; 1 an unexpected divergence, or an expected one that went away; 2 wrong usage or unreadable input;
      3 set-up, build or harness failure; 4 nothing selected; 130 interrupted, the partial report written
"""
LEAVING_RESULTS = ("run", "differential", "explore", "conformance", "fuzz")
HANDED_OVER = ("replay", "shrink", "bench", "list", "nightly")
OWN = {"test": "suite.py", "lint": "lint.py"}
MODULES = {"compare": "reports.compare", "merge": "reports.merge", "fuzz": "fuzz"}
NOT_BUILT_YET = ("judge", "stress")

# Prints the interpreter's own path if it can carry the project: new enough, not free-threaded, with headers and pip.
PROBE = """
import os, sys, sysconfig, venv, ensurepip
headers = os.path.join(sysconfig.get_path("include"), "Python.h")
good = sys.implementation.name == "cpython" and sys.version_info >= (3, 11) and os.path.exists(headers)
print(sys.executable if good and not sysconfig.get_config_var("Py_GIL_DISABLED") else "")
"""


def say(text: str) -> None:
    print(text, file=sys.stderr)


def check_platform() -> None:
    """Raise SetupError where Lockstep is known not to work."""
    libc, version = platform.libc_ver() if sys.platform == "linux" else ("", "")
    machine = platform.machine()
    supported = libc == "glibc" and tuple(map(int, version.split("."))) >= (2, 31)
    if not supported or machine not in ("x86_64", "aarch64"):
        here = f"{platform.system()} {machine} {libc} {version}".rstrip()
        raise SetupError(f"Lockstep needs Linux on x86-64 or aarch64 with glibc 2.31 or newer; this is {here}")
    if sys.version_info < (3, 8):  # noqa: UP036 - this very check
        raise SetupError("Python 3.8 or newer is needed; this is " + platform.python_version())
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        raise SetupError("free-threaded interpreters are not supported yet; run this with an ordinary Python")


def find_python() -> str | None:
    """Return an interpreter for the .venv: the running one, one on PATH, one of pyenv's, the system's."""
    names = ["python3", *(f"python3.{minor}" for minor in range(11, 15))]
    on_path = [found for found in map(shutil.which, names) if found]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    of_pyenv = [str(path) for path in sorted(pyenv.glob("3.*/bin/python3"))]
    for candidate in [sys.executable, *on_path, *of_pyenv, "/usr/bin/python3"]:
        try:
            probe = subprocess.run([candidate, "-c", PROBE], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        if probe.stdout.strip():
            return probe.stdout.decode().strip()
    return None


def stamp_says(stamp: Path, key: str) -> bool:
    return stamp.exists() and stamp.read_text() == key


def venv_key(requirements: Path) -> str:
    """Return a digest of what an installation in the .venv depends on: the pins and the interpreter beneath."""
    interpreter = PYTHON.resolve()
    text = f"{interpreter} {interpreter.stat().st_mtime_ns}\n{requirements.read_text()}"
    return hashlib.sha256(text.encode()).hexdigest()


def create_venv() -> None:
    if find_python() is None:
        install(["python3-venv", "python3-dev"])
    base = find_python()
    if base is None:
        raise SetupError("no Python 3.11 or newer with headers and venv was found; install one and run this again")
    say(f"setting up .venv with {base}")
    run_logged([base, "-m", "venv", "--clear", str(VENV)], "venv")


def set_up_venv(requirements: Path, *, fresh: bool) -> None:
    """Bring the .venv to these requirements; a fresh one begins empty."""
    stamp = VENV / f"{requirements.stem}.stamp"
    if PYTHON.exists() and stamp_says(stamp, venv_key(requirements)):
        return
    if fresh:
        create_venv()
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run_logged([*pip, "-r", str(requirements)], "pip install")
    stamp.write_text(venv_key(requirements))


def set_up(command: str) -> None:
    """Install what is missing. Quick when nothing is."""
    install_missing(command)
    set_up_venv(HOME / "requirements.txt", fresh=True)
    if command == "lint":
        set_up_venv(HOME / "requirements-lint.txt", fresh=False)


def configure(preset: str) -> Path:
    """Configure a build folder, unless it was configured with the very same command and interpreter; return it."""
    folder = HOME / "build" / preset
    command = ["cmake", "--preset", preset, f"-DLOCKSTEP_PYTHON={PYTHON}", f"-DPython_EXECUTABLE={PYTHON}"]
    command.append(f"-Dpybind11_DIR={next(VENV.glob('lib/python3*/site-packages/pybind11/share/cmake/pybind11'), '')}")
    lists = sorted(HOME.glob("*/*/CMakeLists.txt"))  # ninja does not notice a new one
    key = hashlib.sha256(f"{command} {PYTHON.resolve()} {lists}".encode()).hexdigest()
    stamp = folder / "configured"
    if not (folder / "build.ninja").exists() or not stamp_says(stamp, key):
        run_logged(command, "cmake")
        stamp.write_text(key)
    return folder


def build(command: str) -> None:
    folders = {"release": "all", **({"fuzz": "fuzz_targets"} if command == "fuzz" else {})}
    for preset, target in folders.items():
        folder = configure(preset)
        if command == "lint":
            return  # clang-tidy reads the sources and compile_commands.json only.
        if not (folder / ".ninja_log").exists():
            say(f"building {folder.relative_to(HOME)} (the first time takes some minutes)")
        run_logged(["ninja", "-C", str(folder), "--quiet", target], "the build")


def environment() -> dict[str, str]:
    path = ":".join(filter(None, [str(BUILD / "python"), str(HOME), os.environ.get("PYTHONPATH")]))
    return dict(os.environ, LOCKSTEP_HOME=str(HOME), LOCKSTEP_PYTHON=str(PYTHON), PYTHONPATH=path)


def new_report_folder() -> Path:
    folder = HOME / "reports" / time.strftime("run-%Y%m%d-%H%M%S")
    return folder.with_name(f"{folder.name}-{os.getpid()}") if folder.exists() else folder


def chosen_report_folder(arguments: list[str]) -> Path | None:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--report", type=Path)
    return parser.parse_known_args(arguments)[0].report  # type: ignore[no-any-return]


def hand_over(command: list[str]) -> int:
    """Run a program to its end and return its exit code; one that crashed is a harness failure.

    A Ctrl-C reaches the program from the terminal itself; it then writes its partial results, for which this
    process must wait. The handler (not SIG_IGN, which the program would inherit) does nothing but survive.
    """
    try:
        program = subprocess.Popen(command, env=environment())
    except OSError as error:
        say(f"run_tests.py: {error}")
        return 3
    signal.signal(signal.SIGTERM, lambda number, _: program.send_signal(number))
    code = program.wait()
    if code >= 0:
        return code
    say(f"run_tests.py: {command[0]} was ended by signal {-code}")
    return 130 if code == -signal.SIGINT else 3


def campaign(program: list[str], words: list[str]) -> int:
    """Run a command that leaves results.json, then render its report."""
    chosen = chosen_report_folder(words)
    folder = chosen or new_report_folder()
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.json"
    before = results.stat().st_mtime_ns if results.exists() else None
    extra = [] if chosen else ["--report", str(folder)]
    code = hand_over([*program, *words, *extra])
    if not results.exists() or results.stat().st_mtime_ns == before:
        if not any(folder.iterdir()):
            folder.rmdir()
        return code
    if chosen is None:
        fresh = HOME / "reports" / f"latest-{os.getpid()}"
        fresh.symlink_to(folder.name)
        fresh.replace(fresh.with_name("latest"))
    rendered = hand_over([str(PYTHON), "-m", "reports", str(folder)])
    return code or rendered


def ready(command: str, words: list[str]) -> int:
    """Set up and build; return 0, or the exit code of what went wrong."""
    try:
        check_platform()
        BUILD.parent.mkdir(exist_ok=True)
        with (BUILD.parent / "set-up.lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)  # Two runs at a time must not build in each other's way.
            set_up(command)
            if "--check-oss-fuzz" not in words:  # which builds by OSS-Fuzz's script
                build(command)
    except SetupError as error:
        say(f"run_tests.py: {error}")
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments and not arguments[0].startswith("-") else "run"
    rest = arguments if arguments[:1] != [command] else arguments[1:]
    if command == "run" and {"-h", "--help"} & {*rest}:
        print(USAGE, end="")
        return 0
    if command in NOT_BUILT_YET:
        say(f"run_tests.py: {command} is not built yet")
        return 3
    if command not in (*LEAVING_RESULTS, *HANDED_OVER, *OWN, *MODULES):
        say(f"run_tests.py: unknown command {command!r}; ./run_tests.py --help lists them")
        return 2
    if code := ready(command, rest):
        return code
    signal.signal(signal.SIGINT, lambda *_: None)
    program = [str(PYTHON), "-P", "-m", MODULES[command]] if command in MODULES else [str(BUILD / "lockstep"), command]
    if command in OWN:
        program = [str(PYTHON), str(HOME / "harness" / "selftest" / OWN[command])]
    return campaign(program, rest) if command in LEAVING_RESULTS else hand_over([*program, *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
