"""The folder $OUT, and running a target in it as OSS-Fuzz does."""

from __future__ import annotations

import configparser
import contextlib
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fuzz.check_oss_fuzz.environment import RUN_ARGUMENTS, Configuration, of_run, run
from fuzz.check_oss_fuzz.sandbox import in_sandbox

ENTRY = b"LLVMFuzzerTestOneInput"
PATIENCE_S = 600.0


@dataclass(frozen=True)
class Out:
    """A folder that build.sh filled, at another place than it was filled at."""

    folder: Path
    configuration: Configuration
    only: tuple[str, ...] = ()  # the targets looked at; without any, all
    left: tuple[str, ...] = ()  # what the build left among the sources

    @cached_property
    def targets(self) -> list[Path]:
        found = [path for path in sorted(self.folder.iterdir()) if is_target(path)]
        return [path for path in found if not self.only or path.name in self.only]

    def run(self, *command: str | Path, **variables: str) -> tuple[int, str]:
        """Run a program in the environment of the runner, and in the folder: what it leaves is gone with that."""
        return run(list(map(str, command)), of_run(self.folder) | variables, PATIENCE_S, self.folder)

    def fuzz(self, target: Path, *arguments: str) -> tuple[int, str]:
        """Run a target with its options, as run_fuzzer does."""
        return self.run(target, *RUN_ARGUMENTS, *options_of(target, self.folder), *arguments)

    def fuzz_in_sandbox(self, target: Path, *arguments: str) -> tuple[int, str]:
        words = [*RUN_ARGUMENTS, *options_of(target, Path("/out")), *arguments]
        return in_sandbox(self.folder, target.name, words, PATIENCE_S)

    @contextlib.contextmanager
    def seeds(self, target: Path) -> Iterator[Path]:
        """Yield the target's seed corpus, unpacked."""
        corpus = self.folder / f"{target.name}.unpacked"
        corpus.mkdir()
        try:
            with zipfile.ZipFile(archive_of(target)) as archive:
                archive.extractall(corpus)
            yield corpus
        finally:
            shutil.rmtree(corpus)


def is_target(path: Path) -> bool:
    if not path.is_file() or not path.stat().st_mode & 0o111:
        return False
    return not path.name.startswith("afl-") and ENTRY in path.read_bytes()


def archive_of(target: Path) -> Path:
    return target.with_name(f"{target.name}_seed_corpus.zip")


def read_options(target: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None)
    read.read(target.with_name(f"{target.name}.options"))
    return read


def options_of(target: Path, folder: Path) -> list[str]:
    """Return libFuzzer's options from T.options and T.dict; the folder is where the target finds itself."""
    read = read_options(target)
    words = [f"-{name}={value}" for name, value in (read["libfuzzer"].items() if "libfuzzer" in read else ())]
    dictionary = f"{target.name}.dict"
    return [*words, f"-dict={folder / dictionary}"] if target.with_name(dictionary).is_file() else words
