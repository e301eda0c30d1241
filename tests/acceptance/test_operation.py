"""An operation from its first form to its closing report, in a real browser without JavaScript, on the demo's case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.people import code, give_code, give_password

pytestmark = pytest.mark.acceptance

NAME = "Operation Lantern"
CODES = ("IN-MH-JALGAON", "IN-MH-NASHIK", "IN-MH-PUNE")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, dict[str, Any]]]:
    with made_in(tmp_path_factory.mktemp("operation")) as installation:
        demo = installation.play_the_demo()
        installation.up()
        yield installation, demo


def _signed_in(browser: Browser, played: tuple[Installation, dict[str, Any]], email: str, width: int = 1280) -> Page:
    installation, demo = played
    account = next(a for a in demo["accounts"] if a["email"] == email)
    page = browser.new_context(
        base_url=installation.url, java_script_enabled=False, viewport={"width": width, "height": 844}
    ).new_page()
    page.set_default_timeout(60_000)
    give_password(page, email, account["password"])
    give_code(page, code(account["totp_secret"]))
    page.wait_for_url("**/desk/")
    return page


def _press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def _words(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_from_the_first_form_to_the_closing_report(
    browser: Browser, played: tuple[Installation, dict[str, Any]]
) -> None:
    today = datetime.now(ZoneInfo("Asia/Kolkata")).date().isoformat()
    chief = _signed_in(browser, played, "desk@mahacyber.example")
    chief.goto("/operations/new/")
    chief.get_by_label("Name").fill(NAME)
    chief.get_by_label("First day").fill(today)
    chief.get_by_label("Goals in words").fill("Children first, then the devices")
    _press(chief, "Add the operation")
    address = chief.url
    _press(chief, "Begin")

    chief.goto(f"{address}people/")
    chief.get_by_label("Agencies below or beside").select_option(list(CODES))
    chief.get_by_label("Everybody there who may see reports knows of it").uncheck()
    _press(chief, "Let them take part")
    chief.get_by_label("E-mail address").fill("officer@jalgaon.example")
    chief.get_by_label("Their part").fill("Searches in Jalgaon")
    _press(chief, "Name them")

    chief.goto(f"{address}rules/")
    chief.get_by_label("District").select_option("IN-MH-JALGAON")
    _press(chief, "See what it would take in")
    assert "fewer than five more cases that you may not see" in " ".join(chief.locator("#preview").inner_text().split())
    _press(chief, "Let this rule hold")

    chief.goto(f"{address}tasks/")
    chief.get_by_label("What is to be done").fill("Ask for preservation")
    for district in CODES:
        chief.locator(f"input[name=agencies][value={district}]").check()
    _press(chief, "Lay it on them")
    assert "0 of 3 done" in chief.content()

    chief.goto(f"{address}days/")
    chief.get_by_label("Day", exact=True).fill(today)
    _press(chief, "Set the day")
    chief.goto(f"{address}days/")
    chief.locator("main ul.plain a").first.click()
    board = chief.url

    _the_district_does_its_part(browser, played, address, board)
    _the_wrong_person_finds_nothing(browser, played, address)

    chief.goto(f"{board}?refresh=1")
    assert chief.locator("meta[http-equiv=refresh]").count() == 1
    assert chief.locator(".board-total").inner_text().split("\t")[1:5] == ["1", "0", "3", "2"]

    chief.goto(f"{address}report/")
    chief.get_by_label("Reason").fill("All districts are through")
    _press(chief, "Close the operation")
    answer = chief.request.get(f"{address}report.pdf?language=en")
    assert answer.ok and answer.headers["content-type"] == "application/pdf"
    words = " ".join(_words(answer.body()).split())
    for text in (
        f"Closing report: {NAME}",
        "All districts are through",
        "Searches done",
        "Children safeguarded on days",
    ):
        assert text in words, text
    assert "Sixteen handles" not in words, "the paper names no case"
    briefing = chief.request.get(f"{address}briefing.pdf?language=hi")
    assert "बच्चे" in _words(briefing.body())


def _the_district_does_its_part(
    browser: Browser, played: tuple[Installation, dict[str, Any]], address: str, board: str
) -> None:
    """On a telephone, in a yard."""
    page = _signed_in(browser, played, "officer@jalgaon.example", width=390)
    page.goto(f"{address}cases/")
    assert "Sixteen handles" in page.content(), "who sees the case anyway sees it here"
    page.goto(f"{address}tasks/")
    page.get_by_text("Go on").first.click()
    page.get_by_label("State").first.select_option("done")
    _press(page, "Write down")
    assert "1 of 3 done" in page.content()
    page.goto(board)
    page.get_by_label("Searches done").fill("3")
    page.get_by_label("Seizures").fill("20")
    page.get_by_label("Children safeguarded").fill("1")
    _press(page, "Enter")
    page.locator("li", has_text="20 seizures").get_by_role("link").click()
    page.get_by_label("The right number").fill("2")
    page.get_by_label("Why it was wrong").fill("A digit too many")
    _press(page, "Put the right number")
    assert page.locator("s", has_text="20").count() == 1, "what was wrong stays to be seen"
    page.goto(f"{address}rules/")
    assert page.get_by_role("button", name="End it").count() == 0


def _the_wrong_person_finds_nothing(
    browser: Browser, played: tuple[Installation, dict[str, Any]], address: str
) -> None:
    for email in ("officer@pune.example", "supervisor@jalgaon.example"):
        page = _signed_in(browser, played, email)
        answer = page.goto(address)
        assert answer is not None and answer.status == 404, email
        page.goto("/operations/")
        assert NAME not in page.content(), email
