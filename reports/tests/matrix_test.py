from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reports import matrix, page
from reports.results import SCHEMA, Json, load
from reports.tests import catalogue

HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror='y'>\"&amp;\u2028\u202e\x00\x7f{{ 1 }}"
# What the schema enumerates, and the names by which parts of the results refer to others.
FIXED = {"kind", "time", "level", "verdict", "verdicts", "name", "implementation", "start_method", "also"}
FIXED |= {"case", "cases", "clause", "clauses", "id"}


@pytest.fixture
def run() -> Json:
    return catalogue.conformance(catalogue.SMALL)


def poison(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: poison(part, name if key != "verdicts" else key) for name, part in value.items()}
    if isinstance(value, list):
        return [poison(part, key) for part in value]
    return value + HOSTILE if isinstance(value, str) and value and key not in FIXED else value


class Elements(HTMLParser):
    """Counts the tags of a page and collects what its elements are called."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.count: dict[str, int] = {}
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.targets += [(named["href"] or "")[1:]] if (named.get("href") or "").startswith("#") else []


def embedded(text: str) -> Json:
    found = re.search(r'<script type="application/json" id="results">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: Json = json.loads(found[1])
    return data


def test_the_sample_is_what_the_schema_describes(run: Json, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(run))
    assert load(path) == run
    assert {cell["verdict"] for case in run["cases"] for cell in case["verdicts"].values()} == {*matrix.VERDICTS} - {
        "vanished"
    }
    assert any("vanished" in clause["verdicts"].values() for clause in run["clauses"])


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("cases", 0, "verdicts", "reference fork", "verdict"), "passed"),
        (("cases", 0, "kind"), "shell"),
        (("clauses", 0, "level"), "MUST NOT"),
        (("clauses", 0, "verdicts", "reference fork"), "agree"),
        (("divergences", 0, "also"), "cpython-3.13 fork"),
    ],
)
def test_the_schema_refuses_other_words(run: Json, place: tuple[Any, ...], wrong: str) -> None:
    at: Any = run
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = wrong
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert not validator.is_valid(run)


def test_every_part_of_the_schema_of_the_catalogue_is_described() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["$id"]
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_columns_are_those_that_ran_under_their_implementations(run: Json) -> None:
    found = matrix.columns(run)
    assert [column["key"] for column in found[:3]] == ["reference fork", "cpython-3.8 fork", "cpython-3.8 spawn"]
    assert [(name, len(own)) for name, own in matrix.groups(found)][:3] == [
        ("reference", 1),
        ("cpython-3.8", 3),
        ("cpython-3.13", 3),
    ]
    assert "billiard" not in {column["name"] for column in found}


def test_an_implementation_in_real_time_beside_virtual_has_a_column_of_its_own(run: Json) -> None:
    run["implementations"].insert(0, {**run["implementations"][0], "time": "real"})
    run["clauses"][0]["verdicts"]["reference fork real"] = "pass"
    found = {column["key"]: column["start"] for column in matrix.columns(run)}
    assert found["reference fork real"] == "fork real"
    assert found["reference fork"] == "fork"


def test_rows_that_disagree_come_first_the_worst_before_all() -> None:
    def clause(name: str, level: str, *verdicts: str) -> Json:
        return {"id": name, "level": level, "verdicts": dict(zip("abcd", verdicts, strict=False))}

    given = [
        clause("agreed", "MUST", "pass", "skipped"),
        clause("known", "MUST", "known", "pass"),
        clause("observed", "OBSERVED", "fail", "fail"),
        clause("once", "MUST", "fail", "pass"),
        clause("twice", "MUST", "fail", "fail"),
    ]
    assert [one["id"] for one in matrix.in_order(given)] == ["twice", "once", "observed", "known", "agreed"]
    assert [matrix.disagrees(one) for one in given] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [("", "", ""), ("3.14", "", "from 3.14"), ("", "3.11", "up to 3.11"), ("3.8", "3.9", "3.8 to 3.9")],
)
def test_the_editions_of_a_clause_are_said(since: str, until: str, said: str) -> None:
    assert matrix.editions({"since": since, "until": until}) == said


def test_what_a_case_came_to_is_told_once_for_all_columns_that_share_it(run: Json) -> None:
    case = run["cases"][0]
    ((outcome, keys),) = matrix.findings(case)
    assert outcome["verdict"] == "fail"
    assert keys == [key for key, cell in case["verdicts"].items() if cell["verdict"] == "fail"]
    assert matrix.passed(case) == len(case["verdicts"]) - len(keys)


def test_several_versions_of_an_implementation_are_a_table(run: Json) -> None:
    (table,) = matrix.families(run)
    assert (table["family"], table["starts"]) == ("cpython", ["fork", "spawn", "forkserver"])
    assert [name for name, _ in table["rows"]] == ["cpython-3.8", "cpython-3.13"]


def test_a_cell_has_a_glyph_and_not_only_a_colour(run: Json) -> None:
    cells = re.findall(r'<td class="(\w+)(?: first)?">(.)</td>', page.render(run).split("</section>")[0])
    assert len(cells) == len(run["clauses"]) * len(matrix.columns(run))
    assert set(cells) <= {(verdict, glyph) for verdict, (glyph, _) in matrix.VERDICTS.items()}
    assert len({glyph for glyph, _ in matrix.VERDICTS.values()}) == len(matrix.VERDICTS)


def test_without_a_script_the_page_shows_every_case_and_what_it_came_to(run: Json) -> None:
    text = re.sub(r"<script.*?</script>", "", page.render(run), flags=re.DOTALL)
    shown = unescape(text)
    for case in run["cases"]:
        assert shown.count(case["text"]) >= 1
        assert case["title"] in shown
    assert "It could not be proved blocked." in shown
    assert "It holds from 3.14 on." in shown


def test_every_link_within_the_page_leads_somewhere_and_ids_are_unique(run: Json) -> None:
    elements = Elements(page.render(run))
    assert set(elements.targets) <= set(elements.ids)
    assert len(elements.ids) == len(set(elements.ids))


def test_the_data_of_the_page_is_valid_and_in_the_order_of_its_cards(run: Json) -> None:
    text = page.render(run)
    data = embedded(text)
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    validator.validate(data)
    kinds = re.findall(r'<details class="card (\w+)"', text)
    assert [entry["kind"] for entry in data["divergences"]] == kinds
    assert data["cases"][0]["verdicts"]["reference fork"] == {"verdict": "pass"}


def test_hostile_text_adds_no_element_and_survives_as_text(run: Json) -> None:
    text = page.render(poison(run))
    plain, count = Elements(page.render(run)).count, Elements(text).count
    for tag in ("script", "td", "a", "details", "dialog", "svg"):
        assert count[tag] == plain[tag]
    assert set(count) == set(plain)
    assert embedded(text)["clauses"][0]["text"].endswith(HOSTILE)
    assert HOSTILE.replace("\0", "") in unescape(text).replace("\0", "")


@pytest.mark.parametrize("text", ["</script>", "</script x>", "<!--<script>", "&lt;", HOSTILE])
def test_nothing_in_the_data_can_end_its_element(text: str) -> None:
    data = page.as_script_data({"x": text})
    assert not set("<>&") & set(data)
    assert json.loads(data) == {"x": text}


def test_hostile_names_add_no_element() -> None:
    name = HOSTILE.replace(" ", "")
    plain, hostile = (catalogue.conformance(["reference", one]) for one in ("x", name))
    for run, one in ((plain, "lock.x"), (hostile, "lock." + name)):
        first = run["clauses"][0]["id"]
        run["clauses"][0]["id"] = one
        for case in run["cases"]:
            case["clauses"] = [one if clause == first else clause for clause in case["clauses"]]
    count = Elements(page.render(hostile)).count
    assert set(count) == set(Elements(page.render(plain)).count)
    assert count["script"] == 2


def test_a_page_of_30_columns_and_160_cases_stays_small() -> None:
    run = catalogue.conformance(catalogue.LARGE, 160)
    assert len(matrix.columns(run)) >= 30
    assert len(page.render(run).encode(errors="backslashreplace")) < 3_000_000


def test_measures_are_shown_only_if_there_are_any(run: Json) -> None:
    assert "Waiting</h2>" not in page.render(run)
    run["implementations"][0]["fairness"] = {"bypass_max": 3}
    assert "bypass max 3" in page.render(run)
