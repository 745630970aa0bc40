"""The whole catalogue on what ``lockstep.install()`` makes of multiprocessing, in every CPython of the machine.

``python -m conformance.installed`` builds the package ``lockstep`` for each of them and runs the plug-in beside this
file through ``./run_tests.py conformance``, under every start method and at every level: what CPython does though
nobody promises it, messages included, is to be the same. Further arguments are that command's, as are the exit codes;
3 also if the module can't be built, 4 also if there is no CPython that it can be built for.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from impl.interpreters import ROOT, BuildError, Interpreter, find, package_for

PLUG_IN = Path(__file__).with_name("installed.py")


def buildable() -> list[Interpreter]:
    """Return the interpreters to run; say of each other one why it is not run."""
    found = find()
    for interpreter in found:
        if not interpreter.buildable:
            print(f"{interpreter.version:<12}skipped: {interpreter.path}: {interpreter.lacks}", flush=True)
    return [interpreter for interpreter in found if interpreter.buildable]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.installed", description=__doc__)
    _, arguments = parser.parse_known_args()
    interpreters = buildable()
    try:
        for interpreter in interpreters:
            package_for(interpreter)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 3
    if not interpreters:
        print("there is no CPython from 3.8 on with its headers", file=sys.stderr)
        return 4
    named = [f"--impl={PLUG_IN}@{interpreter.path}:all" for interpreter in interpreters]
    command = [sys.executable, str(ROOT / "run_tests.py"), "conformance", "--level", "all", *named, *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
