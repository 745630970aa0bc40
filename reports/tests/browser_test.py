"""The page in Debian's Chromium, with no network: what a reader sees, clicks and types."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from reports import page as reports_page
from reports.tests import catalogue

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Its sandbox refuses root, and it is our own page.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield found
        found.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "index.html"
    run = json.loads(json.dumps(catalogue.conformance(catalogue.SMALL)))
    path.write_text(reports_page.render(run), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return the open page; whatever it asks of the network or complains about fails the test at its end."""
    complaints: list[str] = []
    context = browser.new_context(reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])

    def refuse(route: Route) -> None:
        complaints.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith("file:"), refuse)
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(address)
    yield opened
    context.close()
    assert complaints == []


def shown(page: Page) -> list[str]:
    rows = page.locator(".matrix tbody tr:visible")
    return [row.get_attribute("data-clause") or "" for row in rows.all()]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.ariaLabel"))


def test_only_rows_that_disagree_are_shown_at_first(page: Page) -> None:
    few = shown(page)
    page.locator("#disagreeing").uncheck()
    every = shown(page)
    assert 0 < len(few) < len(every) == 30
    assert every[: len(few)] == few
    assert page.locator("#filtered").inner_text() == "30 of 30 shown"


def test_the_filter_takes_clauses_by_their_ids_and_escape_clears_it(page: Page) -> None:
    page.locator("#disagreeing").uncheck()
    page.keyboard.press("/")
    page.keyboard.type("RLock.acquire")
    assert shown(page)
    assert all(name.startswith("rlock.acquire") for name in shown(page))
    page.keyboard.press("Escape")
    assert len(shown(page)) == 30


def test_arrow_keys_move_between_cells_and_stop_at_the_edges(page: Page) -> None:
    page.locator(".matrix td[tabindex='0']").focus()
    first, second = shown(page)[:2]
    assert focused(page).startswith(f"{first}, reference fork: ")
    for key, clause, column in [
        ("ArrowUp", first, "reference fork"),
        ("ArrowLeft", first, "reference fork"),
        ("ArrowRight", first, "cpython-3.8 fork"),
        ("ArrowDown", second, "cpython-3.8 fork"),
        ("End", second, "my_lock fork"),
        ("ArrowRight", second, "my_lock fork"),
        ("Home", second, "reference fork"),
    ]:
        page.keyboard.press(key)
        assert focused(page).startswith(f"{clause}, {column}: "), key
    assert page.locator(".matrix td[tabindex='0']").count() == 1


def test_enter_opens_the_cases_behind_a_cell_and_escape_closes_them(page: Page) -> None:
    cell = page.locator(".matrix td.fail").first
    cell.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    assert panel.is_visible()
    text = panel.inner_text()
    for said in ("Invocations with a negative value", "lock/case-", "blocks", "False"):
        assert said in text
    link = panel.locator("blockquote a").get_attribute("href") or ""
    assert link.startswith("https://docs.python.org/3/library/multiprocessing.html#")
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert focused(page).endswith(": fail")


def test_a_click_opens_the_panel_too_and_leads_on_to_the_divergence(page: Page) -> None:
    page.locator(".matrix td.known").first.click()
    page.locator("#panel").get_by_text("Its divergence").first.click()
    assert not page.locator("#panel").is_visible()
    card = page.locator("details.card.known[open]")
    assert card.count() == 1
    assert card.locator("svg.timeline").first.is_visible()


def test_a_cell_of_a_case_that_was_not_run_says_so(page: Page) -> None:
    page.evaluate("document.querySelector('.matrix td.vanished').click()")
    assert "vanished" in page.locator("#panel").inner_text()


def test_j_and_k_walk_the_divergences(page: Page) -> None:
    def here() -> str:
        return str(page.evaluate("document.activeElement.closest('details.card')?.id"))

    walked = []
    for key in ("j", "j", "k", "k"):
        page.keyboard.press(key)
        walked.append(here())
    assert walked == ["divergence-1", "divergence-2", "divergence-1", "divergence-1"]


def test_the_keys_are_shown_on_demand(page: Page) -> None:
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_the_copy_button_copies_the_whole_text(page: Page) -> None:
    card = page.locator("details.card.unexpected").first
    card.get_by_role("button", name="Copy").first.click()
    card.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == card.locator("pre.copy").first.inner_text()


def test_without_the_clipboard_the_button_copies_the_older_way(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.addEventListener('copy', () => { window.copied = getSelection().toString(); })")
    card = page.locator("details.card.unexpected").first
    card.get_by_role("button", name="Copy").first.click()
    card.get_by_text("Copied").wait_for()
    assert page.evaluate("window.copied") == card.locator("pre.copy").first.inner_text()


def test_the_timelines_have_their_marks(page: Page) -> None:
    card = page.locator("details.card.unexpected").filter(has=page.locator("svg.timeline")).first
    drawings = card.locator("svg.timeline")
    assert drawings.count() == 2
    for drawing in drawings.all():
        assert drawing.locator(".hold").first.is_visible()
        assert drawing.locator(".blocked").first.is_visible()
        # A line of no width counts as invisible there, so these are only counted.
        assert [drawing.locator(part).count() for part in (".difference", ".mark", ".event")] == [1, 1, 2]
    lefts = drawings.locator(".difference").evaluate_all(
        "lines => lines.map(line => line.getBoundingClientRect().left)"
    )
    assert lefts[0] == lefts[1]


def test_dark_mode_looks_different(page: Page) -> None:
    light = page.screenshot()
    page.emulate_media(color_scheme="dark")
    assert page.screenshot() != light
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"


@pytest.mark.parametrize("width", [390, 768, 1700])
def test_the_page_itself_never_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1300, 1700])
def test_a_figure_of_millions_fits_its_tile(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    overflowing = """() => {
        for (const figure of document.querySelectorAll('.tiles b')) figure.textContent = '11,714,764';
        const tiles = [...document.querySelectorAll('.tiles li')];
        return [tiles.length > 0, tiles.filter(tile => tile.scrollWidth > tile.clientWidth).length];
    }"""
    assert page.evaluate(overflowing) == [True, 0]


def test_the_heads_of_the_matrix_stay_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 500, "height": 420})
    page.locator("#disagreeing").uncheck()
    page.evaluate("document.querySelector('.matrix').scrollTo(200, 300)")
    edges = page.evaluate(
        """() => {
          const at = (name) => document.querySelector(name).getBoundingClientRect();
          return [at('.matrix'), at('.matrix thead'), at('.matrix tbody tr:last-child th')].map(
            (box) => [Math.round(box.left), Math.round(box.top)]);
        }"""
    )
    outer, head, row = edges
    assert abs(head[1] - outer[1]) <= 1
    assert abs(row[0] - outer[0]) <= 1


def test_without_a_script_the_matrix_and_its_filter_still_work(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    few = len(shown(opened))
    opened.locator("#disagreeing").uncheck()
    assert 0 < few < len(shown(opened)) == 30
    assert not opened.locator("#filter").is_visible()
    context.close()
