"""Maps in a real browser: nothing is asked for elsewhere, the keyboard reaches every shape, and without JavaScript it is the same map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.test_browser import Watched, furnished

pytestmark = pytest.mark.acceptance
AXE = Path(__file__).parents[2] / ".tools" / "axe" / "axe_playwright_python" / "axe.min.js"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with reports on the Jalgaon desk, and its officer."""
    with made_in(tmp_path_factory.mktemp("maps")) as installation:
        yield furnished(installation)


def ready(page: Page) -> None:
    page.locator(".map-live .map-mark").first.wait_for()


def test_the_keyboard_walks_the_shapes_and_a_shape_filters_the_table(browser: Browser, desk: Installation) -> None:
    watched = Watched(browser, desk, viewport={"width": 1280, "height": 900})
    page = watched.sign_in()
    page.get_by_role("link", name="Map", exact=True).click()
    ready(page)
    mark = page.get_by_role("link", name="Jalgaon: ")
    seen = int((mark.get_attribute("aria-label") or "").split()[1])
    assert seen == page.locator(".table.stack tbody tr").filter(has_text="Jalgaon").count()

    page.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('map-mark')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('circle')).strokeWidth") == "4px"
    assert page.locator(".map-area.map-focus").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/map/?country=IN&state=*&district=*")
    ready(page)
    district = page.locator("#sightings").inner_text()
    assert district.startswith("Seen in ")
    assert page.locator(".map-current").count() == 1

    page.goto("/map/?country=IN&state=Maharashtra")
    ready(page)
    page.locator(".map-area").first.click()  # the mouse on the shape itself
    page.wait_for_url("**&district=*")
    assert watched.complaints == []
    watched.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_maps_fit_and_axe_finds_nothing(browser: Browser, desk: Installation, theme: Any, width: int) -> None:
    if not AXE.is_file():
        pytest.fail("no axe-core under .tools/: tools/ensure_axe.sh installs it")
    watched = Watched(browser, desk, color_scheme=theme, viewport={"width": width, "height": 900})
    page = watched.sign_in()
    report = page.locator("tbody tr a").first.get_attribute("href")
    for number, path in enumerate(("/map/", f"{report}map/", "/map/?country=IN", "/map/?country=FR")):
        page.goto(path)
        page.locator(".map-live svg").wait_for()
        assert page.locator("html").evaluate("html => html.scrollWidth <= window.innerWidth"), (path, width)
        page.screenshot(path=desk.data_dir.parent / f"map-{theme}-{width}-{number}.png")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]] == [], path
    assert watched.complaints == []
    watched.context.close()


def test_without_javascript_it_is_the_same_map(browser: Browser, desk: Installation) -> None:
    Watched(browser, desk).sign_in()
    watched = Watched(browser, desk, java_script_enabled=False)
    watched.page.goto("/map/")
    watched.page.get_by_role("link", name="Jalgaon: ").click()
    assert "district=Jalgaon" in watched.page.url
    assert watched.page.locator("#sightings").inner_text().startswith("Seen in Jalgaon")
    assert watched.page.locator(".table.stack tbody tr").count() >= 3
    assert watched.complaints == []
    watched.context.close()
