"""The district officer's first minutes in a real browser, from sign-in to a case; and that pages are sound in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.people import code, give_code, give_password
from tipline.demo.scenario import RANGES

pytestmark = pytest.mark.acceptance

PASSWORD = "an officer's password"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with reports on the Jalgaon desk, and its officer."""
    with made_in(tmp_path_factory.mktemp("desk")) as installation:
        yield furnished(installation)


def furnished(installation: Installation) -> Installation:
    """Thirty reports on the way to the Jalgaon desk, and its officer."""
    _secret(installation).write_text(installation.copy_of("desk", _fill))
    installation.up()
    return installation


def _fill(installation: Installation) -> str:
    """Make what `furnished` begins with; returns the secret of the officer's app."""
    installation.import_agencies()
    installation.run("geo", "import", str(RANGES))
    for desk in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
        installation.run("agency", "rule", desk, "forward")
    added = installation.json(
        "user", "add", "officer@jalgaon.example", "--agency", "IN-MH-JALGAON", "--role", "desk_officer", "--name",
        "Jyoti Patil", "--password-stdin", "--totp", "--json", stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    installation.up()
    installation.run("simulate", "--reports", "30", "--seed", "3")
    installation.until_processed()
    installation.down()
    return str(added["totp_secret"])


def _secret(installation: Installation) -> Path:
    return installation.data_dir.parent / "totp.secret"


def _state(installation: Installation) -> Path:
    """Cookies of the officer's session: each code of the app works once, so the tests of one installation share a sign-in."""
    return installation.data_dir.parent / "session.json"


class Watched:
    """A page whose complaints are kept: console errors, refused resources, requests to elsewhere."""

    def __init__(self, browser: Browser, installation: Installation, **options: object) -> None:
        self.installation = installation
        state = _state(installation) if _state(installation).exists() else None
        self.context = browser.new_context(base_url=installation.url, storage_state=state, **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("requestfailed", self._failed)
        self.page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(installation.url)
                else self.complaints.append(f"elsewhere: {request.url}")
            ),
        )

    def _failed(self, request: Request) -> None:
        if (
            request.failure != "net::ERR_ABORTED"
        ):  # the browser itself gave it up, since the page was left before it came
            self.complaints.append(f"failed: {request.url}: {request.failure}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def sign_in(self) -> Page:
        self.page.goto("/")
        if not self.page.url.endswith("/desk/"):
            give_password(self.page, "officer@jalgaon.example", PASSWORD)
            give_code(self.page, code(_secret(self.installation).read_text()))
            self.page.wait_for_url("**/desk/")
            self.context.storage_state(path=_state(self.installation))
        return self.page


def test_an_officer_walks_from_the_inbox_to_a_case(browser: Browser, desk: Installation) -> None:
    watched = Watched(browser, desk)
    page = watched.sign_in()
    rows = page.locator("tbody tr")
    arrived = rows.count()
    assert arrived >= 3
    assert page.get_by_role("link", name="New").inner_text().split() == ["New", str(arrived)]

    handle = rows.first.locator(".handle").inner_text()
    rows.first.get_by_role("link").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Report ")
    assert handle in page.content()
    assert page.locator(".address strong").first.inner_text() == "Jalgaon, Maharashtra, IN"
    page.locator(".score summary").first.click()
    expect(page.locator(".score li").first).to_be_visible()
    assert page.locator(".way > li").count() == 4
    assert page.locator("img, video, audio, iframe, object, embed").count() == 0

    page.go_back()
    boxes = page.get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Accept into a case").click()
    page.get_by_role("button", name="Accept and open the case").click()  # the title is missing
    assert page.get_by_label("Title of the case").evaluate("field => field.validity.valueMissing")
    page.get_by_label("Title of the case").fill("Two handles of the first week")
    page.get_by_role("button", name="Accept and open the case").click()
    page.wait_for_url("**/cases/*/")
    assert page.get_by_role("heading", level=1).inner_text() == "Two handles of the first week"
    assert handle in page.get_by_role("region", name="Handles").inner_text()
    assert "s.67B" in page.content()

    page.get_by_role("link", name="Desk").click()
    assert page.get_by_role("link", name="Accepted").inner_text().split() == ["Accepted", "2"]
    assert page.locator("tbody tr").count() == arrived - 2
    assert watched.complaints == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser, desk: Installation) -> None:
    page = Watched(browser, desk).sign_in()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_pages_fit_in_both_themes(browser: Browser, desk: Installation, theme: str, width: int) -> None:
    pictures = desk.data_dir.parent
    watched = Watched(browser, desk, color_scheme=theme, viewport={"width": width, "height": 900})
    page = watched.sign_in()
    report = page.locator("tbody tr a").first.get_attribute("href")
    for path in ("/desk/", str(report), "/cases/", "/agencies/", "/components/"):
        page.goto(path)
        assert page.locator("html").evaluate("html => html.scrollWidth <= window.innerWidth"), (
            f"{path} is wider than {width}"
        )
        page.screenshot(path=pictures / f"{theme}-{width}{path.replace('/', '_')}.png", full_page=True)
    assert watched.complaints == []
