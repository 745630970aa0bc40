"""A copy of the checkout, below build/, where bugs are planted and targets built; the sources themselves stay clean."""

from __future__ import annotations

import fcntl
import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from fuzz.planted.bugs import ROOT, Bug

PRESET = "fuzz-plain"  # the fastest: what finds a bug here is a property of ours, and no sanitizer


class BuildError(Exception):
    """A command failed; its last lines."""


def run(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise BuildError(f"{' '.join(command)} failed:\n{tail}")
    return done.stdout


def tracked(root: Path) -> list[str]:
    """Return the files that git knows or would add, but no corpora, which no build reads."""
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], root)
    names = [name for name in listed.split("\0") if name and not name.startswith("fuzz/corpora/")]
    return [name for name in names if (root / name).is_file()]


class Copy:
    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.source = root / "build" / "planted" / "source"
        self.build = root / "build" / "planted" / "build"

    def claim(self) -> None:
        """Keep other runs out until this process ends."""
        self.source.mkdir(parents=True, exist_ok=True)
        self.claimed = os.open(self.source, os.O_RDONLY)
        try:
            fcntl.flock(self.claimed, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another run is using {self.source}") from None

    def refresh(self, names: Iterable[str] | None = None) -> None:
        """Make these files, or all, what they are in the checkout: after a bug, and after an interrupted run."""
        for name in tracked(self.root) if names is None else names:
            original, copied = self.root / name, self.source / name
            if copied.is_file() and filecmp.cmp(original, copied, shallow=False):
                continue
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copied)
            copied.chmod(original.stat().st_mode)

    def configure(self) -> None:
        python = [f"-D{name}={sys.executable}" for name in ("LOCKSTEP_PYTHON", "Python_EXECUTABLE")]
        flags = "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2"  # no debug information: every bug is a build
        run(["cmake", "--preset", PRESET, "-B", str(self.build), flags, *python], self.source)

    def plant(self, bug: Bug) -> None:
        # git looks no further up than here for a repository, so that the paths are those of the copy.
        run(["git", "apply", str(bug.path)], self.source, GIT_CEILING_DIRECTORIES=str(self.source.parent))

    def make(self, target: str) -> Path:
        """Build a target, and with it what it loads. Returns the program."""
        run(["ninja", "-C", str(self.build), target], self.source)
        return self.build / "fuzz" / target
