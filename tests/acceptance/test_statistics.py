"""Statistics in a real browser: a statistician reads, cuts, compares and takes figures; a supervisor releases what another prepared."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.people import code, give_code, give_password
from tests.acceptance.test_browser import PASSWORD, Watched, furnished

pytestmark = pytest.mark.acceptance
AXE = Path(__file__).parents[2] / ".tools" / "axe" / "axe_playwright_python" / "axe.min.js"
STATISTICIAN, SUPERVISOR = "counts@mahacyber.example", "supervisor@mahacyber.example"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """An installation with reports, and two people of the state desk; with the secret of the supervisor's app."""
    with made_in(tmp_path_factory.mktemp("statistics")) as installation:
        furnished(installation)
        secret = ""
        for email, role in ((STATISTICIAN, "statistician"), (SUPERVISOR, "supervisor")):
            added = installation.json(
                "user", "add", email, "--agency", "IN-MH-CYBER", "--role", role, "--name", role.title(), "--password-stdin",
                "--totp", "--json", stdin=f"{PASSWORD}\n",
            )  # fmt: skip
            secret = f"{secret} {added['totp_secret']}"
        yield installation, secret.strip()


class Somebody(Watched):
    """A person of this test with a browser of their own."""

    def __init__(self, browser: Browser, installation: Installation, email: str, secret: str, **options: Any) -> None:
        self.installation = installation
        self.context = browser.new_context(base_url=installation.url, **options)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("requestfailed", self._failed)
        give_password(self.page, email, PASSWORD)
        give_code(self.page, code(secret))
        self.page.wait_for_url(lambda url: "sign-in" not in url)


def counted(page: Page) -> None:
    """Wait until the facts have the reports: less than a minute after they came."""
    deadline = time.monotonic() + 150
    while True:
        page.goto("/statistics/figures/funnel/")
        cell = page.get_by_role("row", name="Reports").first.get_by_role("cell")
        if cell.count() and cell.inner_text() not in {"0", "–"}:
            return
        assert time.monotonic() < deadline
        time.sleep(2)


def shown(page: Page) -> list[list[str]]:
    """Rows of the page's first table, as text."""
    rows = page.locator("main table").first.locator("tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def words(page: Page) -> list[str]:
    """The texts of the page's first chart."""
    drawn = page.request.get(page.locator(".chart img").first.get_attribute("src") or "")
    assert drawn.ok
    return ["".join(one.itertext()) for one in ElementTree.fromstring(drawn.text()).iter("{http://www.w3.org/2000/svg}text")]  # fmt: skip


def test_a_statistician_reads_and_a_supervisor_releases(browser: Browser, desk: tuple[Installation, str]) -> None:
    installation, secrets = desk
    first_secret, second_secret = secrets.split()
    somebody = Somebody(browser, installation, STATISTICIAN, first_secret, viewport={"width": 1280, "height": 900})
    page = somebody.page
    assert page.url.endswith("/statistics/")
    counted(page)

    page.goto("/statistics/")
    assert page.locator("section h2").first.inner_text() == "Children safeguarded, and outcomes"
    page.get_by_role("heading", name="From report to outcome").get_by_role("link").click()
    page.get_by_label("Cut by").select_option("district")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**by=district**")
    image = page.locator(".chart img").first
    image.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert (image.get_attribute("alt") or "").startswith("Bar chart of From report to outcome")
    drawn, rows = words(page), shown(page)
    assert len(rows) > 1
    for row in rows[1:]:
        assert any(text.startswith(row[0][:20]) for text in drawn), row
        for cell in row[1:]:
            assert any(text.startswith(cell.strip()) for text in drawn), (cell, "the chart says what its table says")

    with page.expect_download() as csv_file:
        page.get_by_role("link", name="CSV").click()
    told = list(csv.reader(io.StringIO(csv_file.value.path().read_text(encoding="utf-8-sig"))))
    assert [row[0] for row in told] == [row[0].strip() for row in rows]
    for kind in ("Parquet", "JSON", "SVG", "PNG"):
        with page.expect_download() as taken:
            page.get_by_role("link", name=kind, exact=True).first.click()
        assert taken.value.path().stat().st_size > 200

    page.get_by_label("Beside").select_option("year")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**beside=year**")
    assert page.get_by_role("columnheader", name="Difference").count() == 1
    assert page.get_by_text("often chance").count() == 1

    # what is kept, scheduled and shown again is looked at by the test of pages below
    page.goto("/statistics/figures/hop_days/?by=district&then=platform")
    page.get_by_text("counted row by row").wait_for()
    page.get_by_label("What for").fill("For the monthly meeting")
    page.get_by_role("button", name="Keep this answer").click()
    page.wait_for_url("**/statistics/kept/1/")
    page.get_by_role("link", name="Count it again").click()
    page.get_by_text("every number is the same").wait_for()
    page.goto("/statistics/reports/")
    page.get_by_label("Figures, up to twelve").select_option(["funnel:district", "hop_days"])
    page.get_by_label("Language of the paper").select_option("mr")
    page.get_by_role("button", name="Schedule it").click()
    page.get_by_text("It is made from now on").wait_for()

    last_year = str(datetime.now(UTC).year - 1)
    page.get_by_role("link", name="Transparency", exact=True).click()
    page.get_by_label("Time").select_option(last_year)
    page.get_by_role("button", name="Prepare").click()
    page.get_by_text("Another person has to release it").wait_for()
    address = page.url.removeprefix(installation.url)
    assert page.get_by_role("button", name="Release it").count() == 0

    other = Somebody(browser, installation, SUPERVISOR, second_secret)
    other.page.goto(address)
    other.page.get_by_role("button", name="Release it").click()
    other.page.get_by_text("Its files are below").wait_for()
    page.goto(address)
    with page.expect_download() as paper:
        page.get_by_role("link", name=".pdf").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")
    assert somebody.complaints == [] and other.complaints == []
    other.context.close()
    somebody.context.storage_state(path=installation.data_dir.parent / "statistician.json")
    somebody.context.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_pages_fit_and_axe_finds_nothing(
    browser: Browser, desk: tuple[Installation, str], theme: Any, width: int
) -> None:
    if not AXE.is_file():
        pytest.fail("no axe-core under .tools/: tools/ensure_axe.sh installs it")
    installation = desk[0]
    state = installation.data_dir.parent / "statistician.json"
    context = browser.new_context(
        base_url=installation.url, storage_state=state, color_scheme=theme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    for path in (
        "/statistics/", "/statistics/figures/funnel/?by=district", "/statistics/figures/hop_days/?beside=before",
        "/statistics/figures/funnel/?by=month&then=district&beside=year", "/statistics/figures/funnel/?by=month&only=district:",
        "/statistics/figures/waiting/?as_of=2020-01-01", "/statistics/figures/legal_requests/?by=moon", "/statistics/kept/",
        "/statistics/kept/1/", "/statistics/kept/1/?again=1", "/statistics/reports/", "/statistics/transparency/",
        "/statistics/transparency/1/", "/statistics/returns/", f"/statistics/returns/?year={datetime.now(UTC).year}",
        "/statistics/returns/?year=1066", "/counts/",
    ):  # fmt: skip
        page.goto(path)
        assert page.locator("html").evaluate("html => html.scrollWidth <= window.innerWidth"), (path, width)
        name = re.sub(r"[^a-z0-9]+", "-", path).strip("-")
        page.screenshot(path=installation.data_dir.parent / f"{name}-{theme}-{width}.png", full_page=True)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found["violations"]] == [], path
    context.close()
