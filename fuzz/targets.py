"""The fuzz targets of a checkout, and where what belongs to each is kept."""

from __future__ import annotations

import configparser
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SANITIZERS = {
    # Memory that was freed is not reused before ten megabytes more were; with more, half the time goes into it.
    "ASAN_OPTIONS": "quarantine_size_mb=10",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",  # else a build that can go on after an error does
}
TEXT_MAX = 10_000
TEXT_SECONDS = 25


@dataclass(frozen=True)
class Target:
    """One fuzz/fuzz_NAME.cc; its name is `fuzz_NAME`."""

    name: str
    home: Path

    @property
    def program(self) -> Path:
        """The fuzzer: clang's build, with libFuzzer and the sanitizers."""
        return self.home / "build" / "fuzz" / "fuzz" / self.name

    @property
    def replayer(self) -> Path:
        """The ordinary build, which only replays files, and says what an input stands for."""
        return self.home / "build" / "release" / "fuzz" / self.name

    @property
    def corpus(self) -> Path:
        """What earlier runs on this machine found; kept from one to the next."""
        return self.home / "build" / "fuzz" / "corpora" / self.name

    @property
    def kept(self) -> list[Path]:
        """The inputs in the repository, which every run begins with."""
        folders = [self.home / "fuzz" / kind / self.name for kind in ("corpora", "regressions")]
        return [folder for folder in folders if folder.is_dir()]

    def text_of(self, file: Path) -> str:
        """Return what the input stands for, such as a script; nothing if that can't be told."""
        try:
            done = subprocess.run(
                [str(self.replayer), "--text", str(file)], capture_output=True, timeout=TEXT_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.decode(errors="replace")


def home() -> Path:
    """Return the checkout: the one that the front door says, or the one that holds this file."""
    return Path(os.environ.get("LOCKSTEP_HOME", Path(__file__).resolve().parents[1]))


def all_targets(home: Path) -> list[Target]:
    return [Target(path.stem, home) for path in sorted((home / "fuzz").glob("fuzz_*.cc"))]


def options_of(target: str, source: Path) -> list[str]:
    """Return what stands beside the target: its dictionary, and libFuzzer's part of its options."""
    dictionary, options = source / f"fuzz/{target}.dict", source / f"fuzz/{target}.options"
    sections = configparser.ConfigParser(interpolation=None)
    sections.read(options, encoding="utf-8")
    chosen = sections["libfuzzer"].items() if sections.has_section("libfuzzer") else ()
    found = [f"-dict={dictionary}"] if dictionary.is_file() else []
    return found + [f"-{name}={value}" for name, value in chosen]


def environment() -> dict[str, str]:
    """Return what a fuzzer runs in: ours, and what ClusterFuzz tells the sanitizers, unless it is told here already."""
    return SANITIZERS | os.environ


def beneath(path: Path, home: Path) -> str:
    """Spell a path as it is typed in the checkout."""
    absolute = path.absolute()
    return str(absolute.relative_to(home) if absolute.is_relative_to(home) else absolute)
