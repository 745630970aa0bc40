"""The sample results that the tests of the reports start from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.results import Json

SAMPLE = Path(__file__).with_name("sample.json")


@pytest.fixture
def results() -> Json:
    sample: Json = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a report folder as the command-line program leaves it."""
    (tmp_path / "results.json").write_bytes(SAMPLE.read_bytes())
    return tmp_path
