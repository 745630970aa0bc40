"""Installs the peers, billiard and multiprocess, for every interpreter found: ``python -m conformance.peers FOLDER``.

Each interpreter gets an environment of its own, FOLDER/cpython-3.13.0, which `lockstep` then finds. What can't be
installed is named and skipped. Exit code 0, or 3 if nothing at all could be installed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness.selftest.extras import install_if_possible

# The newest release of each that an interpreter can have; pip chooses it by the interpreter's version.
PEERS = ("billiard>=4.2,<4.4", "multiprocess>=0.70.15,<0.71")

ASK = """
import json, platform, sys
print(json.dumps([sys.implementation.name, platform.python_version(), sys.version_info[1]]))
"""


def interpreters() -> list[tuple[str, str]]:
    """Return the path and the name, such as cpython-3.13.0, of every interpreter on PATH and under pyenv, each once."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = [f"python3.{minor}" for minor in range(8, 15)] + ["pypy3"]
    folders = [folder for folder in (*os.get_exec_path(), "/usr/bin") if not folder.endswith("/shims")]
    on_path = [found for name in names for folder in folders if (found := shutil.which(name, path=folder))]
    distinct: dict[str, str] = {}
    for path in [*sorted(map(str, pyenv.glob("*/bin/python3"))), *on_path]:
        done = subprocess.run([path, "-c", ASK], check=False, capture_output=True, text=True)
        if done.returncode == 0:
            name, version, minor = json.loads(done.stdout)
            if minor >= 8:
                distinct.setdefault(f"{name}-{version}", path)
    return [(path, name) for name, path in distinct.items()]


def install(path: str, folder: Path) -> str:
    """Make the environment of one interpreter; return what went wrong, or nothing."""
    python = folder / "bin" / "python"
    steps = [] if python.exists() else [[path, "-m", "venv", str(folder)]]
    steps.append([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS])
    for step in steps:
        done = subprocess.run(step, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            return said[-1] if said else f"exit code {done.returncode}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.peers", description="Install the peers.")
    parser.add_argument("folder", type=Path, help="where the environments are kept")
    folder = parser.parse_args().folder
    install_if_possible("pypy3", "pypy3")
    installed = 0
    for path, name in interpreters():
        wrong = install(path, folder / name)
        print(f"{name}: {wrong or 'billiard and multiprocess are installed'}", file=sys.stderr)
        installed += not wrong
    return 0 if installed else 3


if __name__ == "__main__":
    sys.exit(main())
