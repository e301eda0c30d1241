"""The children of a case: need to know, no name, nothing changed, nothing in lists, counts and exports but a number."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.demo.synthetic import report_xml
from tipline.investigation.cases.closing import close_case
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.outcomes.models import Outcome
from tipline.investigation.outcomes.queries import of_case, standing
from tipline.investigation.outcomes.services import Given, record_outcome
from tipline.investigation.safeguarding import services
from tipline.investigation.safeguarding.directory import SERVICES
from tipline.investigation.safeguarding.models import (
    AnswerKind,
    Child,
    ChildNote,
    Consent,
    SaidBy,
    Step,
    StepKind,
    Wish,
)
from tipline.investigation.safeguarding.queries import children_of
from tipline.investigation.safeguarding.services import Support, Wanted
from tipline.reports.services import finish, open_report
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
NOTE = "The child is with its grandmother, and sleeps badly"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case of Jalgaon with a report that names a child."""
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    victim = (
        b"<victim><victimPerson><firstName>Kiran-Secret</firstName><email>child@mail.example</email><age>12</age></victimPerson>"
        b"<screenName>child_handle</screenName></victim></report>"
    )
    body = report_xml(factories.synthetic("kite_of_june")).replace(b"</report>", victim)
    provider = factories.provider()
    opened = open_report(provider, factories.document(body), factories.header())
    finish(provider, opened.report_id)
    drain()
    return open_case(person("IN-MH-JALGAON"), [opened.report_id], "Kites of Jalgaon")


@pytest.fixture
def supervisor(case: Case) -> User:
    return person("IN-MH-JALGAON", Role.SUPERVISOR)


@pytest.fixture
def child(case: Case, supervisor: User) -> Child:
    return services.add_child(supervisor, case.pk, now() - timedelta(hours=2))


def assigned(case: Case, supervisor: User, role: Role) -> User:
    somebody = person("IN-MH-JALGAON", role)
    assign(supervisor, case, somebody)
    return somebody


# -- who reads --------------------------------------------------------------------------------------------------------------


def test_only_who_works_on_the_case_or_supervises_reads(case: Case, supervisor: User, child: Child) -> None:
    services.add_note(supervisor, case.pk, NOTE, 1)
    path = f"/cases/{case.pk}/safeguarding/"
    for role, status in ((Role.DESK_OFFICER, 403), (Role.ANALYST, 403), (Role.INVESTIGATOR, 404), (Role.AUDITOR, 404)):
        answer = signed_in(person("IN-MH-JALGAON", role)).get(path)
        assert answer.status_code == status and NOTE not in answer.content.decode(), role
    for role in (Role.DESK_OFFICER, Role.INVESTIGATOR):
        somebody = assigned(case, supervisor, role)
        before = Entry.objects.filter(action="safeguarding.read").count()
        assert NOTE in signed_in(somebody).get(path).content.decode()
        assert Entry.objects.filter(action="safeguarding.read", actor_id=somebody.pk).count() == 1
        assert Entry.objects.filter(action="safeguarding.read").count() == before + 1
    # assigned, and of a role that sees the content of reports for other ends
    assert signed_in(assigned(case, supervisor, Role.ANALYST)).get(path).status_code == 403
    for code in ("US-NCMEC", "IN-MH-CYBER", "IN-MH-PUNE", "IN-BR-CYBER"):
        stranger = person(code, Role.SUPERVISOR)
        assert signed_in(stranger).get(path).status_code == 404
        with pytest.raises(NotFoundError):
            children_of(stranger, case.pk)


def test_who_was_taken_off_reads_no_more(case: Case, supervisor: User, child: Child) -> None:
    somebody = assigned(case, supervisor, Role.DESK_OFFICER)
    children_of(somebody, case.pk)
    case.assignments.filter(person=somebody).update(ended_at=now())
    with pytest.raises(NotPermittedError):
        children_of(somebody, case.pk)


def ended() -> None:
    """As if the transaction had ended: in a test all stand in one, and what was told to one lasts until then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tipline.safeguarding', '', true)")


def test_the_second_lock_opens_for_one_case_and_one_transaction(case: Case, supervisor: User, child: Child) -> None:
    services.add_note(supervisor, case.pk, NOTE)
    tables = ("child", "step", "childnote", "supportreferral", "supportanswer", "preference")
    ended()
    with acting(scope_of(supervisor)):
        assert not Child.objects.exists() and not ChildNote.objects.exists()  # even for who may, until it is opened
        children_of(supervisor, case.pk)
        assert Child.objects.get() == child and ChildNote.objects.exists()
    ended()
    with acting(scope_of(supervisor)), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM safeguarding_{table}")
            assert cursor.fetchone() == (0,), table
    # said to be opened by somebody who does not see the case: nothing
    with acting(scope_of(person("IN-MH-PUNE", Role.SUPERVISOR))), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tipline.safeguarding', %s, true)", [str(case.pk)])
        assert not Child.objects.exists() and not ChildNote.objects.exists()


def test_nothing_of_it_is_elsewhere(case: Case, supervisor: User, child: Child) -> None:
    services.add_note(supervisor, case.pk, NOTE, 1)
    services.refer(supervisor, case.pk, 1, Support("childline", Consent.GIVEN, SaidBy.GUARDIAN, note="The aunt calls"))
    services.take_step(supervisor, case.pk, 1, StepKind.SAFEGUARDED)
    report = case.case_reports.get().report_id
    client = signed_in(supervisor)
    for path in (
        "/desk/?tab=all", f"/reports/{report}/", f"/reports/{report}/export/", "/cases/", f"/cases/{case.pk}/", f"/cases/{case.pk}/outcome/",
        "/outcomes/", "/counts/",
    ):  # fmt: skip
        text = client.get(path).content.decode()
        assert NOTE not in text and "The aunt calls" not in text, path
    above = signed_in(person("US-NCMEC", Role.ANALYST)).get(f"/reports/{report}/").content.decode()
    assert "Child safeguarded" in above and NOTE not in above
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(detail::text, ' ') FROM audit_entry WHERE action LIKE 'safeguarding.%'")
        details = cursor.fetchone()[0]
    assert NOTE not in details and "aunt" not in details


# -- what is written ----------------------------------------------------------------------------------------------------------


def test_children_are_numbers_and_their_rows_are_never_changed(case: Case, supervisor: User, child: Child) -> None:
    assert services.add_child(supervisor, case.pk).number == 2
    assert {field.name for field in Child._meta.fields} == {"id", "case", "number", "known_at", "added_at", "added_by"}
    note = services.add_note(supervisor, case.pk, NOTE, 1)
    for rows, change in ((Child, {"number": 9}), (ChildNote, {"text": "x"})):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.objects.update(**change)  # type: ignore[attr-defined]
    newer = services.add_note(supervisor, case.pk, "With its aunt", corrects=note.pk)
    assert newer.child == child
    with pytest.raises(ConflictError, match="correct the newer"):
        services.add_note(supervisor, case.pk, "Again", corrects=note.pk)
    page = signed_in(supervisor).get(f"/cases/{case.pk}/safeguarding/").content.decode()
    assert NOTE in page and "With its aunt" in page and "Corrected" in page


@pytest.mark.parametrize("words", ["Kiran-Secret slept", "wrote from child_handle", "child@mail.example"])
def test_no_text_names_the_child(case: Case, supervisor: User, child: Child, words: str) -> None:
    referral = services.refer(supervisor, case.pk, 1, Support("childline", Consent.NOT_ASKED))
    for act in (
        lambda: services.add_note(supervisor, case.pk, words, 1),
        lambda: services.take_step(supervisor, case.pk, 1, StepKind.CWC_NOTIFIED, reference=words),
        lambda: services.refer(supervisor, case.pk, 1, Support("counsellor", Consent.NOT_ASKED, note=words)),
        lambda: services.answer(supervisor, case.pk, referral.pk, AnswerKind.WAITING, note=words),
    ):
        with pytest.raises(InvalidInputError, match="stays in the report, masked"):
            act()
    answer = signed_in(supervisor).post(f"/cases/{case.pk}/safeguarding/", {"act": "note", "child": "1", "text": words})
    assert answer.status_code == 422 and "masked" in answer.content.decode()
    assert not ChildNote.objects.exists()


def test_steps_start_and_end_their_clocks(case: Case, supervisor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(services, "event", lambda name, agency, at, *, case_id, subject: heard.append((name, subject)))
    known = now() - timedelta(hours=30)
    services.add_child(supervisor, case.pk, known)
    (one,) = children_of(supervisor, case.pk).children
    assert [kind for kind, _ in one.todo] == [StepKind.CWC_NOTIFIED, StepKind.COURT_NOTIFIED]
    assert all(until == known + timedelta(hours=24) for _, until in one.todo)
    services.take_step(supervisor, case.pk, 1, StepKind.CWC_NOTIFIED, known + timedelta(hours=3), "CWC 12/2026")
    services.take_step(supervisor, case.pk, 1, StepKind.COURT_NOTIFIED)
    assert heard == [("child.known", "child:1"), ("child.cwc_notified", "child:1"), ("child.court_notified", "child:1")]
    (one,) = children_of(supervisor, case.pk).children
    assert one.todo == []
    with pytest.raises(ConflictError, match="written already"):
        services.take_step(supervisor, case.pk, 1, StepKind.CWC_NOTIFIED)
    with pytest.raises(InvalidInputError, match="before the child was known"):
        services.take_step(supervisor, case.pk, 1, StepKind.SAFEGUARDED, known - timedelta(hours=1))
    for at in (now() + timedelta(days=1), now() - timedelta(days=20_000)):
        with pytest.raises(InvalidInputError):
            services.add_child(supervisor, case.pk, at)
    with pytest.raises(NotFoundError):
        services.take_step(supervisor, case.pk, 7, StepKind.SAFEGUARDED)


def number(case: Case) -> int | None:
    """What the outcomes of the case count as safeguarded."""
    return next((row.number for row in standing(of_case(case)) if row.kind == "child_safeguarded"), None)


def test_a_safeguarded_child_becomes_the_outcome_and_goes_with_it(case: Case, supervisor: User, child: Child) -> None:
    services.add_child(supervisor, case.pk)
    services.take_step(supervisor, case.pk, 1, StepKind.SAFEGUARDED)
    assert number(case) == 1
    second = services.take_step(supervisor, case.pk, 2, StepKind.SAFEGUARDED)
    assert number(case) == 2
    services.withdraw_step(supervisor, case.pk, second.pk, "It was child 1 again")
    assert number(case) == 1
    with pytest.raises(ConflictError):
        services.withdraw_step(supervisor, case.pk, second.pk, "Again")
    services.take_step(supervisor, case.pk, 2, StepKind.SAFEGUARDED)  # this time it is true
    assert number(case) == 2
    for step in Step.objects.filter(withdraws=None, withdrawn=None, kind=StepKind.SAFEGUARDED):
        services.withdraw_step(supervisor, case.pk, step.pk, "All wrong")
    assert number(case) is None and Outcome.objects.filter(withdrawn_at=None).count() == 0


def test_the_form_may_know_of_more_children_than_are_listed(case: Case, supervisor: User, child: Child) -> None:
    record_outcome(supervisor, case.pk, Given("child_safeguarded", number=3))
    step = services.take_step(supervisor, case.pk, 1, StepKind.SAFEGUARDED)
    assert number(case) == 3
    services.withdraw_step(supervisor, case.pk, step.pk, "Not yet")
    assert number(case) == 3


def test_support_and_its_consent(case: Case, supervisor: User, child: Child) -> None:
    made = services.refer(supervisor, case.pk, 1, Support("cwc", Consent.NOT_NEEDED))
    services.answer(supervisor, case.pk, made.pk, AnswerKind.WAITING)
    services.answer(supervisor, case.pk, made.pk, AnswerKind.TAKEN_ON, note="A support person is assigned")
    ((referral, answers),) = children_of(supervisor, case.pk).children[0].support
    assert referral == made and [one.kind for one in answers] == [AnswerKind.TAKEN_ON, AnswerKind.WAITING]
    for given, words in (
        (Support("counsellor", Consent.REFUSED, SaidBy.GUARDIAN), "refuses"),
        (Support("counsellor", Consent.NOT_NEEDED), "must agree"),
        (Support("counsellor", Consent.GIVEN), "who agreed"),
        (Support("nowhere", Consent.NOT_ASKED), "of the list"),
        (Support("other", Consent.NOT_ASKED), "missing"),
    ):
        with pytest.raises(InvalidInputError, match=words):
            services.refer(supervisor, case.pk, 1, given)


def test_wishes_of_survivors(case: Case, supervisor: User, child: Child) -> None:
    yes = Wanted(Wish.YES, SaidBy.GUARDIAN, "through the support person", "Marathi", recirculation=True)
    services.prefer(supervisor, case.pk, 1, Wanted(Wish.NOT_ASKED))
    services.prefer(supervisor, case.pk, 1, yes)
    services.prefer(supervisor, case.pk, 1, Wanted(Wish.NO, SaidBy.SURVIVOR))
    one = children_of(supervisor, case.pk).children[0]
    assert one.preference is not None and one.preference.wish == Wish.NO and len(one.preferences) == 3
    for given in (
        Wanted(Wish.YES, SaidBy.NOBODY, recirculation=True), Wanted(Wish.YES, SaidBy.GUARDIAN), Wanted(Wish.NO, SaidBy.GUARDIAN, case_progress=True),
        Wanted(Wish.YES, SaidBy.GUARDIAN, "call 98765 00000", case_progress=True),
        Wanted(Wish.YES, SaidBy.GUARDIAN, "mother@mail.example", case_progress=True),
        Wanted(Wish.YES, SaidBy.GUARDIAN, case_progress=True, review_on=(now() - timedelta(days=2)).date()),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError):
            services.prefer(supervisor, case.pk, 1, given)


def test_who_does_not_need_to_know_writes_nothing(case: Case, supervisor: User, child: Child) -> None:
    for somebody in (person("IN-MH-JALGAON"), person("IN-MH-JALGAON", Role.ANALYST)):
        with pytest.raises(NotPermittedError):
            services.add_note(somebody, case.pk, NOTE)
        assert (
            signed_in(somebody)
            .post(f"/cases/{case.pk}/safeguarding/", {"act": "note", "child": "", "text": NOTE})
            .status_code
            == 403
        )
    assert not ChildNote.objects.exists()
    close_case(supervisor, case, "untraced", "No log was left", despite=True)
    services.add_note(supervisor, case.pk, NOTE)  # a child is cared for longer than a case lasts


def test_the_page_does_every_act(case: Case, supervisor: User) -> None:
    client = signed_in(supervisor)
    path = f"/cases/{case.pk}/safeguarding/"
    assert "No child is listed" in client.get(path).content.decode()
    acts: list[dict[str, Any]] = [
        {"act": "child", "at": ""},
        {"act": "step", "child": 1, "kind": "cwc_notified", "at": "", "reference": "CWC 1"},
        {"act": "step", "child": 1, "kind": "safeguarded", "at": ""},
        {"act": "note", "child": 1, "text": NOTE},
        {"act": "note", "child": "", "text": "Of all of them"},
        {
            "act": "refer",
            "child": 1,
            "service": "childline",
            "consent": "given",
            "consent_by": "guardian",
            "on": "",
            "text": "",
        },
        {
            "act": "prefer",
            "child": 1,
            "wish": "yes",
            "said_by": "advocate",
            "channel": "in court",
            "case_progress": "1",
        },
    ]
    for act in acts:
        assert client.post(path, act).status_code == 302, act
    page = client.get(path)
    text = page.content.decode()
    for words in ("Child 1", "Safeguarded", NOTE, "Of all of them", "CHILDLINE", "in court", "Special Court told"):
        assert words in text, words
    step = Step.objects.get(kind="safeguarded")
    assert client.post(path, {"act": "withdraw", "step": step.pk, "why": ""}).status_code == 422
    assert client.post(path, {"act": "withdraw", "step": step.pk, "why": "Not yet"}).status_code == 302
    for wrong in ({"act": "step", "child": 1, "kind": "x"}, {"act": "child", "at": "never"}):
        assert client.post(path, wrong).status_code == 422, wrong
    for nothing in (
        {"act": "nothing"},
        {"act": "step", "child": "x", "kind": "safeguarded"},
        {"act": "note", "note": "99", "text": "x"},
    ):
        assert client.post(path, nothing).status_code == 404, nothing


def test_services_are_data_with_sources() -> None:
    listed = {service.id: service for service in SERVICES["IN"].services}
    assert listed["childline"].telephone == "1098" and listed["cwc"].duty
    assert all(service.source for service in listed.values() if service.id != "other")
