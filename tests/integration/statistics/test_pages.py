"""The pages of statistics: the address is the question, every chart has its table, and what may not be seen is hidden in all of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.core.clock import now
from tipline.investigation.cases.services import open_case
from tipline.statistics.keeping import refresh
from tipline.trust.accounts.models import Role
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
PAGE = "/statistics/figures/funnel/"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """Nine reports of two providers at Jalgaon, one of which has a hostile name; two are in a case."""
    factories.standard_tree()
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    factories.demo_ranges(tmp_path_factory.mktemp("ranges"))
    hostile = factories.provider("=cmd|'<script>alert(1)</script>'")
    plain = factories.provider("Pictogram")
    reports = [factories.filed(plain if n < 6 else hostile, factories.synthetic(f"kite_{n}", email=f"kite_{n}@mail.example")).pk for n in range(9)]  # fmt: skip
    drain()
    open_case(person("IN-MH-JALGAON"), reports[:2], "Kite")
    refresh()
    return reports


@pytest.fixture
def officer(world: list[int]) -> Client:
    return signed_in(person("IN-MH-JALGAON"))


@pytest.fixture
def statistician(world: list[int]) -> Client:
    return signed_in(person("IN-MH-JALGAON", Role.STATISTICIAN))


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def rows(page: str) -> list[list[str]]:
    """Rows of the tables of a page, as text."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in found]  # fmt: skip


def test_the_overview_begins_with_children_and_every_chart_has_a_table(officer: Client) -> None:
    page = text(officer, "/statistics/")
    assert page.index("Children safeguarded") < page.index("From report to outcome") < page.index("Days of each hop")
    assert page.count("<picture>") == page.count('<img src="/statistics/figures/') >= 3
    assert all(alt for alt in re.findall(r'<img [^>]*alt="([^"]*)"', page))
    assert ["Reports", "9"] in rows(page) and ["In a case", "2"] in rows(page)


def test_who_sees_no_reports_gets_no_small_number_on_any_surface(statistician: Client) -> None:
    page = text(statistician, PAGE)
    assert ["In a case", "fewer than 5"] in rows(page) and ["Reports", "9"] in rows(page)
    for path in ("table.csv", "table.json", "chart.svg"):
        told = text(statistician, f"{PAGE}{path}")
        assert "fewer than 5" in told and ">2<" not in told and ",2," not in told
    assert statistician.get(f"{PAGE}table.parquet").content.startswith(b"PAR1")


@pytest.mark.parametrize(
    ("path", "slow"),
    [
        (PAGE, False), (f"{PAGE}?by=month&then=district", False), ("/statistics/", False), (f"{PAGE}?beside=year", False),
        ("/statistics/figures/hop_days/?by=district", False), ("/statistics/figures/hop_days/?by=district&then=platform", True),
        ("/statistics/figures/waiting@1/", True), ("/statistics/figures/legal_requests/", True),
        (f"{PAGE}?by=platform&then=category&only=district:IN/Maharashtra/Jalgaon", True),
    ],
)  # fmt: skip
def test_a_page_says_where_its_numbers_are_counted_row_by_row(officer: Client, path: str, slow: bool) -> None:
    assert ("counted row by row" in text(officer, path)) is slow


def test_the_address_is_the_question(officer: Client) -> None:
    month = now().strftime("%Y-%m")
    page = text(officer, f"{PAGE}?since={month}&until={month}&by=platform&then=month")
    assert [row[:3] for row in rows(page) if "Pictogram" in row[:1]] == [["Pictogram", month, "6"]]
    assert f"since={month}" in page and "by=platform" in page, "its files ask the same"
    assert ["Reports", "0"] in rows(text(officer, f"{PAGE}?since=2020-01&until=2020-02"))


def test_hostile_names_are_text_in_page_chart_and_file(officer: Client) -> None:
    page = text(officer, f"{PAGE}?by=platform")
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    drawing = text(officer, f"{PAGE}chart.svg?by=platform")
    assert "<script" not in drawing and "&lt;script" in drawing
    cells = [cell for row in csv.reader(io.StringIO(text(officer, f"{PAGE}table.csv?by=platform"))) for cell in row]
    assert any(cell.startswith("'=cmd") for cell in cells) and not any(cell.startswith("=") for cell in cells)


def test_a_chart_is_an_image_that_runs_nothing_and_downloads_are_logged(officer: Client) -> None:
    drawn = officer.get(f"{PAGE}chart.svg?theme=dark&size=narrow")
    assert drawn["Content-Type"].startswith("image/svg+xml") and "Content-Disposition" not in drawn
    assert "script-src" in drawn["Content-Security-Policy"] or "default-src 'none'" in drawn["Content-Security-Policy"]
    taken = officer.get(f"{PAGE}chart.png?download=1")
    assert taken.content.startswith(b"\x89PNG") and "attachment" in taken["Content-Disposition"]
    officer.get(f"{PAGE}table.csv")
    assert list(Entry.objects.filter(action="statistics.downloaded").values_list("detail__kind", flat=True).order_by("id")) == ["png", "csv"]  # fmt: skip


def test_beside_another_time_stands_the_difference_and_a_warning_of_small_numbers(officer: Client) -> None:
    page = text(officer, f"{PAGE}?beside=year")
    assert ["Reports", "9", "0", "+9 few"] in rows(page)
    assert "often chance" in page
    assert "beside" in text(officer, f"{PAGE}chart.svg?beside=year")


def test_beside_another_agency_only_where_its_counts_may_be_seen(officer: Client) -> None:
    assert officer.get(f"{PAGE}?beside=agency:IN-MH-PUNE").status_code == 404
    assert officer.get(f"{PAGE}?agency=IN-MH-PUNE").status_code == 404
    state = signed_in(person("IN-MH-CYBER"))
    assert state.get(f"{PAGE}?beside=agency:IN-MH-PUNE").status_code in {200, 404}


def test_one_district_stands_beside_another(officer: Client) -> None:
    page = text(officer, f"{PAGE}?by=platform")
    assert "Look at one" in page
    narrowed = re.findall(r'href="\?([^"]*only=platform[^"]*)"', page)
    assert len(narrowed) == 2
    one = text(officer, f"{PAGE}?{narrowed[0].replace('&amp;', '&')}")
    assert "Put it beside another" in one
    (other,) = re.findall(r'href="\?([^"]*beside=key[^"]*)"', one)
    assert "Difference" in text(officer, f"{PAGE}?{other.replace('&amp;', '&')}")


def test_as_of_an_earlier_day_counts_what_was_known(officer: Client) -> None:
    yesterday = (now() - timedelta(days=1)).date().isoformat()
    page = text(officer, f"{PAGE}?as_of={yesterday}")
    assert "as known at" in page and ["Reports", "0"] in rows(page) and "counted row by row" in page
    assert text(officer, f"/statistics/?as_of={yesterday}").count("counted row by row") == 5


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("since=yesterday", "is no month"), ("by=moon", "nothing to cut by"), ("since=2026-05&until=2026-01", "first day of a month"),
        ("as_of=soon", "is no day"), ("as_of=2099-01-01", "numbers are kept up to"), ("beside=moon", "compare with"), ("since=0000-01", "is no month"),
        ("only=moon:1", "nothing to cut by"), ("since=1990-01", "at most 240 months"), ("beside=key:x", "compare with"), ("until=9999-12", "is no month"),
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_says_what_is_wrong(officer: Client, query: str, says: str) -> None:
    page = text(officer, f"{PAGE}?{query}", 422)
    assert says.lower() in page.lower() and "There is a problem" in page
    assert officer.get(f"{PAGE}table.csv?{query}").status_code == 404 or query.startswith("beside")
    assert officer.get(f"{PAGE}chart.svg?{query}").status_code == 404


def test_what_is_not_there_is_not_found(officer: Client) -> None:
    for path in ("/statistics/figures/nothing/", f"{PAGE}table.xlsx", f"{PAGE}chart.gif", f"{PAGE}chart.svg?part=9", f"{PAGE}chart.svg?part=x"):  # fmt: skip
        assert officer.get(path).status_code == 404, path


def test_before_anything_is_counted_the_pages_say_so(db: None) -> None:
    factories.standard_tree()
    client = signed_in(person("IN-MH-JALGAON"))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_kept SET at = NULL")
    for path in ("/statistics/", PAGE):
        assert "Nothing is counted yet" in text(client, path)


def test_the_yearly_return_is_filled_and_says_why_cells_are_empty(officer: Client) -> None:
    year = now().year
    page = text(officer, f"/statistics/returns/?year={year}")
    assert ["Reports received", "9"] in rows(page) and "no one&#x27;s sex" in page
    assert "working model" in page
    told = text(officer, f"/statistics/returns/in-crime-in-india/return.csv?year={year}")
    assert "Reports received,9" in told and "(Tipline keeps numbers of arrests" in told
    ods = officer.get(f"/statistics/returns/in-crime-in-india/return.ods?year={year}").content
    import odfdo

    sheets = odfdo.Document(io.BytesIO(ods)).body.tables
    assert [sheet.name for sheet in sheets][:2] == ["About", "Table 1"]
    assert sheets[1].get_value((1, 2)) == 9
    assert officer.get("/statistics/returns/?year=12").status_code == 422
    assert officer.get("/statistics/returns/nothing/return.csv").status_code == 404


def test_kinds_of_incident_are_in_the_field_s_words_on_every_surface(officer: Client) -> None:
    for path in (f"{PAGE}?by=category", f"{PAGE}chart.svg?by=category", f"{PAGE}table.csv?by=category"):
        told = text(officer, path)
        assert "Travel for abuse" in told and "Tourism" not in re.sub(r'only=[^"]*', "", told), path


def test_counts_and_statistics_are_one_room(statistician: Client) -> None:
    assert 'href="/statistics/"' in text(statistician, "/counts/") and 'href="/counts/"' in text(
        statistician, "/statistics/"
    )


def test_a_kept_answer_is_shown_and_counted_again(officer: Client, world: list[int]) -> None:
    month = now().strftime("%Y-%m")
    form = {"figure": "funnel", "since": month, "until": month, "by": "platform", "note": "For <b>the Assembly</b>"}
    answer = officer.post("/statistics/kept/", form, follow=True)
    address = answer.redirect_chain[-1][0]
    page = answer.content.decode()
    assert "&lt;b&gt;the Assembly" in page and any(row[:2] == ["Pictogram", "6"] for row in rows(page))
    open_case(person("IN-MH-JALGAON"), world[2:4], "Another")
    refresh()
    assert "every number is the same" in text(officer, f"{address}?again=1"), "what came later changes nothing"
    assert "From report to outcome" in text(officer, "/statistics/kept/")
    assert "There is a problem" in officer.post("/statistics/kept/", {**form, "by": "moon"}).content.decode()
    assert signed_in(person("IN-MH-PUNE")).get(address).status_code == 404
    assert signed_in(person("IN-MH-JALGAON", Role.STATISTICIAN)).get(address).status_code == 404, "it has small numbers"
