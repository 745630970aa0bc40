"""Everything in results.json may be hostile: a plug-in chooses its own names, messages and output."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from reports import junit, markdown, page, summary
from reports.__main__ import write_report
from reports.results import Json, load

HOSTILE = "</style></script><script>alert('x')</script><img src=x onerror=\"y\">&amp;`|\x00\x1b[0m\ud800\u202e {{ 1 }}"


class Tags(HTMLParser):
    """Collects the tags and attribute names of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"@{name}" for name, _ in attrs)}


def poison(value: Any, key: str = "") -> Any:
    """Append hostile text to every string that the schema leaves open."""
    if isinstance(value, dict):
        return {name: poison(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [poison(part, key) for part in value]
    return value + HOSTILE if isinstance(value, str) and key not in {"kind", "time"} else value


@pytest.fixture
def hostile(results: Json) -> Json:
    results["errors"] = ["the harness failed"]
    poisoned: Json = poison(results)
    return poisoned


def tags(text: str) -> set[str]:
    parser = Tags()
    parser.feed(text)
    return parser.found


def test_hostile_text_adds_no_tag_and_no_attribute_to_the_page(results: Json, hostile: Json) -> None:
    assert "script" in tags("<script>")
    results["errors"] = ["the harness failed"]
    assert tags(page.render(hostile)) == tags(page.render(results))
    assert "{{ 1 }}" in page.render(hostile)


def test_hostile_text_leaves_the_xml_well_formed(hostile: Json) -> None:
    root = ElementTree.fromstring(junit.render(hostile))
    assert root.find(".//script") is None
    assert root.tag == "testsuites"


def test_hostile_text_ends_neither_a_code_block_nor_a_table_row(results: Json, hostile: Json) -> None:
    def rows(text: str) -> list[int]:
        return [line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("| ")]

    assert rows(summary.render(hostile)) == rows(summary.render(results))
    assert markdown.fenced("```\nout").startswith("````text\n```\nout\n````")


def test_the_whole_report_of_hostile_results_is_written(folder: Path, hostile: Json) -> None:
    (folder / "results.json").write_text(json.dumps(hostile))
    page = write_report(folder, load(folder / "results.json")).read_text(encoding="utf-8")
    assert page.count("<script>") == 1  # our own


def test_the_page_needs_no_network(results: Json) -> None:
    text = page.render(results)
    assert not {"link", "iframe", "img", "@src", "@onclick"} & tags(text)
    assert "url(http" not in text
    assert "@import" not in text
