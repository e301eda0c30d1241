"""Screens of requests: the tab of a case, one request, the desk's list, figures, and the directory of holders."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.core.clock import now
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.process import alerts
from tipline.investigation.process.making import make
from tipline.investigation.process.models import Request, RequestAlert, RequestItem, RequestKind
from tipline.investigation.process.services import Letter, send
from tipline.reports.models import Identifier
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
JALGAON = "IN-MH-JALGAON"


@pytest.fixture
def officer(tmp_path: Path) -> User:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return person(JALGAON)


@pytest.fixture
def case(officer: User) -> Case:
    provider = factories.provider()
    reports = [factories.filed(provider, factories.synthetic(handle)) for handle in ("monsoon_kite_07", "river_lamp_2")]
    drain()
    case = open_case(officer, [report.pk for report in reports], "Kite")
    Case.objects.filter(pk=case.pk).update(opened_at=now() - timedelta(days=100))
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def client(officer: User) -> Client:
    return signed_in(officer)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def at(days: float) -> str:
    """So many days ago, as a form of a desk in India has it."""
    return f"{now() + timedelta(hours=5, minutes=30) - timedelta(days=days):%Y-%m-%dT%H:%M}"


def test_from_holders_to_a_reply_and_the_figures(case: Case, client: Client) -> None:
    base = f"/cases/{case.pk}/requests/"
    page = text(client, base)
    assert "Who holds records" in page and "monsoon_kite_07" in page and "Nothing was asked yet" in page
    assert "Requests of the case" not in page and 'aria-current="page">Requests' in page
    done = client.post(f"{base}draft/", {"kind": "production"}, follow=True).content.decode()
    requests = list(Request.objects.order_by("pk"))
    assert f"{len(requests)} requests drafted. Nothing was sent" in done
    again = client.post(f"{base}draft/", {"kind": "production"}, follow=True).content.decode()
    assert "Nothing was drafted" in again and Request.objects.count() == len(requests)
    sent = {
        "request": [r.pk for r in requests], **{f"version-{r.pk}": 1 for r in requests},
        "when": at(9), "channel": "portal", "reference": "JAL/44", "dispatch": "ticket 12",
    }  # fmt: skip
    assert "noted as sent" in client.post(f"{base}send/", sent, follow=True).content.decode()
    one = Request.objects.get(holder_key="pictogram")
    page = text(client, f"{base}{one.pk}/")
    assert "BNSS 2023 s.94" in page and "ticket 12" in page and "JAL/44" in page and "Note a reply" in page
    reply = {"verb": "reply", "version": 2, "when": at(2), "channel": "email", "reference": "PG-1", "answer": "full"}
    refused = client.post(f"{base}{one.pk}/", reply)
    assert refused.status_code == 422
    assert "Say what the reply was good for" in refused.content.decode() and "PG-1" in refused.content.decode()
    page = client.post(f"{base}{one.pk}/", reply | {"usefulness": "identified"}, follow=True).content.decode()
    assert "The reply is noted" in page and "7 days after sending" in page and "names a subscriber" in page
    rates = text(client, "/requests/rates/")
    assert "484 of 1,940" in rates and "Pictogram" in rates and f"1 of {len(requests)}" in rates
    assert "7.0" in text(client, "/holders/pictogram/")
    assert "How holders answer" in text(client, "/requests/")
    assert Entry.objects.filter(action="request.read", object_id=str(case.pk)).exists()


def test_faults_stand_on_the_form(case: Case, client: Client, officer: User) -> None:
    base = f"/cases/{case.pk}/requests/"
    assert client.post(f"{base}draft/", {"kind": "tea"}).status_code == 422
    (request,) = make(officer, case.pk, RequestKind.PRODUCTION, ["pictogram"]).requests
    page = client.post(f"{base}send/", {"when": at(1)})
    assert page.status_code == 422 and "Tick the requests that went out" in page.content.decode()
    whole = {"request": request.pk, f"version-{request.pk}": 1, "channel": "email", "reference": "x"}
    for when, says in (
        (at(-1), "in the future"),
        (at(300), "before the case was opened"),
        ("soon", "give the day and time"),
    ):
        page = client.post(f"{base}send/", whole | {"when": when})
        assert page.status_code == 422 and says in page.content.decode().casefold(), when
    client.post(f"{base}send/", whole | {"when": at(1)})
    stale = client.post(f"{base}{request.pk}/", {"verb": "close", "version": 1})
    assert stale.status_code == 422 and "was changed while you looked at it" in stale.content.decode()
    assert client.post(f"{base}{request.pk}/", {"verb": "burn", "version": 2}).status_code == 404
    assert client.post(f"{base}send/", whole | {"request": "9" * 30, "when": at(1)}).status_code == 404


def test_alerts_are_shown_and_seen(case: Case, client: Client, officer: User) -> None:
    (request,) = (
        make(officer, case.pk, RequestKind.ASSISTANCE, ["clipwave"] if False else None).requests
        or make(officer, case.pk, RequestKind.ASSISTANCE, ["pictogram"]).requests
    )
    send(officer, case.pk, {request.pk: 1}, Letter(now() - timedelta(days=4.5), "email", "JAL/9"))
    alerts.raise_due()
    page = text(client, "/requests/?show=overdue")
    assert "The time allowed is over" in page and "For a supervisor" in page and request.own_reference in page
    alert = RequestAlert.objects.get(kind="term_over")
    client.post("/requests/seen/", {"alert": alert.pk, "case": case.pk})
    assert RequestAlert.objects.get(pk=alert.pk).acknowledged_by == officer
    assert "seen and still due" in text(client, "/requests/")
    assert "No request fits" in text(client, "/requests/?show=ends")
    assert "No request fits" in text(client, "/requests/?holder=google")


def test_what_became_known_as_a_childs_is_masked(case: Case, client: Client, officer: User) -> None:
    (request,) = make(officer, case.pk, RequestKind.PRODUCTION, ["pictogram"]).requests
    item = RequestItem.objects.filter(request=request).order_by("pk")[0]
    path = f"/cases/{case.pk}/requests/{request.pk}/"
    assert item.text in text(client, path)
    Identifier.objects.filter(pk=item.identifier_id).update(of_child=True)
    assert item.text not in text(client, path)


def test_names_of_platforms_are_text(client: Client, officer: User) -> None:
    report = factories.synthetic("kite")
    from dataclasses import replace

    filed = factories.filed(factories.provider(), replace(report, platform="<b>Plat</b>/form\u202e"))
    drain()
    case = open_case(officer, [filed.pk], "x")
    made = make(officer, case.pk, RequestKind.PRODUCTION).requests
    for path in (f"/cases/{case.pk}/requests/", f"/cases/{case.pk}/requests/{made[0].pk}/", "/requests/"):
        page = text(client, path)
        assert "<b>Plat" not in page and "\u202e" not in page


def test_everybody_reads_the_directory_and_nobody_without_cases_reads_requests(case: Case) -> None:
    for role in (Role.TRAINER, Role.STATISTICIAN, Role.AUDITOR):
        somebody = signed_in(person(JALGAON, role))
        page = text(somebody, "/holders/google/")
        assert "A placeholder: nobody" in page and "check before use" in page
        assert somebody.get("/requests/").status_code == 403
    assert "Snap Inc." in text(signed_in(person(JALGAON)), "/holders/?q=snap")
    assert signed_in(person(JALGAON)).get("/holders/no-such/").status_code == 404
    networks = text(signed_in(person(JALGAON)), "/holders/")
    assert "Network" in networks


def test_queries_do_not_grow_with_the_requests(case: Case, client: Client, officer: User) -> None:
    base = f"/cases/{case.pk}/requests/"
    make(officer, case.pk, RequestKind.PRODUCTION)
    with CaptureQueriesContext(
        connection,
    ) as few:
        text(client, base)
    for _ in range(3):
        for kind in RequestKind:
            make(officer, case.pk, kind, again=True)
    with CaptureQueriesContext(connection) as many:
        text(client, base)
    assert len(many) <= len(few), [q["sql"][:200] for q in many]
    with CaptureQueriesContext(connection) as desk:
        text(client, "/requests/")
    assert len(desk) <= 24
