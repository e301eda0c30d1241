"""The district officer's whole way in a real browser: a lead arrives, letters are drafted, an answer comes in, somebody is traced and
corroborated, the case is registered, the outcome goes back up. On the demo's sixteen handles, left on the desk."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg.rows import dict_row

from tests.acceptance.conftest import TIPLINE, Installation, made_in
from tests.acceptance.people import code, give_code, give_password
from tipline.core.config import Config, load_config
from tipline.core.database.layout import DATABASE, SUPERUSER, Layout
from tipline.core.keys import listed_keys, signing_key
from tipline.exchange.package.reading import verify
from tipline.exchange.package.receipts import write_receipt
from tipline.exchange.parties.descriptor import DescribedKey, Descriptor, fingerprint, sign, spoken
from tipline.exchange.record.model import Party

pytestmark = pytest.mark.acceptance

IST = ZoneInfo("Asia/Kolkata")
TITLE = "Sixteen handles of the week"
SUBSCRIBER = "Example Subscriber One"


@dataclass
class Played:
    """The demo's installation with its JSON."""

    installation: Installation
    demo: dict[str, Any]
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, browser: Browser, email: str) -> Page:
        """A signed-in page of a person; each signs in once, since a code of the app works once."""
        if email not in self.pages:
            account = next(a for a in self.demo["accounts"] if a["email"] == email)
            page = browser.new_context(base_url=self.installation.url, java_script_enabled=True).new_page()
            page.set_default_timeout(60_000)
            give_password(page, email, account["password"])
            give_code(page, code(account["totp_secret"]))
            page.wait_for_url("**/desk/")
            self.pages[email] = page
        return self.pages[email]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with made_in(tmp_path_factory.mktemp("life")) as installation:
        done = subprocess.run(
            [*TIPLINE, "demo", "--check", "--keep", "--on-desk"],
            env=installation.env, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        installation.up()
        yield Played(installation, json.loads(done.stdout))


def _minute(ago: timedelta) -> str:
    """What a field for a time at the desk takes."""
    return f"{datetime.now(IST) - ago:%Y-%m-%dT%H:%M}"


def _words(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_from_arrival_to_outcome(browser: Browser, played: Played) -> None:
    page = played.page(browser, "officer@jalgaon.example")
    case = _arrives_and_is_accepted(page)
    _letters_are_drafted(page, case)
    _a_request_is_sent(page, case)
    _an_answer_traces_two_handles(page, case, played.demo["reply"])
    _corroborated_by_a_second_officer(browser, played, page, case)
    _registered(page, case)
    _the_outcome_goes_up(browser, played, page, case)
    _the_figures_say_what_the_rows_say(played)


def _arrives_and_is_accepted(page: Page) -> str:
    page.goto("/desk/")
    assert page.get_by_role("link", name="New").inner_text().split() == ["New", "16"]
    page.locator("tbody tr").first.get_by_role("link").first.click()
    lead = page.locator("#lead")
    assert "What is known" in lead.inner_text() and "Next steps" in lead.inner_text()
    assert page.locator("img, video, audio, iframe, object, embed").count() == 0
    for language, words in (("en", "Lead summary"), ("hi", "रिपोर्ट"), ("mr", "अहवाल")):
        answer = page.request.get(f"{page.url}summary.pdf?language={language}")
        assert answer.ok and answer.headers["content-type"] == "application/pdf"
        assert words in _words(answer.body()), language
    page.goto("/desk/?choose=all")
    page.get_by_role("button", name="Accept into a case").click()
    page.get_by_label("Title of the case").fill(TITLE)
    page.get_by_label("POCSO Act 2012 s.15").check()
    page.get_by_role("button", name="Accept and open the case").click()
    page.wait_for_url("**/cases/*/")
    assert "Decide on the FIR" in page.content(), "a clock runs from the opening of the case"
    return page.url


def _letters_are_drafted(page: Page, case: str) -> None:
    page.goto(f"{case}letters/?language=en")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the button has the focus
    titles = page.get_by_role("region", name="Letters").inner_text()
    for form in ("First information report", "Preservation", "produce", "Certificate", "Child Welfare Committee"):
        assert form.lower() in titles.lower(), form
    for language in ("hi", "mr"):
        page.goto(f"{case}letters/?language={language}")
        with page.expect_navigation():
            page.get_by_role("button", name="Make the set").click()
    for language, words in (("en", "DRAFT"), ("hi", "प्रारूप"), ("mr", "मसुदा")):
        answer = page.request.get(f"{case}letters/all.pdf.zip?language={language}")
        assert answer.ok
        archive = zipfile.ZipFile(io.BytesIO(answer.body()))
        papers = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
        assert len(papers) >= 6
        for paper in papers:
            assert words in _words(paper), "every page says that it is a draft"


def _a_request_is_sent(page: Page, case: str) -> None:
    page.goto(f"{case}requests/")
    page.get_by_label("Example Khandesh Broadband").check()
    page.get_by_label("What for").select_option("production")
    page.get_by_role("button", name="Draft", exact=True).click()
    page.get_by_label("When it was sent").fill(_minute(timedelta(minutes=0)))
    page.get_by_label("Reference").last.fill("Outward 12/2026")
    with page.expect_navigation():
        page.get_by_role("button", name="Note as sent").click()
    expect(page.get_by_role("row", name="2026/0001/R1")).to_contain_text("Sent")
    page.goto(f"{case}clocks/")
    assert "Reply to the order to produce" in page.content()


def _an_answer_traces_two_handles(page: Page, case: str, reply: str) -> None:
    page.goto(f"{case}replies/")
    page.get_by_label("File", exact=True).set_input_files(reply)
    page.get_by_label("Company that answered").fill("Example Khandesh Broadband")
    page.get_by_label("Time zone of its times").select_option("Asia/Kolkata")
    page.get_by_label("Layout").select_option("generic_ipdr")
    page.get_by_role("button", name="Hand it in").or_(page.locator("form button.primary")).first.click()
    page.wait_for_url("**/replies/1/")
    if page.get_by_label("Dates are written").count():
        page.get_by_label("Dates are written").first.select_option("day-first")
        with page.expect_navigation():
            page.get_by_role("button", name="Read it again").click()
    named = page.get_by_role("region", name="Subscribers and accounts")
    assert SUBSCRIBER in named.inner_text()
    assert "monsoon_kite_07" in named.inner_text() and "tapi_river_22" in named.inner_text()
    named.get_by_label(SUBSCRIBER).check()
    assert "Proposed:" in page.locator("#request-hint").inner_text(), (
        "the request that it answers is proposed, with the reason"
    )
    page.get_by_role("button", name="Use what is ticked").click()
    expect(page.locator("main")).to_contain_text("is answered")
    page.goto(case)
    rows = page.get_by_role("region", name="Handles").locator("tbody tr").filter(has_text=SUBSCRIBER)
    assert rows.count() == 2
    assert "Account holder" in rows.first.inner_text(), "a source's word moves nobody"


def _corroborated_by_a_second_officer(browser: Browser, played: Played, page: Page, case: str) -> None:
    page.goto(f"{case}persons/")
    page.get_by_text("Add evidence", exact=True).click()
    holder = page.locator("details[open]")
    holder.get_by_label("Kind of evidence").select_option("observation")
    holder.get_by_label("What it says").fill("The line ends at the address that the company names")
    holder.get_by_label("Where it can be looked up").fill("Diary of today")
    page.get_by_role("button", name="Add the evidence").click()
    page.get_by_text("Propose as person of interest").click()
    for box in page.locator('input[name="relies"]').all():
        box.check()
    page.get_by_label("Why, in your own words").fill("Two accounts and the line lead to one household")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.locator("main"), "whoever proposes does not confirm").to_contain_text("Another officer")
    second = played.page(browser, "supervisor@jalgaon.example")
    second.goto(f"{case}persons/")
    second.get_by_label("What you looked at, and why you decide so").fill("I read the reply and the diary")
    with second.expect_navigation():
        second.get_by_role("button", name="Confirm", exact=True).click()
    assert "Person of interest" in second.locator("#persons h2").first.inner_text()
    assert "suspect" not in second.locator("main").inner_text().lower()


def _registered(page: Page, case: str) -> None:
    page.goto(f"{case}registration/")
    page.get_by_text("Write the FIR down").click()
    page.get_by_label("Number", exact=True).fill("0123/2026")
    page.get_by_label("Registered", exact=True).fill(_minute(timedelta(minutes=1)))
    page.get_by_label("Police station").fill("Cyber Police Station, Jalgaon")
    with page.expect_navigation():
        page.get_by_role("button", name="Write it down").first.click()
    page.goto(f"{case}clocks/")
    decided = page.locator("li").filter(has_text="Decide on the FIR")
    assert "Ended" in decided.first.inner_text()


def _the_outcome_goes_up(browser: Browser, played: Played, page: Page, case: str) -> None:
    page.goto(f"{case}outcome/")
    page.get_by_label("What came of it").select_option(label="Arrest")
    page.get_by_label("How many").fill("1")
    with page.expect_navigation():
        page.get_by_role("button", name="Record the outcome").click()
    page.goto(case)
    report = page.get_by_role("region", name="Reports").get_by_role("link").first.get_attribute("href") or ""
    above = played.page(browser, "desk@ncrb.example")
    above.goto(report)
    text = above.locator("main").inner_text()
    assert "Arrest" in text
    for told in (TITLE, SUBSCRIBER, "0123/2026", "household"):
        assert told not in text, "the desks above see what came of it, not the case"
    assert above.goto(case).status == 404  # type: ignore[union-attr]


# The funnel once more by the raw tables, written apart from the figures and their facts.
_RAW_FUNNEL = """
WITH mine AS (
  SELECT DISTINCT r.id FROM reports_report r JOIN reports_holding h ON h.report_id = r.id JOIN agencies_agency a ON a.id = h.agency_id
  WHERE a.code = %s AND r.retracted_at IS NULL AND r.channel <> 'reply'
), raised AS (
  SELECT p.case_id, e.handle_id FROM cases_caseperson p LEFT JOIN cases_personevidence e
    ON e.person_id = p.id AND e.withdrawn_at IS NULL AND e.handle_id IS NOT NULL
  WHERE p.standing = 'person_of_interest'
)
SELECT (SELECT count(*) FROM mine) AS reports,
  (SELECT count(DISTINCT report_id) FROM referrals_referral WHERE report_id IN (TABLE mine) AND sent_at IS NOT NULL AND state <> 'recalled') AS referred,
  (SELECT count(DISTINCT report_id) FROM referrals_referral WHERE report_id IN (TABLE mine) AND state = 'accepted') AS accepted,
  (SELECT count(*) FROM cases_casereport WHERE report_id IN (TABLE mine)) AS in_case,
  (SELECT count(DISTINCT case_id) FROM cases_casereport WHERE report_id IN (TABLE mine)) AS cases,
  (SELECT count(DISTINCT h.report_id) FROM raised JOIN cases_casehandle h ON h.id = raised.handle_id WHERE h.report_id IN (TABLE mine)) AS traced,
  (SELECT count(DISTINCT report_id) FROM outcomes_reportoutcome WHERE report_id IN (TABLE mine) AND withdrawn_at IS NULL) AS outcome
"""


def _the_figures_say_what_the_rows_say(played: Played) -> None:
    """Within a minute, at the district and at the desks above it."""
    deadline = time.monotonic() + 60
    for agency in ("IN-MH-JALGAON", "IN-MH-CYBER", "IN-NCRB", "US-NCMEC"):
        with psycopg.connect(
            Layout(played.installation.data_dir).url(SUPERUSER, DATABASE), row_factory=dict_row
        ) as raw:
            expected = raw.execute(_RAW_FUNNEL, [agency]).fetchone()
        assert expected is not None
        assert (expected["traced"], expected["outcome"] > 0) == (2, True), agency
        while (found := _funnel(played, agency)) != expected and time.monotonic() < deadline:
            time.sleep(2)
        assert found == expected, agency


def _funnel(played: Played, agency: str) -> dict[str, Any]:
    told = played.installation.json("statistics", "show", "funnel", "--agency", agency, "--json")
    (row,) = told["rows"]
    return {measure: cell["value"] for measure, cell in row["cells"].items()}


STICK = "IN-GJ-CYBER"  # which the national desk sent a report to


def test_a_referral_is_handed_over_by_stick_and_its_receipt_taken(
    browser: Browser, played: Played, tmp_path: Path
) -> None:
    """By screen: the file proves itself by the script alone, an altered copy is refused by name, the receipt of the other side is taken."""
    there = load_config({"TIPLINE_DATA_DIR": str(tmp_path / "there")})
    own = _takes_up_with(played, there, tmp_path)
    page = played.page(browser, "supervisor@ncrb.example")
    page.goto(f"/packages/new/?to={STICK}&choose=all")
    page.get_by_label("Not at all").check()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Write the package").click()
    package = tmp_path / "referral.zip"
    saved.value.save_as(package)
    script = Path(__file__).parents[2] / "tools" / "verify_package.py"
    proof = subprocess.run([sys.executable, script, package, "--key", own], capture_output=True, text=True, check=False)
    assert proof.returncode == 0 and proof.stdout.startswith("PROVEN"), proof.stdout + proof.stderr
    altered = tmp_path / "altered.zip"
    altered.write_bytes(_altered(package.read_bytes()))
    page.goto("/packages/receive/")
    page.get_by_label("Package").set_input_files(altered)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("alert")).to_contain_text("Refused (altered)")
    page.goto("/packages/?tab=refused")
    expect(page.get_by_role("table")).to_contain_text("altered")
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(_receipt(package, there))
    page.goto("/packages/")
    expect(page.get_by_role("table")).to_contain_text("Waits for a receipt")
    page.get_by_label("Receipt").set_input_files(receipt)
    page.get_by_role("button", name="Take the receipt in").click()
    expect(page.get_by_role("status")).to_contain_text("has the package")
    expect(page.get_by_role("table")).to_contain_text("Received")


def _takes_up_with(played: Played, there: Config, folder: Path) -> str:
    """Make an installation known where the other desk works, as its operator does. Returns the own key, by the own descriptor."""
    key = signing_key(there)
    lines = tuple(DescribedKey(**asdict(one)) for one in listed_keys(there))
    described = sign(Descriptor(name="gujarat", keys=lines, made_at=datetime.now(UTC)), key)
    file, ours = folder / "gujarat.json", folder / "ours.json"
    file.write_text(described.model_dump_json())
    mark = spoken(fingerprint("gujarat", [line.key for line in lines]))
    for command in (
        ["peer", "add", file], ["peer", "confirm", "gujarat", "--fingerprint", mark], ["peer", "place", STICK, "gujarat"],
        ["peer", "describe", "-o", ours],
    ):  # fmt: skip
        subprocess.run([*TIPLINE, *map(str, command)], env=played.installation.env, check=True, capture_output=True)
    return str(json.loads(ours.read_text())["keys"][-1]["key"])


def _altered(body: bytes) -> bytes:
    """The same package with another sentence in a file that is signed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"x" if name.endswith("/README.txt") else b""))
    return out.getvalue()


def _receipt(package: Path, there: Config) -> bytes:
    """What the other side gives for it."""
    with package.open("rb") as file:
        found = verify(file)
    receiver = Party(agency=STICK, name="Gujarat", installation="gujarat")
    laid = [{"report": one.uid, "hop": one.hops[-1].uid, "state": "new"} for one in found.record.reports]
    return write_receipt(found.meta.uid, found.digest, datetime.now(UTC), receiver, laid, signing_key(there))
