"""A change of the routing rules in a real browser: drafted, tried on a sample, released, followed by a new report, rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.people import code, give_code, give_password
from tipline.demo.scenario import RANGES

pytestmark = pytest.mark.acceptance

PASSWORD = "a supervisor's password"
AXE = Path(__file__).parents[2] / ".tools" / "axe" / "axe_playwright_python" / "axe.min.js"
MAJORITY = '[[rules]]\nname = "majority"'
FIRST = """[[rules]]
name = "maharashtra-first"
text = "What points to Maharashtra stops at the state desk."
when = { all = [{ fact = "country", equals = "IN" }, { fact = "state", equals = "Maharashtra" }] }
then = { desks = [{ to = "state", role = "lead" }] }
because = "{place} is Maharashtra's, and the state desk reads it first"

"""


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with reports, and a supervisor of the clearinghouse."""
    with made_in(tmp_path_factory.mktemp("routing")) as installation:
        installation.import_agencies()
        installation.run("geo", "import", str(RANGES))
        for desk in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
            installation.run("agency", "rule", desk, "forward")
        added = installation.json(
            "user", "add", "supervisor@ncmec.example", "--agency", "US-NCMEC", "--role", "supervisor", "--name",
            "Anna Weber", "--password-stdin", "--totp", "--json", stdin=f"{PASSWORD}\n",
        )  # fmt: skip
        (installation.data_dir.parent / "totp.secret").write_text(added["totp_secret"])
        installation.up()
        installation.run("simulate", "--reports", "10", "--seed", "3")
        installation.until_processed()
        yield installation


def opened(browser: Browser, station: Installation, **options: Any) -> Page:
    """A page of the supervisor's; each code of the app works once, so the tests of the module share a sign-in."""
    state = station.data_dir.parent / "session.json"
    context = browser.new_context(
        base_url=station.url, storage_state=state if state.exists() else None, **options
    )  # fmt: skip
    page = context.new_page()
    page.goto("/")
    if not page.url.endswith("/desk/"):
        give_password(page, "supervisor@ncmec.example", PASSWORD)
        give_code(page, code((station.data_dir.parent / "totp.secret").read_text()))
        page.wait_for_url("**/desk/")
        context.storage_state(path=state)
    return page


def routes(page: Page, report: int) -> list[str]:
    """The codes of the desks that a report's page names under Routing."""
    page.goto(f"/reports/{report}/")
    links = page.locator("#routing > p strong a").all()
    return [str(link.get_attribute("href")).split("/")[-2] for link in links]


def kept_draft(page: Page, title: str) -> str:
    """Write the change into the form and keep it. Returns the address of the draft."""
    page.goto("/routing/")
    page.get_by_role("link", name="Draft a change").click()
    text = page.get_by_label("Rules", exact=True).input_value()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Rules", exact=True).fill(text.replace(MAJORITY, f"{FIRST}{MAJORITY}"))
    page.get_by_role("button", name="Keep as a draft").click()
    page.wait_for_url("**/routing/rules/*/")
    return page.url


def test_a_change_is_drafted_tried_released_followed_and_rolled_back(browser: Browser, station: Installation) -> None:
    page = opened(browser, station, java_script_enabled=False)
    kept_draft(page, "Maharashtra first")
    assert page.locator("tr.added").count() == 7 and page.locator("tr.removed").count() == 0
    assert page.get_by_role("link", name="Release…").count() == 0

    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/routing/previews/*/")
    assert "of 10 reports would go elsewhere" in page.locator(".head").inner_text()
    state = page.get_by_role("region", name="By desk").locator("tr", has_text="IN-MH-CYBER")
    assert "more" in state.inner_text()
    change = page.get_by_role("region", name="Reports").locator("tbody tr").first
    assert "rule maharashtra-first" in change.inner_text() and "rule majority" in change.inner_text()
    moved = int(change.get_by_role("link").inner_text())
    assert routes(page, moved) != ["IN-MH-CYBER"]  # a preview moves nothing
    page.go_back()

    page.get_by_role("link", name="Release…").click()
    assert "would go elsewhere" in page.locator("main").inner_text()
    page.get_by_label("Note (optional)").fill("Agreed with the state desk")
    page.get_by_role("button", name="Release it").click()
    page.wait_for_url("**/routing/")
    assert "In force: rule set 2" in page.get_by_role("heading", name="In force").inner_text()

    last = max(int(text) for text in reports(page))
    station.run("simulate", "--reports", "10", "--seed", "4")
    station.until_processed()
    new = [routes(page, number) for number in range(last + 1, last + 11)]
    assert ["IN-MH-CYBER"] in new
    assert not any(code.startswith("IN-MH-") and code != "IN-MH-CYBER" for desks in new for code in desks)
    assert routes(page, moved) != ["IN-MH-CYBER"]  # what was decided before stays

    page.goto("/routing/rules/1/")
    page.get_by_role("link", name="Roll back to this…").click()
    page.get_by_label("Why").fill("The districts waited for a week")
    page.get_by_role("button", name="Roll back", exact=True).click()
    page.wait_for_url("**/routing/")
    assert "In force: rule set 1" in page.get_by_role("heading", name="In force").inner_text()
    assert "The districts waited for a week" in page.locator("main").inner_text()
    page.context.close()


def reports(page: Page) -> list[str]:
    """Numbers of the reports of the desk's first page, which has the newest."""
    page.goto("/desk/?tab=all")
    return page.locator("tbody th a[href^='/reports/']").all_inner_texts()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_sound_in_both_themes_and_fit_a_telephone(
    browser: Browser, station: Installation, theme: Any
) -> None:
    if not AXE.is_file():
        pytest.fail("no axe-core under .tools/: tools/ensure_axe.sh installs it")
    axe = AXE.read_text(encoding="utf-8")
    page = opened(browser, station, color_scheme=theme, viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    draft = kept_draft(page, f"For the {theme} theme")
    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/routing/previews/*/")
    preview = page.url
    asked = "ask=1&country=IN&state=Maharashtra&district=Jalgaon&confidence=0.58"
    for path in (
        "/routing/", "/routing/draft/", draft, preview, f"/routing/what-if/?{asked}", "/needs-a-person/",
        "/agencies/US-NCMEC/", "/agencies/US-NCMEC/hours/", "/agencies/US-NCMEC/standing-rule/", f"{draft}release/",
    ):  # fmt: skip
        page.goto(path)
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]] == [], path
        for width in (320, 390, 640):  # 640: a screen of 1280 at 200 %
            page.set_viewport_size({"width": width, "height": 800})
            overflow = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
            assert overflow == 0, (path, width)
        page.set_viewport_size({"width": 1280, "height": 900})
    assert complaints == []
    page.context.close()


def test_the_keyboard_alone_asks_what_if(browser: Browser, station: Installation) -> None:
    page = opened(browser, station)
    page.goto("/routing/what-if/")
    page.locator("#country-1").focus()
    for text in ("IN", "0.95", "Maharashtra", "Jalgaon"):
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/what-if/?ask=1*")
    assert "district=Jalgaon" in page.url
    assert "IN-MH-JALGAON" in page.locator("#answer").inner_text()
    page.context.close()
