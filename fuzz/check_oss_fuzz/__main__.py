"""Builds the fuzz targets as OSS-Fuzz does, and checks every rule that it has for what comes out.

Exit: 0 all hold, 1 one is broken, 2 wrong usage, 3 something could not be built or run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from fuzz.check_oss_fuzz import presubmit
from fuzz.check_oss_fuzz.environment import ENGINES, SANITIZERS, Configuration, Missing, of_build, run
from fuzz.check_oss_fuzz.rules import Out, Skipped, rules_of
from harness.selftest.extras import install_if_possible

HOME = Path(__file__).resolve().parents[2]
BUILD_PATIENCE_S = 3600.0
TOOLS = {
    "afl++": "afl-fuzz", "binutils": "objdump", "bubblewrap": "bwrap", "clang": "clang++", "file": "file",
    "llvm": "llvm-profdata", "zip": "zip",
}  # fmt: skip
DEFAULT = (
    Configuration("address", "libfuzzer"), Configuration("undefined", "libfuzzer"),
    Configuration("coverage", "libfuzzer"), Configuration("none", "afl"),
)  # fmt: skip


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz.check_oss_fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sanitizer", action="append", choices=SANITIZERS, help="repeatable; without it all")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="repeatable; without it all")
    parser.add_argument("--target", action="append", default=[], help="repeatable; without it all")
    return parser.parse_args(words)


def chosen(options: argparse.Namespace) -> list[Configuration]:
    if options.sanitizer and options.engine:
        return [Configuration(sanitizer, engine) for sanitizer in options.sanitizer for engine in options.engine]
    return [
        one for one in DEFAULT
        if one.sanitizer in (options.sanitizer or SANITIZERS) and one.engine in (options.engine or ENGINES)
    ]  # fmt: skip


def build(configuration: Configuration, folder: Path) -> Path:
    """Run build.sh, then move what it made to where nothing of the build is known. Returns that place."""
    source, out, work = folder / "src", folder / "out", HOME / "build" / "oss-fuzz" / str(configuration)
    source.mkdir()
    out.mkdir()
    work.mkdir(parents=True, exist_ok=True)  # kept from one check to the next, so that a build is quick
    (source / "lockstep").symlink_to(HOME)
    script = HOME / "fuzz" / "oss-fuzz" / "build.sh"
    code, said = run([str(script)], of_build(configuration, source, out, work), BUILD_PATIENCE_S, HOME)
    if code:
        raise Missing(f"build.sh ended with {code}:\n" + "\n".join(said.splitlines()[-25:]))
    return Path(shutil.move(str(out), tempfile.mkdtemp(prefix="moved-", dir=folder)))


def look(name: str, complaints: list[str]) -> bool:
    print(f"  {name:24} {'ok' if not complaints else 'BROKEN'}", flush=True)
    for complaint in complaints:
        print(f"      {complaint}", flush=True)
    return not complaints


def check(configuration: Configuration, only: Sequence[str]) -> tuple[bool, int]:
    """Return whether every rule holds, and how many were skipped."""
    (HOME / "build").mkdir(exist_ok=True)
    held, skipped, begun = True, 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="oss-fuzz-", dir=HOME / "build") as folder:
        out = Out(build(configuration, Path(folder)), configuration, tuple(only))
        print(f"{configuration}: {len(out.targets)} targets, built in {time.monotonic() - begun:.0f} s", flush=True)
        for rule in rules_of(configuration):
            name = rule.__name__.replace("_", " ")
            try:
                held = look(name, list(rule(out))) and held
            except Skipped as reason:
                skipped += 1
                print(f"  {name:24} skipped: {reason}", flush=True)
    print(f"  {time.monotonic() - begun:.0f} s", flush=True)
    return held, skipped


def main(words: Sequence[str]) -> int:
    options = arguments(words)
    os.chdir(HOME)
    for package, program in TOOLS.items():
        if not install_if_possible(package, program):
            print(f"{package} is missing; run: sudo apt-get update && sudo apt-get install -y {package}")
    print("the project's files")
    held, skipped = look("are as OSS-Fuzz wants", list(presubmit.check(HOME))), 0
    for configuration in chosen(options):
        try:
            good, missed = check(configuration, options.target)
        except (Missing, OSError) as error:
            print(f"{configuration}: {error}", file=sys.stderr)
            return 3
        held, skipped = held and good, skipped + missed
    print(f"{'every rule holds' if held else 'not every rule holds'}; {skipped} skipped")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
