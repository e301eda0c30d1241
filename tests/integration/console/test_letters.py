"""The letters of a case on the screens: the set in one press, a letter read, edited, reviewed and taken as files."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.legal.letters import services
from tipline.investigation.legal.letters.body import editable
from tipline.investigation.legal.letters.models import Letter, LetterState
from tipline.investigation.legal.letters.services import bodies_of, make
from tipline.trust.accounts.models import Role, User
from tipline.trust.agencies.letterheads import set_letterhead
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(tmp_path: Path) -> User:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return person("IN-MH-JALGAON")


@pytest.fixture
def case(officer: User) -> Case:
    report = factories.filed(factories.provider())
    drain()
    return open_case(officer, [report.pk], "Kite", offences=["IN-ITA-67B", "IN-POCSO-14"])


@pytest.fixture
def client(officer: User) -> Client:
    return signed_in(officer)


def test_the_button_has_the_focus_and_one_press_makes_the_set(case: Case, client: Client) -> None:
    page = client.get(f"/cases/{case.pk}/letters/?language=en").content.decode()
    assert re.search(r"<button[^>]* autofocus>Make the set</button>", page)
    done = client.post(f"/cases/{case.pk}/letters/set/", {"language": "en"}, follow=True).content.decode()
    assert "8 new, 0 taken afresh" in done
    assert "Notice to the Child Welfare Committee" in done and "Draft: review before use" in done
    assert "Police station" in done and "to fill in by hand" in done and "autofocus" not in done
    assert {"fir", "certificate", "preservation", "production"} < set(Letter.objects.values_list("form", flat=True))


def test_the_letters_page_is_six_keys_from_the_case_by_keyboard(case: Case, client: Client) -> None:
    """Tab and Enter: skip to the content. Tab to the first page of the bar, Tab to the second: Letters. Enter. Enter."""
    page = client.get(f"/cases/{case.pk}/").content.decode()
    first, second = re.findall(r'<a href="([^"]+)"', page[page.index("Pages of the case") :])[:2]
    assert (first, second) == (f"/cases/{case.pk}/", f"/cases/{case.pk}/letters/")


def test_a_letter_is_read_edited_reviewed_and_taken_as_files(case: Case, officer: User, client: Client) -> None:
    fir = make(officer, case.pk, "fir", "mr")
    path = f"/cases/{case.pk}/letters/{fir.pk}/"
    page = client.get(path).content.decode()
    assert '<article class="letter" lang="mr"' in page and "मसुदा – वापरण्यापूर्वी तपासा" in page
    assert "monsoon_kite_07" in page and "<mark>[" in page
    place = next(one for one in editable(bodies_of([fir])[fir.pk].body) if one["field"] == "blank.place")
    assert f'name="text-{place["key"]}"' in client.get(f"{path}edit/").content.decode()
    sent = {"version": "1", f"text-{place['key']}": "<b>ज्ञात नाही</b>"}
    done = client.post(f"{path}edit/", sent, follow=True).content.decode()
    assert "Kept as a new version" in done and "&lt;b&gt;ज्ञात नाही" in done
    stale = client.post(f"{path}edit/", sent | {f"text-{place['key']}": "Mine"})
    assert stale.status_code == 422
    assert "you began with version 1" in stale.content.decode() and "Mine" in stale.content.decode()
    for kind, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("odt", b"PK")):
        answer = client.get(f"{path}letter.{kind}")
        assert answer.content.startswith(begins) and f"-v2.{kind}" in answer["Content-Disposition"]
    assert client.get(f"{path}letter.exe").status_code == 404
    client.post(f"{path}act/", {"verb": "review", "version": "2"})
    fir.refresh_from_db()
    assert fir.state == LetterState.REVIEWED
    assert officer.name in client.get(path).content.decode()
    assert Entry.objects.filter(action="letter.printed").count() == 3


def test_what_the_record_says_otherwise_is_shown_and_taken(case: Case, officer: User, client: Client) -> None:
    fir = make(officer, case.pk, "fir", "en")
    path = f"/cases/{case.pk}/letters/{fir.pk}/"
    assert "The record says otherwise by now" not in client.get(path).content.decode()
    set_letterhead(case.agency, {"station": "Harbour Police Station"}, officer.actor)
    page = client.get(path).content.decode()
    assert "The record says otherwise by now" in page and "Harbour Police Station" in page
    client.post(f"{path}act/", {"verb": "afresh", "version": "1"})
    assert "The record says otherwise by now" not in client.get(path).content.decode()
    client.post(f"{path}act/", {"verb": "language", "language": "hi"})
    assert Letter.objects.filter(form="fir", language="hi").count() == 1
    client.post(f"{path}act/", {"verb": "withdraw", "version": "2"})
    assert "1 withdrawn" in client.get(f"/cases/{case.pk}/letters/?language=en").content.decode()
    assert "Choose what to do" in client.post(f"{path}act/", {"verb": "x"}, follow=True).content.decode()


@pytest.mark.parametrize("hour", [12, 20])
def test_a_letter_has_the_desks_day_also_when_it_is_another_day_elsewhere(
    case: Case, officer: User, client: Client, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    """20:00 UTC is 01:30 of the next day at the desk."""
    made_at = datetime(2026, 11, 28, hour, tzinfo=UTC)
    with monkeypatch.context() as patched:
        patched.setattr(services, "now", lambda: made_at)
        fir = make(officer, case.pk, "fir", "en")
    page = client.get(f"/cases/{case.pk}/letters/{fir.pk}/").content.decode()
    assert ("29-11-2026" if hour == 20 else "28-11-2026") in page
    assert "The record says otherwise by now" not in page


def test_all_come_as_one_archive(case: Case, client: Client) -> None:
    client.post(f"/cases/{case.pk}/letters/set/", {"language": "hi"})
    answer = client.get(f"/cases/{case.pk}/letters/all.odt.zip?language=hi")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert len(names) == 8 and all(name.endswith("-hi-v1.odt") for name in names)
    one = client.post(f"/cases/{case.pk}/letters/make/", {"form": "emergency|pictogram", "language": "hi"})
    assert one.status_code == 302
    assert Letter.objects.filter(form="emergency", holder_key="pictogram").count() == 1


def test_a_letter_of_another_case_and_another_agency_is_not_there(case: Case, officer: User, client: Client) -> None:
    fir = make(officer, case.pk, "fir", "en")
    assert client.get(f"/cases/{case.pk + 1}/letters/{fir.pk}/").status_code == 404
    stranger = signed_in(person("IN-MH-PUNE"))
    for page in ("", "edit/", "letter.pdf"):
        assert stranger.get(f"/cases/{case.pk}/letters/{fir.pk}/{page}").status_code == 404
    assert stranger.post(f"/cases/{case.pk}/letters/set/", {"language": "en"}).status_code == 404
    analyst = signed_in(person("IN-MH-JALGAON", Role.ANALYST))
    assert "Make the set" not in analyst.get(f"/cases/{case.pk}/letters/").content.decode()


def test_a_supervisor_and_an_administrator_set_the_letterhead(officer: User) -> None:
    path = "/agencies/IN-MH-JALGAON/letterhead/"
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        client = signed_in(person("IN-MH-JALGAON", role))
        wrong = client.post(path, {"station": "S", "email": "nobody"})
        assert wrong.status_code == 422 and 'href="#email"' in wrong.content.decode()
        client.post(path, {"station": f"Station of a {role}", "email": ""})
        assert f"Station of a {role}" in client.get("/agencies/IN-MH-JALGAON/").content.decode()
    assert signed_in(officer).get(path).status_code == 403
    assert signed_in(person("IN-MH-PUNE", Role.ADMINISTRATOR)).get(path).status_code == 404
