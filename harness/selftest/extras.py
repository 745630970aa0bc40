"""Packages that some tests use and not every system has: installed where that can be done, else missed by name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def install_if_possible(package: str, evidence: str) -> bool:
    """Install a Debian package unless its evidence, a program or an absolute path, is there; tell whether it is then.

    Needs apt-get and root. Whoever uses the package says what is skipped without it.
    """

    def is_there() -> bool:
        return Path(evidence).exists() if evidence.startswith("/") else shutil.which(evidence) is not None

    if is_there():
        return True
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    print(f"installing {package}", file=sys.stderr)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(
            command, env=environment, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            print(f"{package} can't be installed: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return False
    return is_there()
