"""Rules for $OUT fail on a folder that is made to break them."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz.check_oss_fuzz import rules
from fuzz.check_oss_fuzz.environment import Configuration, of_build
from fuzz.tests.conftest import needs_clang

NAME = "fuzz_small"
ADDRESS = Configuration("address", "libfuzzer")

ENTRY = "int LLVMFuzzerTestOneInput(const unsigned char* data, unsigned long size) {\n"
SMALL = ENTRY + "  return size > 3 && data[0] == 'X' && data[1] == 'Y' ? 0 : 0;\n}\n"

Maker = Callable[..., rules.Out]


def compiled(folder: Path, source: str, configuration: Configuration, *more: str) -> None:
    file = folder.parent / "small.c"
    file.write_text(source, encoding="utf-8")
    given = of_build(configuration, folder, folder, folder)
    words = [given["CC"], *given["CFLAGS"].split(), *more, "-x", "c", str(file), "-x", "none"]
    words += [given["LIB_FUZZING_ENGINE"], "-lstdc++", "-lm", "-o", str(folder / NAME)]
    subprocess.run(words, check=True, env=given, timeout=120)


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    def made(
        source: str | None, *more: str, configuration: Configuration = ADDRESS, seeds: tuple[bytes, ...] = (b"lock",)
    ) -> rules.Out:
        folder = tmp_path / "out"
        folder.mkdir()
        if source is None:
            (folder / NAME).write_bytes(b"\x7fELF LLVMFuzzerTestOneInput")
            (folder / NAME).chmod(0o755)
        else:
            compiled(folder, source, configuration, *more)
        with zipfile.ZipFile(folder / f"{NAME}_seed_corpus.zip", "w") as archive:
            for number, seed in enumerate(seeds):
                archive.writestr(str(number), seed)
        return rules.Out(folder, configuration)

    return made


def test_an_empty_folder_has_no_target(tmp_path: Path) -> None:
    assert "no target is there" in "".join(rules.targets_are_there(rules.Out(tmp_path, ADDRESS)))


def test_a_name_has_no_dot(make: Maker) -> None:
    out = make(None)
    (out.folder / NAME).rename(out.folder / "fuzz.small")
    assert "fuzz.small" in "".join(rules.names_are_plain(out))


def test_what_the_runner_cannot_execute_is_no_target(make: Maker) -> None:
    out = make(None)
    (out.folder / NAME).chmod(0o644)
    assert not out.targets


def test_a_target_has_seeds(make: Maker) -> None:
    assert "no seed corpus" in "".join(rules.seeds_are_there(make(None, seeds=())))


@pytest.mark.parametrize("text", ["[nonsense]\na = 1\n", "[asan]\ndetect_leaks = 0\n", "max_len = 9\n"])
def test_options_are_those_that_the_runner_reads(make: Maker, text: str) -> None:
    out = make(None)
    (out.folder / f"{NAME}.options").write_text(text, encoding="utf-8")
    assert f"{NAME}.options" in "".join(rules.options_are_known(out))


@needs_clang
def test_a_target_has_ways_to_tell_apart(make: Maker) -> None:
    assert "edges" in "\n".join(rules.is_instrumented(make(SMALL)))
