"""The lock and its module under sanitizers.

``python -m impl.sanitized`` builds them with ASan and UBSan, and with TSan, and runs their tests so. Under TSan those
that fork while threads run are left out, since TSan's own locks do not survive that; the simulation, which has but one
thread; and the soak, whose processes TSan sees one at a time. Exit code: 0 nothing was found, 1 something was, 3 it
could not be built.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from impl.interpreters import ROOT

TESTS = ROOT / "impl" / "python" / "tests"
SECONDS_MAX = 1800


@dataclass(frozen=True)
class Sanitizer:
    """A preset, what it links, and what runs under it: CTest programs, and tests of the module."""

    preset: str
    libraries: tuple[str, ...]
    hook: str  # a function of the sanitizer that whatever is built with it calls
    programs: tuple[str, ...]
    module_tests: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


SANITIZERS = (
    Sanitizer(
        "asan",
        ("libasan.so", "libubsan.so"),
        "__asan_init",
        ("impl_platform_test", "impl_lock_test", "impl_platform_sim_test", "impl_lock_proof", "impl_lock_soak"),
        (str(TESTS),),
        # The interpreter leaves memory behind when it ends, and ASan sees nothing of what its allocator hands out.
        (("ASAN_OPTIONS", "detect_leaks=0"), ("PYTHONMALLOC", "malloc")),
    ),
    Sanitizer(
        "tsan",
        ("libtsan.so",),
        "__tsan_init",
        ("impl_platform_test", "impl_lock_test"),
        tuple(str(TESTS / f"{name}_test.py") for name in ("waiting", "objects", "bound_method")),
    ),
)


class BuildError(Exception):
    """A build step failed, or what it made has no sanitizer in it."""


def run(command: Sequence[str | os.PathLike[str]], **environment: str) -> tuple[bool, str]:
    """Run a command to its end. Returns whether it succeeded in time, and what it said."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
    except subprocess.TimeoutExpired:
        return False, f"no end in {SECONDS_MAX} s"
    return done.returncode == 0, done.stdout + done.stderr


def build(sanitizer: Sanitizer) -> None:
    """Build the programs and the module. Raises BuildError."""
    folder = ROOT / "build" / sanitizer.preset
    names = ("LOCKSTEP_PYTHON", "Python_EXECUTABLE")
    configure = ["cmake", "--preset", sanitizer.preset, *(f"-D{name}={sys.executable}" for name in names)]
    targets = ["impl_python", "impl_python_preloaded", *sanitizer.programs]
    for command in (configure, ["cmake", "--build", str(folder), "--target", *targets]):
        good, said = run(command)
        if not good:
            raise BuildError(f"{shlex.join(command)} failed:\n{said[-2000:]}")
    modules = list((folder / "python" / "lockstep").glob("_lockstep.*.so"))
    if len(modules) != 1:
        raise BuildError(f"expected one module in {folder}, found {len(modules)}; remove the folder")
    (module,) = modules
    if sanitizer.hook.encode() not in module.read_bytes():
        raise BuildError(f"{module} was built without {sanitizer.preset}")


def parts(sanitizer: Sanitizer) -> Iterator[tuple[str, bool, str]]:
    """Run everything under one sanitizer: a name, whether it ended well, what it said."""
    folder = ROOT / "build" / sanitizer.preset
    ctest = ["ctest", "--test-dir", str(folder), "--no-tests=error", "--output-on-failure"]
    for program in sanitizer.programs:
        yield program, *run([*ctest, "-R", f"^{program}$"])
    libraries = [*sanitizer.libraries, "libstdc++.so.6"]  # the last for who intercepts its exceptions
    loaded = [subprocess.check_output(["g++", f"-print-file-name={name}"], text=True).strip() for name in libraries]
    environment = dict(sanitizer.environment) | {
        "LD_PRELOAD": ":".join(loaded),
        "PYTHONPATH": str(folder / "python"),
        "LOCKSTEP_PRELOADED": str(folder / "impl" / "python" / "libimpl_python_preloaded.so"),
    }
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *sanitizer.module_tests]
    yield "tests of the module", *run(tests, **environment)


def main() -> int:
    clean = True
    for sanitizer in SANITIZERS:
        try:
            build(sanitizer)
        except (BuildError, OSError) as error:
            print(error, file=sys.stderr)
            return 3
        for name, good, said in parts(sanitizer):
            counts = " ".join(re.findall(r"\d+ passed.*", said))
            print(f"{sanitizer.preset:<6}{name:<24}{'clean' if good else 'FAILED'}  {counts}", flush=True)
            if not good:
                print(said[-4000:])
                clean = False
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
