"""Makes a regression of an input that crashed a target: minimised, named, and, where it stands for a script, as a .lks."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from fuzz import building
from fuzz.campaign import LIMITS, crash_line, environment
from fuzz.results import text_of
from fuzz.targets import FOLDER, HOME, OF_SCRIPTS, Target

MINIMISE_SECONDS = 20


class PromoteError(Exception):
    """The file is not what can be promoted; the message is one line."""


def target_of(path: Path, targets: list[Target], *, named: bool) -> Target:
    if named and len(targets) == 1:
        return targets[0]
    found = [target for target in targets if target.name in str(path)]
    if len(found) != 1:
        raise PromoteError(f"{path}: which target crashed on it? Name it: ./run_tests.py fuzz TARGET --promote {path}")
    return found[0]


def failure(target: Target, path: Path) -> str | None:
    """Return the line of the crash that the input brings about, or None if there is none."""
    # Elsewhere, since a crash of a given file is written down once more.
    with tempfile.TemporaryDirectory(prefix="lockstep-promote-") as folder:
        command = [target.program, *LIMITS, f"-artifact_prefix={folder}/", path.resolve()]
        done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False)
    log = done.stderr.decode(errors="replace").splitlines()
    return crash_line(log, f"exit {done.returncode}") if done.returncode else None


def minimised(target: Target, path: Path, line: str, folder: Path) -> Path:
    """Return the smallest input found in a while that shows the same bug."""
    smallest = folder / "smallest"
    options = ["-minimize_crash=1", f"-max_total_time={MINIMISE_SECONDS}", f"-exact_artifact_path={smallest}"]
    command = [target.program, *target.options(), *LIMITS, *options, path.resolve()]
    subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False)
    same = smallest.is_file() and smallest.stat().st_size < path.stat().st_size and failure(target, smallest) == line
    return smallest if same else path


def name_of(line: str, content: bytes) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", line.lower())[:60].strip("_")
    return f"{words}_{hashlib.sha1(content, usedforsecurity=False).hexdigest()[:8]}"


def shrunk(path: Path) -> str:
    """Return the script as `shrink` makes it, or as it is where the pair of locks that can be named agrees on it."""
    done = subprocess.run(
        [HOME / "build" / "release" / "lockstep", "shrink", path], capture_output=True, text=True, check=False,
        env=os.environ | {"LOCKSTEP_HOME": str(HOME)},
    )  # fmt: skip
    return done.stdout if done.returncode == 1 and done.stdout.strip() else path.read_text(encoding="utf-8")


def as_script(target: Target, path: Path, line: str) -> str:
    with tempfile.TemporaryDirectory(prefix="lockstep-promote-") as folder:
        script = Path(folder, "found.lks")
        script.write_text(text_of(target, path), encoding="utf-8")
        return f"# Found by {target.name}: {line}\n" + shrunk(script)


def keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise PromoteError(f"{path.relative_to(HOME)} is there already") from None
    print(f"wrote {path.relative_to(HOME)}")


def promote(path: Path, targets: list[Target], named: bool, regressions: Path = FOLDER / "regressions") -> int:
    if not path.is_file():
        raise PromoteError(f"{path}: no such file")
    target = target_of(path, targets, named=named)
    building.build([target.name])
    line = failure(target, path)
    if line is None:
        raise PromoteError(f"{path}: {target.name} does not fail on it")
    print(f"{target.name}: {line}")
    with tempfile.TemporaryDirectory(prefix="lockstep-promote-") as folder:
        small = Path(shutil.copy(minimised(target, path, line, Path(folder)), Path(folder, "kept")))
        name = name_of(line, small.read_bytes())
        keep(regressions / target.name / name, small.read_bytes())
        if target.name in OF_SCRIPTS:
            script = regressions / f"{name}.lks"
            keep(script, as_script(target, small, line).encode())
            print(f"replay: ./run_tests.py replay {script.relative_to(HOME)}")
    return 0
