"""The queue on its faces: screen, programs, command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from tests import factories
from tests.factories import agency, bearer, person, signed_in, token
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.referrals.models import DeskRow, Referral, ReferralState
from tipline.referrals.queue.models import Closing
from tipline.referrals.queue.turns import give_turns
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, TokenScope, User

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"


@pytest.fixture
def officer(tmp_path: Path) -> User:
    factories.four_at_jalgaon(tmp_path)
    DeskRow.objects.update(gone_at=None, due_at=None, remind_at=None, priority=10)
    give_turns()
    return person(DESK)


def ids() -> list[int]:
    return sorted(Report.objects.values_list("pk", flat=True))


def act(client: Client, verb: str, *reports: int, **more: Any) -> str:
    given = {"verb": verb, "report": list(reports), "step": "do", **more}
    response = client.post("/desk/act/", given, follow=True)
    return response.content.decode()


def test_each_row_says_why_it_stands_there_and_whose_it_is(officer: User) -> None:
    client = signed_in(officer)
    text = client.get("/desk/").content.decode()
    assert f"In the order of coming, in the turn of {agency(DESK).name} (queue/ordinary, version 1)" in text
    act(client, "take", ids()[0])
    mine = client.get("/desk/?whose=mine").content.decode()
    assert mine.count('role="rowheader"') == 1 and ">Mine<" in mine
    assert "No report fits this choice" in signed_in(person(DESK)).get("/desk/?whose=mine").content.decode()


def test_rest_and_what_only_informs_have_piles_and_reasons(officer: User) -> None:
    client = signed_in(officer)
    first, second, third, _ = ids()
    assert "say in a sentence why it rests" in act(client, "snooze", first, hours="4").lower()
    assert "1 report put to rest" in act(client, "snooze", first, hours="4", note="A call at noon")
    assert "put among what only informs" in act(client, "inform", second, note="A film that goes round")
    live = json.loads(client.get("/desk/counts/", HTTP_ACCEPT="application/json").content)
    assert (live["new"], live["resting"], live["informational"], live["all"]) == (2, 1, 1, 4)
    assert "Resting" in client.get("/desk/counts/?tab=new").content.decode()
    resting = client.get("/desk/?tab=resting").content.decode()
    assert f"/reports/{first}/" in resting and f"/reports/{third}/" not in resting and "Take back from rest" in resting
    assert "1 back from rest" in act(client, "wake", first)
    assert "1 back among what is to be worked on" in act(client, "work", second)


def test_an_urgent_return_waits_on_its_page_for_a_second_person(officer: User) -> None:
    one = ids()[0]
    Report.objects.filter(pk=one).update(escalated=True)
    text = act(signed_in(officer), "return", one, reason="duplicate", note="<b>See the other</b>")
    assert "somebody else of your desk confirms it" in text and "&lt;b&gt;See the other" in text
    closing = Closing.objects.get()
    own = signed_in(officer).post("/desk/second-look/", {"proposal": closing.pk, "verb": "confirm"})
    assert own.status_code == 403
    assert Referral.objects.get(report=one, to_agency__code=DESK).state != ReferralState.RETURNED
    stranger = signed_in(person("IN-MH-PUNE"))
    assert "See the other" not in stranger.get("/desk/second-look/").content.decode()
    assert stranger.post("/desk/second-look/", {"proposal": closing.pk, "verb": "confirm"}).status_code == 404
    second = signed_in(person(DESK))
    done = second.post("/desk/second-look/", {"proposal": closing.pk, "verb": "confirm"}, follow=True)
    assert f"Confirmed: return report {one}" in done.content.decode()
    assert Referral.objects.get(report=one, to_agency__code=DESK).state == ReferralState.RETURNED


def test_handing_over_before_leave(officer: User) -> None:
    other = person(DESK)
    client = signed_in(officer)
    act(client, "take", *ids()[:3])
    refused = client.post("/desk/hand-over/", {"to": other.email, "note": ""})
    assert refused.status_code == 422
    done = client.post("/desk/hand-over/", {"to": other.email, "note": "Leave"}, follow=True).content.decode()
    assert f"3 reports went to {other.name}" in done


def call(user: User, path: str, body: object = None, *scopes: str) -> Any:
    header = bearer(token(user, *(scopes or (TokenScope.REPORTS, TokenScope.REPORTS_WRITE))))
    if body is None:
        return Client().get(f"/api/v1{path}", **header)  # type: ignore[arg-type]
    return Client().post(f"/api/v1{path}", json.dumps(body), content_type="application/json", **header)  # type: ignore[arg-type]


def test_programs_work_the_queue(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.without_rates(monkeypatch)
    one, two, *_ = ids()
    assert call(officer, "/desk/assign", {"reports": [one], "person": officer.email}).json()["count"] == 1
    rest = {"reports": [two], "until": (now() + timedelta(hours=2)).isoformat(), "note": "A call"}
    assert call(officer, "/desk/snooze", rest).json()["done"] == "resting"
    found = call(officer, "/desk/queue?whose=mine").json()
    assert [(row["report"], row["assignee"], row["flow"]) for row in found["items"]] == [(one, officer.email, DESK)]
    assert found["counts"]["resting"] == 1
    assert call(officer, "/desk/wake", {"reports": [two]}).json()["count"] == 1
    for code, role in (("IN-MH-PUNE", Role.DESK_OFFICER), (DESK, Role.INVESTIGATOR)):
        refused = call(person(code, role), "/desk/assign", {"reports": [one], "person": ""})
        assert refused.status_code in {401, 403, 404}, refused.content
    assert call(person("IN-MH-PUNE"), "/desk/queue").json()["items"] == []
    asked = call(officer, "/desk/contacts", {"reports": [one]}).json()
    assert asked["done"] == "asked"
    [check] = call(officer, "/desk/contacts").json()["asked"]
    assert check["id"] == asked["id"] and any(c["source"] == "other installations" for c in check["not_checked"])


def test_the_command_line_does_what_the_screen_does(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner()
    one = ids()[0]

    def as_(user: User, *given: str) -> Any:
        return run.invoke(commands, ["--as", user.email, "desk", *given])

    assert "1 changed hands" in as_(officer, "assign", str(one), "--to", officer.email).output
    place = as_(officer, "why", str(one), "--json")
    assert place.exit_code == 0, place.exception
    [row] = json.loads(place.output)
    assert (row["desk"], row["assignee"], row["band"]) == (DESK, officer.email, "ordinary")
    until = (now() + timedelta(hours=2)).isoformat()
    assert "1 put to rest" in as_(officer, "snooze", str(one), "--until", until, "--note", "A call").output
    stranger = person("IN-MH-PUNE")
    assert isinstance(as_(stranger, "why", str(one)).exception, NotFoundError)
    assert isinstance(as_(stranger, "wake", str(one)).exception, NotFoundError)
    assert isinstance(as_(person(DESK, Role.INVESTIGATOR), "wake", str(one)).exception, NotPermittedError)
