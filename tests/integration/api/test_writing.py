"""Acts by a token: the screens' services, rules and refusals; done once for each key; never more than its person and its scopes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import agency, bearer, drain, person
from tipline.api import tasks
from tipline.api.models import Answered
from tipline.core.clock import now
from tipline.investigation.cases.models import Case, CasePerson, Standing
from tipline.investigation.outcomes.models import Outcome
from tipline.referrals.models import Referral
from tipline.reports.models import Report
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.forget_all()
    factories.without_rates(monkeypatch)


@pytest.fixture
def officer(tmp_path: Any) -> User:
    """A supervisor at Jalgaon, on whose desk four reports lie."""
    return factories.four_at_jalgaon(tmp_path)


class Program:
    """A program with a token."""

    def __init__(self, of: User, *scopes: str) -> None:
        self.headers = bearer(factories.token(of, *scopes))

    def post(self, path: str, body: dict[str, Any], key: str = "", status: int = 200) -> dict[str, Any]:
        more = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        answer = Client().post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", **self.headers, **more
        )  # type: ignore[arg-type]
        assert answer.status_code == status, answer.content
        return dict(answer.json())

    def get(self, path: str) -> Any:
        answer = Client().get(f"/api/v1/{path}", **self.headers)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture
def program(officer: User) -> Iterator[Program]:
    return Program(officer)  # type: ignore[return-value]


def ids() -> list[int]:
    return list(Report.objects.order_by("id").values_list("id", flat=True))


def accepted(program: Program, *chosen: int) -> int:
    return int(program.post("desk/accept", {"reports": list(chosen), "title": "Kites"})["id"])


def test_a_program_works_the_desk_from_receipt_to_case(program: Program) -> None:
    rows = program.get("desk")["items"]
    chosen = [row["id"] for row in rows[:2]]
    seen = {str(row["id"]): row["seen"] for row in rows}
    assert program.post("desk/acknowledge", {"reports": chosen, "seen": seen})["count"] == 2
    stale = program.post("desk/accept", {"reports": chosen, "title": "Kites", "seen": seen}, status=409)
    assert stale["detail"] and not Case.objects.exists()  # the receipt changed them: look again
    seen = {str(row["id"]): row["seen"] for row in program.get("desk")["items"]}
    made = program.post("desk/accept", {"reports": chosen, "title": "Kites", "seen": seen})
    case = Case.objects.get()
    assert (made["id"], made["number"], made["count"]) == (case.pk, case.number, 2)
    assert [row["id"] for row in program.get("desk?tab=accepted")["items"]] == chosen


def test_the_same_key_does_it_once_and_another_call_with_it_is_refused(program: Program, officer: User) -> None:
    body = {"reports": ids()[:1], "title": "Kites"}
    first = program.post("desk/accept", body, key="k-1")
    again = program.post("desk/accept", body, key="k-1")
    assert again == {**first, "repeated": True} and Case.objects.count() == 1
    assert "another call" in program.post("desk/accept", {**body, "title": "Others"}, key="k-1", status=422)["detail"]
    colleague = Program(person("IN-MH-JALGAON", Role.SUPERVISOR))  # a key is its person's own
    colleague.post("desk/accept", {"reports": ids()[1:2], "title": "Theirs"}, key="k-1")
    assert Case.objects.count() == 2


def test_what_is_refused_leaves_the_key_free(program: Program) -> None:
    program.post("desk/return", {"reports": ids()[:1], "reason": "other"}, key="k-2", status=422)
    assert not Answered.objects.exists()
    program.post("desk/return", {"reports": ids()[:1], "reason": "other", "note": "not ours"}, key="k-2")


def test_answers_are_forgotten_after_a_week(program: Program) -> None:
    program.post("desk/acknowledge", {"reports": ids()[:1]}, key="k-3")
    Answered.objects.update(at=now() - timedelta(days=8))
    tasks.forget_answers(0)
    assert not Answered.objects.exists()


def test_an_act_is_logged_as_on_screen_and_with_the_token(program: Program, officer: User) -> None:
    program.post("desk/acknowledge", {"reports": ids()[:1]})
    acts = Entry.objects.filter(actor_label=officer.email, action__in=["referral.acknowledged", "api.acted"])
    assert [(e.action, e.object_id) for e in acts.order_by("id")] == [
        ("referral.acknowledged", str(ids()[0])), ("api.acted", "api:acknowledge_reports"),
    ]  # fmt: skip
    assert acts.get(action="api.acted").detail["token"] == officer.tokens.get().pk


def test_a_token_does_nothing_without_its_scope_nor_more_than_its_person(officer: User) -> None:
    reads = Program(officer, "reports:read", "cases:read")
    assert "reports:write" in reads.post("desk/acknowledge", {"reports": ids()[:1]}, status=403)["detail"]
    writes = Program(officer, "reports:write")
    writes.post("desk/acknowledge", {"reports": ids()[:1]})
    assert Client().get("/api/v1/desk", **writes.headers).status_code == 403  # type: ignore[arg-type]
    # an investigator works no desk, whatever the token says
    Program(person("IN-MH-JALGAON", Role.INVESTIGATOR)).post("desk/acknowledge", {"reports": ids()[:1]}, status=403)
    # and a sibling agency's report is not there at all
    Program(person("IN-MH-PUNE", Role.SUPERVISOR)).post("desk/acknowledge", {"reports": ids()[:1]}, status=404)


def test_a_case_is_written_in_and_stale_states_are_refused(program: Program, officer: User) -> None:
    case = accepted(program, *ids()[:2])
    written = program.post(f"cases/{case}/diary", {"text": "Wrote to the network."})
    program.post(f"cases/{case}/diary/{written['number']}/correct", {"text": "Wrote to the platform."})
    texts = [row["text"] for row in program.get(f"cases/{case}/diary")["items"] if not row["by_software"]]
    assert texts == ["Wrote to the network.", "Wrote to the platform."]
    task = program.post(f"cases/{case}/tasks", {"title": "Ask for logs", "assignee": officer.email})["id"]
    (row,) = program.get(f"cases/{case}/tasks")["items"]
    program.post(f"cases/{case}/tasks/{task}", {"due": "2027-01-02", "seen": row["seen"]})
    program.post(f"cases/{case}/tasks/{task}/end", {"state": "done", "seen": row["seen"]}, status=409)
    program.post(f"cases/{case}/tasks/{task}/end", {"state": "done", "seen": row["seen"] + 1})
    seen = program.get(f"cases/{case}/state")["seen"]
    fir = {"number": "12/2026", "registered_at": "2026-11-20T10:00:00+05:30", "station": "Jalgaon Cyber", "seen": seen}
    program.post(f"cases/{case}/fir", fir)
    program.post(f"cases/{case}/fir", fir, status=409)
    assert program.get(f"cases/{case}/state")["fir_number"] == "12/2026"


def test_nobody_becomes_of_interest_by_a_program(program: Program) -> None:
    case = accepted(program, *ids()[:1])
    nothing = {"kind": "provider_reply", "says": "names them", "source": "", "name": "K. Example"}
    program.post(f"cases/{case}/persons", nothing, status=422)  # evidence has a source
    holder = program.post(f"cases/{case}/persons", {**nothing, "source": "reply 1"}, status=200)["id"]
    evidence = [row["id"] for row in program.get(f"cases/{case}/persons")["items"][0]["evidence"]]
    program.post(f"cases/{case}/persons/{holder}/propose", {"evidence": evidence, "words": "why"}, status=422)
    assert CasePerson.objects.get().standing == Standing.ACCOUNT_HOLDER
    described = Client().get("/api/v1/openapi.json").json()["paths"]
    assert not [path for path in described if "proposals" in path and "take-back" not in path]  # a person decides


def test_requests_letters_and_outcomes(program: Program) -> None:
    case = accepted(program, *ids()[:2])
    assert program.post(f"cases/{case}/requests", {"kind": "production"})["count"]
    row = program.get(f"cases/{case}/requests")[0]
    letter = {"version": row["version"], "at": now().isoformat(), "channel": "post", "reference": "R/1"}
    program.post(f"cases/{case}/requests/{row['id']}/sent", {**letter, "version": 99}, status=409)
    program.post(f"cases/{case}/requests/{row['id']}/sent", letter)
    states = {one["id"]: one["state"] for one in program.get("requests")["items"]}
    assert states[row["id"]] == "sent"
    program.post(f"cases/{case}/letters/set", {"language": "en"})
    made = program.get(f"cases/{case}/letters")[0]
    pdf = Client().get(f"/api/v1/cases/{case}/letters/{made['id']}/letter.pdf", **program.headers)  # type: ignore[arg-type]
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"
    outcome = program.post(f"cases/{case}/outcomes", {"what": "fir_registered"})["id"]
    assert program.get("outcomes")["items"][0]["id"] == outcome
    program.post(f"outcomes/{outcome}/withdraw", {"why": "wrong case"})
    assert Outcome.objects.get().withdrawn_at is not None


def test_a_forward_needs_its_second_person(officer: User) -> None:
    fresh = factories.filed(factories.provider("Clipwave"), factories.synthetic("kite_far", ip="203.0.113.250"))
    drain()
    analyst = person("US-NCMEC", Role.ANALYST)
    first = Program(analyst)
    if fresh.pk not in {row["id"] for row in first.get("desk")["items"]}:
        pytest.fail("the report should lie at the clearinghouse")
    draft = first.post("desk/draft", {"reports": [fresh.pk], "agency": "IN-NCRB"})["number"]
    assert [row["id"] for row in first.get("desk/drafts")] == [draft]
    first.post(f"desk/drafts/{draft}/send", {}, status=403)
    Program(person("US-NCMEC", Role.ANALYST)).post(f"desk/drafts/{draft}/send", {})
    (sent,) = first.get("desk/sent")["items"]
    assert (sent["report"], sent["to"]) == (fresh.pk, "IN-NCRB")
    first.post(
        "desk/recall",
        {
            "referrals": [sent["referral"]],
            "reason": "wrong_desk",
            "note": "wrong desk",
            "seen": {str(sent["referral"]): sent["seen"]},
        },
    )
    assert Referral.objects.get(pk=sent["referral"]).state == "recalled"
    assert agency("IN-NCRB")


def test_an_unknown_field_is_named_and_a_broken_body_is_400(program: Program) -> None:
    fault = program.post("desk/acknowledge", {"reports": ids()[:1], "sen": {}}, status=422)
    assert fault["errors"][0]["field"].endswith("sen")
    answer = Client().post("/api/v1/desk/acknowledge", b"{", content_type="application/json", **program.headers)  # type: ignore[arg-type]
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    huge = Client().post(
        "/api/v1/desk/acknowledge", b" " * (1024 * 1024 + 1), content_type="application/json", **program.headers
    )  # type: ignore[arg-type]
    assert huge.status_code == 413


def test_what_did_not_change_is_304_and_what_did_or_may_not_be_seen_is_not(program: Program, officer: User) -> None:
    first = Client().get("/api/v1/cases", **program.headers)  # type: ignore[arg-type]
    same = Client().get("/api/v1/cases", HTTP_IF_NONE_MATCH=first["ETag"], **program.headers)  # type: ignore[arg-type]
    assert (same.status_code, same.content) == (304, b"")
    case = accepted(program, *ids()[:1])
    changed = Client().get("/api/v1/cases", HTTP_IF_NONE_MATCH=first["ETag"], **program.headers)  # type: ignore[arg-type]
    assert changed.status_code == 200
    one = Client().get(f"/api/v1/cases/{case}", **program.headers)  # type: ignore[arg-type]
    officer.role = Role.INVESTIGATOR  # who is not assigned to it
    officer.save()
    gone = Client().get(f"/api/v1/cases/{case}", HTTP_IF_NONE_MATCH=one["ETag"], **program.headers)  # type: ignore[arg-type]
    assert gone.status_code == 404


def test_figures_hide_small_numbers_from_who_sees_no_reports(officer: User) -> None:
    from tipline.statistics.keeping import refresh

    refresh()
    whole = Program(officer).get("statistics/figures/funnel")
    assert not whole["asked"]["suppressed"] and any(4 in row["values"] for row in whole["rows"])
    for few in (
        Program(person("IN-MH-JALGAON", Role.STATISTICIAN)).get("statistics/figures/funnel?by=month"),
        Program(officer, "counts:read").get("statistics/figures/funnel?by=month"),
    ):
        assert few["asked"]["suppressed"]
        assert not [v for row in few["rows"] for v in row["values"] if v is not None and 0 < v < 5]
    assert "funnel" in {one["name"] for one in Program(officer).get("statistics/figures")}
