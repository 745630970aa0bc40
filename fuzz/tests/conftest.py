"""A checkout in small, whose only target fails on purpose, and targets for the rules of OSS-Fuzz.

Their programs are compiled here, without CMake.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fuzz.check_oss_fuzz.environment import COMMON, FLAGS, Configuration
from fuzz.check_oss_fuzz.out import Out
from harness.setup.packages import has_libfuzzer

HOME = Path(__file__).resolve().parents[2]
SOURCES = ("fuzz/tests/canary.cc", "fuzz/support/report.cc")
CLI = Path(os.environ.get("LOCKSTEP_CLI", HOME / "build" / "release" / "lockstep"))

# Of what runs in the real checkout.
ENVIRONMENT = {
    **os.environ,
    "LOCKSTEP_HOME": str(HOME),
    "LOCKSTEP_PYTHON": os.environ.get("LOCKSTEP_PYTHON", sys.executable),
    "PYTHONPATH": str(HOME),
}

SMALL = "fuzz_target"  # keeps every rule of OSS-Fuzz, or breaks one
UNINSTRUMENTED = "-fno-sanitize-coverage=inline-8bit-counters,pc-table,trace-cmp,indirect-calls"
SANITIZED = {
    sanitizer: ["-fsanitize=fuzzer", *FLAGS[sanitizer].split()] for sanitizer in ("address", "undefined", "coverage")
}
SANITIZED["coverage"].append(UNINSTRUMENTED)  # such builds compile with FLAGS alone

needs_clang = pytest.mark.skipif(not has_libfuzzer(), reason="needs clang++ and its libFuzzer: `run_tests.py fuzz`")


def compile_canary(out: Path, *words: str, compiler: str = "clang++") -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    sources = [str(HOME / source) for source in SOURCES]
    command = [compiler, "-std=c++20", f"-I{HOME}", *words, *sources, "-o", str(out)]
    subprocess.run(command, check=True, timeout=300)
    return out


@dataclass(frozen=True)
class Canary:
    """The small checkout, and the commands in it."""

    home: Path
    name: str = "fuzz_canary"

    @property
    def seeds(self) -> Path:
        return self.home / "fuzz" / "corpora" / self.name

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "fuzz", "--report", str(self.home / "report"), *words]

    @property
    def environment(self) -> dict[str, str]:
        return {**ENVIRONMENT, "LOCKSTEP_HOME": str(self.home)}

    def fuzz(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def input(self, content: bytes) -> Path:
        file = self.home / f"{self.name}-crash-of-the-test"
        file.write_bytes(content)
        return file

    def regressions(self) -> list[str]:
        folder = self.home / "fuzz" / "regressions"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what compiles a kind of canary's program, once: fuzzer, replayer or script."""
    folder = tmp_path_factory.mktemp("canary")
    main = str(HOME / "fuzz" / "support" / "standalone_main.cc")
    kinds = {
        "fuzzer": (["-fsanitize=fuzzer"], "clang++"),
        "silent": (["-fsanitize=fuzzer", "-DLOCKSTEP_CANARY_SILENT"], "clang++"),
        "undefined": (["-fsanitize=fuzzer,undefined", "-DLOCKSTEP_CANARY_UNDEFINED"], "clang++"),
        "replayer": ([main], "g++"),
        "script": (["-DLOCKSTEP_CANARY_SCRIPT", main], "g++"),
    }

    def compiled(kind: str) -> Path:
        words, compiler = kinds[kind]
        return folder / kind if (folder / kind).exists() else compile_canary(folder / kind, *words, compiler=compiler)

    return compiled


@pytest.fixture
def canary(tmp_path: Path, programs: Callable[[str], Path]) -> Canary:
    """Return a checkout with a replaying build of the canary."""
    (tmp_path / "fuzz").mkdir()
    (tmp_path / "fuzz" / "fuzz_canary.cc").write_text("")
    made = Canary(tmp_path)
    install(made, "release", programs("replayer"))
    return made


def install(canary: Canary, preset: str, program: Path) -> None:
    folder = canary.home / "build" / preset / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, folder / canary.name)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return what compiles the target with some options, once."""
    folder = tmp_path_factory.mktemp("targets")

    @functools.cache
    def program(*words: str) -> Path:
        path = folder / str(program.cache_info().misses)
        subprocess.run(
            ["clang", *COMMON.split(), *words, str(Path(__file__).with_name("oss_fuzz_target.c")), "-o", str(path)],
            check=True,
            timeout=300,
        )
        return path

    return program


@pytest.fixture
def make(tmp_path: Path, compiled: Callable[..., Path]) -> Callable[..., Out]:
    """Return what makes a target, and puts what belongs to it beside it."""

    def made(*words: str, sanitizer: str = "address", seed: bytes = b"seed") -> Out:
        shutil.copy(compiled(*(words or SANITIZED[sanitizer])), tmp_path / SMALL)
        with zipfile.ZipFile(tmp_path / f"{SMALL}_seed_corpus.zip", "w") as archive:
            archive.writestr("seed", seed)
        (tmp_path / f"{SMALL}.options").write_text("[libfuzzer]\nmax_len = 64\n")
        (tmp_path / f"{SMALL}.dict").write_text('"lock"\n')
        return Out(tmp_path, Configuration(sanitizer, "libfuzzer"))

    return made
