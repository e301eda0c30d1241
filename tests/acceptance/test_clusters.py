"""The page of a cluster in a real browser: the drawing and the keyboard, an act with its reason, both themes, narrow and wide, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.test_browser import Watched, furnished

pytestmark = pytest.mark.acceptance
AXE = Path(__file__).parents[2] / ".tools" / "axe" / "axe_playwright_python" / "axe.min.js"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with reports on the Jalgaon desk, two of them joined by its officer."""
    with made_in(tmp_path_factory.mktemp("clusters")) as installation:
        yield furnished(installation)


_CHOSEN: dict[str, list[str]] = {}  # by installation: the two reports that the tests join


def cluster_of(watched: Watched) -> str:
    """The cluster page of a report on the desk, which a person has joined with another one."""
    page = watched.sign_in()
    if watched.installation.url not in _CHOSEN:
        # what hangs together with reports of other desks is not this officer's to join
        rows = page.locator("tbody tr").filter(has_not_text="Cluster of")
        numbers = [rows.nth(row).locator("th a[href^='/reports/']").get_attribute("href") for row in (0, 1)]
        _CHOSEN[watched.installation.url] = [str(number).split("/")[2] for number in numbers]
    first, second = _CHOSEN[watched.installation.url]
    page.goto(f"/clusters/{first}/")
    if page.get_by_text("Joined otherwise").count() == 0:
        page.get_by_role("link", name="Join a report by its number").click()
        page.get_by_label("Number of the other report").fill(second)
        page.get_by_role("button", name="Join them").click()
        assert "Say why" in page.locator("#why-error").inner_text()
        assert all("422" in one for one in watched.complaints)  # the browser notes that the form was refused
        watched.complaints.clear()
        page.get_by_label("Why").fill("One matter: told on the telephone")
        page.get_by_role("button", name="Join them").click()
        page.get_by_text("The reports are joined").wait_for()
    return f"/clusters/{first}/"


def test_the_keyboard_walks_the_drawing_and_opens_what_is_around_a_report(browser: Browser, desk: Installation) -> None:
    watched = Watched(browser, desk, viewport={"width": 1280, "height": 900})
    path, page = cluster_of(watched), watched.page
    page.goto(path)
    page.locator("[data-graph-ready]").wait_for()
    said = page.locator("[data-graph-said]")
    assert f"Report {path.split('/')[2]}" in said.inner_text()
    page.locator(".graph").focus()
    before = said.inner_text()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        if said.inner_text().startswith("Report ") and said.inner_text() != before:
            break
    assert "Enter shows what is around it" in said.inner_text()
    page.keyboard.press("Enter")
    expect(said).to_have_text(re.compile("more are shown|Nothing else"))
    page.keyboard.press("0")
    assert page.locator(".graph canvas").count() == 3
    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("Why").fill("It was another one")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("The joining is taken back").wait_for()
    assert watched.complaints == []
    watched.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_and_axe_finds_nothing(browser: Browser, desk: Installation, theme: Any, width: int) -> None:
    if not AXE.is_file():
        pytest.fail("no axe-core under .tools/: tools/ensure_axe.sh installs it")
    watched = Watched(browser, desk, color_scheme=theme, viewport={"width": width, "height": 900})
    path, page = cluster_of(watched), watched.page
    for address in (path, f"{path}tie/0/"):
        page.goto(address)
        if address == path:
            page.locator("[data-graph-ready]").wait_for()
        assert page.locator("html").evaluate("html => html.scrollWidth <= window.innerWidth"), (address, width)
        page.screenshot(path=desk.data_dir.parent / f"cluster-{theme}-{width}-{len(address)}.png", full_page=True)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]] == [], address
    assert watched.complaints == []
    watched.context.close()


def test_without_javascript_the_tables_say_everything(browser: Browser, desk: Installation) -> None:
    first = Watched(browser, desk)
    path = cluster_of(first)
    first.context.close()
    watched = Watched(browser, desk, java_script_enabled=False)
    watched.page.goto(path)
    assert not watched.page.locator(".graph").is_visible()
    assert "One matter: told on the telephone" in watched.page.locator("main").inner_text()
    assert watched.page.locator(".scroll[aria-labelledby=reports-title] tbody tr").count() >= 2
    assert watched.complaints == []
    watched.context.close()


def test_the_numbers_of_the_desk_are_as_they_are_now(browser: Browser, desk: Installation) -> None:
    watched = Watched(browser, desk, viewport={"width": 1280, "height": 900})
    page = watched.page
    page.clock.install()
    watched.sign_in()
    piles, news = page.get_by_role("navigation", name="Piles"), page.locator("[data-desk-news]")
    new = int(piles.locator("[data-pile=new] .count").inner_text())
    page.clock.run_for(21_000)
    expect(news).to_be_hidden()  # nothing changed
    number = str(page.locator("tbody tr").last.locator("th a").first.get_attribute("href")).split("/")[2]
    until = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    desk.run(
        "--as", "officer@jalgaon.example", "desk", "snooze", number, "--until", until, "--note", "Waits for a letter"
    )
    page.mouse.wheel(0, 10)
    page.clock.run_for(21_000)
    expect(news).to_be_visible()
    expect(piles.locator("[data-pile=new] .count")).to_have_text(str(new - 1))
    expect(piles).not_to_contain_text("Resting")
    news.get_by_role("link").click()
    expect(piles).to_contain_text("Resting")
    expect(news).to_be_hidden()
    assert watched.complaints == []
    watched.context.close()
