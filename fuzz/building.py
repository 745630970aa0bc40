"""Builds targets by a preset, for the programs that measure them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from fuzz.targets import environment

FAILED = 3  # exit code: a build failed, or a target


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Return what the command said. Ends the program with FAILED if it failed."""
    done = subprocess.run(
        command, cwd=folder, env=environment(), check=False, stdin=subprocess.DEVNULL, capture_output=True
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:].decode(errors="replace")
        print(f"{' '.join(map(str, command[:6]))} ended with {done.returncode}:\n{said}", file=sys.stderr)
        sys.exit(FAILED)
    return done


def build(preset: str, targets: Sequence[str], root: Path) -> Path:
    """Return the folder of the build."""
    folder = root / "build" / preset
    python = [f"-D{name}={sys.executable}" for name in ("LOCKSTEP_PYTHON", "Python_EXECUTABLE")]
    run(["cmake", "--preset", preset, "-DBUILD_TESTING=OFF", *python], root)
    run(["ninja", "-C", folder, *targets], root)
    return folder
