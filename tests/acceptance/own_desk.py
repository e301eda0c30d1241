"""A trainee does the whole CSAM referral in a browser: on their own desk, in Tipline's own screens, and hands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

IST = ZoneInfo("Asia/Kolkata")


def works_on_the_desk(page: Page, attempt: str, facts: Mapping[str, Any], folder: Path) -> None:
    """From the bundle to a case with an account that is traced."""
    _opens_the_desk(page, attempt)
    case = _accepts_the_matter(page, facts["matter"])
    _sends(page, case, "preservation", facts["preserve_names"])
    _sends(page, case, "production", facts["produce_names"])
    _registers(page, case)
    reply = folder / "reply.csv"
    _goes_back(page, attempt)
    reply.write_bytes(page.request.get(f"/own-desk/{attempt}/reply.csv").body())
    _opens_the_desk(page, attempt)
    _uses_the_reply(page, case, reply, facts)
    _proposes(page, case)
    _goes_back(page, attempt)
    page.get_by_role("button", name="Ask the second officer").click()
    expect(page.locator("main")).to_contain_text("Proposals decided: 1")
    _opens_the_desk(page, attempt)
    page.goto(f"{case}outcome/")
    page.get_by_label("What came of it").select_option("accounts_traced")
    page.get_by_label("How many").fill("1")
    with page.expect_navigation():
        page.get_by_role("button", name="Record the outcome").click()
    _goes_back(page, attempt)


def hands_in(page: Page, attempt: str, right: Mapping[str, Sequence[str]]) -> None:
    """Answer every task rightly, have the desk looked at, and hand in: every point is there, and every point is explained."""
    page.goto(f"/attempts/{attempt}/?language=en")
    for task, values in right.items():
        form = page.locator(f"form[action='/attempts/{attempt}/answer/{task}/']")
        if not values:
            form.get_by_role("button", name="Have it looked at").click()
        elif form.locator("textarea").count():
            form.locator("textarea").fill("\n".join(values))
            form.get_by_role("button", name="Answer").click()
        elif form.locator("input[type=radio], input[type=checkbox]").count():
            for value in values:
                form.locator(f"input[value='{value}']").check()
            form.get_by_role("button", name="Answer").click()
        else:
            form.locator("input[name=value]").fill(values[0])
            form.get_by_role("button", name="Answer").click()
        expect(page.locator(f"#{task} .badge-good"), task).to_have_text("Right")
    page.get_by_role("link", name="Hand in").click()
    page.get_by_role("button", name="Hand in").click()
    points = page.locator(".exercise-state").inner_text()
    got, of = (float(word) for word in points.rpartition("\n")[2].replace("points", "").split("of"))
    assert got == of > 0, points
    for task in right:
        said = page.locator(f"#{task}").inner_text()
        assert "Right: all" in said or "100 % of" in said, (task, said)


def _opens_the_desk(page: Page, attempt: str) -> None:
    page.goto(f"/own-desk/{attempt}/")
    page.get_by_role("button", name="Open your desk").click()
    page.wait_for_url("**/desk/")


def _goes_back(page: Page, attempt: str) -> None:
    page.get_by_role("button", name="Back to the exercise").click()
    page.wait_for_url(f"**/own-desk/{attempt}/")


def _accepts_the_matter(page: Page, matter: Sequence[str]) -> str:
    for handle in matter:
        page.locator("tbody tr").filter(has_text=handle).get_by_role("checkbox").check()
    page.get_by_role("button", name="Accept into a case").click()
    page.get_by_label("Title of the case").fill("Referral of the clearinghouse")
    page.get_by_role("button", name="Accept and open the case").click()
    page.wait_for_url("**/cases/*/")
    return page.url


def _sends(page: Page, case: str, kind: str, names: Sequence[str]) -> None:
    page.goto(f"{case}requests/")
    for name in names:
        page.get_by_label(name).check()
    page.get_by_label("What for").select_option(kind)
    page.get_by_role("button", name="Draft", exact=True).click()
    page.get_by_label("When it was sent").fill(f"{datetime.now(IST):%Y-%m-%dT%H:%M}")
    page.get_by_label("Reference").last.fill("Outward 12/2026")
    with page.expect_navigation():
        page.get_by_role("button", name="Note as sent").click()


def _registers(page: Page, case: str) -> None:
    page.goto(f"{case}registration/")
    page.get_by_text("Write the FIR down").click()
    page.get_by_label("Number", exact=True).fill("0123/2026")
    page.get_by_label("Registered", exact=True).fill(f"{datetime.now(IST):%Y-%m-%dT%H:%M}")
    page.get_by_label("Police station").fill("Training station")
    with page.expect_navigation():
        page.get_by_role("button", name="Write it down").first.click()


def _uses_the_reply(page: Page, case: str, reply: Path, facts: Mapping[str, Any]) -> None:
    page.goto(f"{case}replies/")
    page.get_by_label("File", exact=True).set_input_files(reply)
    page.get_by_label("Company that answered").fill(facts["reply_network"])
    page.get_by_label("Time zone of its times").select_option("Asia/Kolkata")
    page.locator("form button.primary").first.click()
    page.wait_for_url("**/replies/1/")
    if page.get_by_label("Dates are written").count():
        page.get_by_label("Dates are written").first.select_option("day-first")
        with page.expect_navigation():
            page.get_by_role("button", name="Read it again").click()
    page.get_by_role("region", name="Subscribers and accounts").get_by_label(facts["subscriber_name"]).check()
    page.get_by_role("button", name="Use what is ticked").click()
    expect(page.locator("main")).to_contain_text("is answered")


def _proposes(page: Page, case: str) -> None:
    page.goto(f"{case}persons/")
    page.get_by_text("Add evidence", exact=True).click()
    holder = page.locator("details[open]")
    holder.get_by_label("Kind of evidence").select_option("payment")
    holder.get_by_label("What it says").fill("Paid for the plan of the device")
    holder.get_by_label("Where it can be looked up").fill("Letter of the shop")
    page.get_by_role("button", name="Add the evidence").click()
    page.get_by_text("Propose as person of interest").click()
    for box in page.locator('input[name="relies"]').all():
        box.check()
    page.get_by_label("Why, in your own words").fill("Line, hour and payment point to the same holder")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.locator("main")).to_contain_text("Another officer")
