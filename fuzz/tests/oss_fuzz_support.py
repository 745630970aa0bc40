"""What the tests of OSS-Fuzz's rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fuzz.check_oss_fuzz.environment import Configuration
from fuzz.check_oss_fuzz.out import Out
from fuzz.check_oss_fuzz.tools import Missing

ADDRESS = Configuration("address", "libfuzzer")
NAME = "fuzz_target"
Make = Callable[..., Out]  # the fixture `make` of conftest.py


def complaints(rule: Callable[[Out], Iterator[str]], out: Out) -> list[str]:
    try:
        return list(rule(out))
    except Missing as reason:
        pytest.skip(str(reason))


def script(folder: Path, name: str, text: str = "") -> Out:
    """Return a folder with a program that has no more of a target than that it is taken for one."""
    (folder / name).write_text(f"#!/bin/sh\n# LLVMFuzzerTestOneInput\n{text}\n")
    (folder / name).chmod(0o755)
    return Out(folder, ADDRESS)
