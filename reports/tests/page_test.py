from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from reports import page
from reports.results import Json, title, verdict
from reports.timeline import timelines


def test_the_titles_say_what_diverges_from_what(results: Json) -> None:
    blocked, raised = results["divergences"]
    assert title(blocked) == "my_lock (fork) blocks where the specification says False"
    assert title(dict(blocked, observed="True")).startswith("my_lock (fork) returns True where")
    assert title(raised).startswith("cpython-3.11 (fork) raises OSError(22, 'Invalid argument') where")


def test_the_verdict_follows_the_totals(results: Json) -> None:
    assert verdict(results)[0] == "diverge"
    results["totals"]["unexpected"] = 0
    assert verdict(results) == ("agree", "The implementations agree, known divergences aside")
    assert verdict(dict(results, interrupted=True))[0] == "undecided"
    assert verdict(dict(results, errors=["no"]))[0] == "diverge"
    results["totals"]["passed"] = 0
    assert verdict(results)[0] == "undecided"


def test_unexpected_divergences_are_open_and_known_ones_folded(results: Json) -> None:
    cards = re.findall(r'<details class="card (\w+)" id="[^"]*"( open)?>', page.render(results))
    assert cards == [("unexpected", " open"), ("known", "")]


def test_the_line_of_the_first_difference_is_marked(results: Json) -> None:
    assert '<span class="first">c: L.acquire(timeout=-1)</span>' in page.render(results)


def test_a_page_of_an_agreeing_run_says_so(results: Json) -> None:
    results["divergences"] = []
    results["totals"].update(unexpected=0, vanished=0, known=0)
    text = page.render(results)
    assert "The implementations agree</h1>" in text
    assert "<p>None.</p>" in text


@pytest.mark.parametrize(("share", "shown"), [(0, "0%"), (1, "100%"), (0.99999, "99.99%"), (1e-9, "0.01%")])
def test_only_the_whole_is_100_percent(share: float, shown: str) -> None:
    assert page.percentage(share) == shown


def test_all_timelines_of_a_divergence_share_one_axis(results: Json) -> None:
    drawings = [svg for _, svg in timelines(results["divergences"][0])]
    ticks = [re.findall(r'<text x="([\d.]+)" y="12.0" class="tick">', svg) for svg in drawings]
    lines = [re.findall(r'<path d="M([\d.]+) [^"]*" class="difference"/>', svg) for svg in drawings]
    assert ticks[0] == ticks[1]
    assert lines[0] == lines[1] != []


def test_the_timelines_are_well_formed(results: Json) -> None:
    for divergence in results["divergences"]:
        for _, svg in timelines(divergence):
            assert ElementTree.fromstring(svg).tag == "svg"


def test_a_divergence_without_traces_still_has_a_card(results: Json) -> None:
    results["divergences"][0]["traces"] = []
    assert 'id="divergence-1"' in page.render(results)
