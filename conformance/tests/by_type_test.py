"""Plug-ins are held to the type of an exception, not to its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.tests.case_host_test import play

BODY = "    kit.expect('release', kit.Lock().release, 'raises %s(\"in other words\")')"


@pytest.mark.parametrize(
    ("expected", "options", "verdict"),
    [
        ("ValueError", (), "fail"),
        ("ValueError", ("--by-type",), "pass"),
        ("RuntimeError", ("--by-type",), "fail"),
    ],
)
def test_words_count_unless_told_otherwise(
    tmp_path: Path, expected: str, options: tuple[str, ...], verdict: str
) -> None:
    assert play(tmp_path, BODY % expected, *options)["verdict"] == verdict
