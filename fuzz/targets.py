"""The fuzz targets: their names, and what lies beside each."""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
FOLDER = HOME / "fuzz"

# Their inputs stand for a script, and so do their regressions.
OF_SCRIPTS = ("fuzz_differential", "fuzz_processes", "fuzz_reference")


@dataclass(frozen=True)
class Target:
    """One file ``fuzz/fuzz_*.cc``."""

    name: str

    @property
    def program(self) -> Path:
        """The fuzzer, as the preset `fuzz` builds it."""
        return HOME / "build" / "fuzz" / "fuzz" / self.name

    @property
    def replayer(self) -> Path:
        """The program that replays files, of the ordinary build."""
        return HOME / "build" / "release" / "fuzz" / self.name

    @property
    def seeds(self) -> list[Path]:
        """The folders whose files every run starts from."""
        return [path for kind in ("corpora", "regressions") if (path := FOLDER / kind / self.name).is_dir()]

    def options(self) -> list[str]:
        """Return libFuzzer's options: those that stand beside the target, and its dictionary."""
        beside = configparser.ConfigParser()
        beside.read(FOLDER / f"{self.name}.options", encoding="utf-8")
        found = [f"-{name}={value}" for name, value in beside["libfuzzer"].items()] if "libfuzzer" in beside else []
        dictionary = FOLDER / f"{self.name}.dict"
        return [*found, f"-dict={dictionary}"] if dictionary.is_file() else found


def all_targets() -> list[Target]:
    return [Target(path.stem) for path in sorted(FOLDER.glob("fuzz_*.cc"))]
