"""The scripts that fuzzing left: every implementation that replays them does what it should."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from fuzz.tests.conftest import CLI, ENVIRONMENT, HOME

FOLDER = HOME / "fuzz" / "regressions"


@pytest.mark.parametrize("script", sorted(FOLDER.glob("*.lks")), ids=lambda path: path.stem)
def test_it_replays_without_a_divergence(script: Path) -> None:
    done = subprocess.run([CLI, "replay", script], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
