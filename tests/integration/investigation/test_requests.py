"""Requests to holders of records: made once, sent, reminded, answered, ended; alerts, figures, and who sees what."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.factories import drain, person
from tipline.core.clock import now
from tipline.core.config import load_config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.closing import close_case
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.process import alerts, queries, rates, services
from tipline.investigation.process.directory import import_platforms, platforms_in_force
from tipline.investigation.process.holders import holders_of
from tipline.investigation.process.making import make
from tipline.investigation.process.models import (
    AlertKind,
    EventKind,
    PlatformDirectory,
    Request,
    RequestAlert,
    RequestEvent,
    RequestItem,
    RequestKind,
    RequestState,
)
from tipline.investigation.process.services import Letter, Reply
from tipline.investigation.process.states import TRANSITIONS, after, allowed
from tipline.investigation.retention import destroying
from tipline.investigation.retention.services import By, confirm, order
from tipline.pipeline.attribution.log_expiry.models import PreservationNote, ReportClock
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
JALGAON = "IN-MH-JALGAON"
PRESERVATION, PRODUCTION, ASSISTANCE = RequestKind.PRESERVATION, RequestKind.PRODUCTION, RequestKind.ASSISTANCE


@pytest.fixture
def reporter(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


@pytest.fixture
def officer(reporter: Reporter) -> User:
    return person(JALGAON)


@pytest.fixture
def reports(reporter: Reporter) -> list[Report]:
    made = [factories.filed(reporter, factories.synthetic(handle)) for handle in ("monsoon_kite_07", "river_lamp_2")]
    drain()
    return made


@pytest.fixture
def case(officer: User, reports: list[Report]) -> Case:
    return opened(officer, reports)


def opened(officer: User, reports: list[Report]) -> Case:
    """A case that was opened a month ago, so that letters have days."""
    case = open_case(officer, [report.pk for report in reports], "Kite")
    Case.objects.filter(pk=case.pk).update(opened_at=now() - timedelta(days=400))
    return Case.objects.get(pk=case.pk)


def letter(ago: float = 0.01, reference: str = "JAL/1") -> Letter:
    """Of so many days ago."""
    return Letter(now() - timedelta(days=ago), "email", reference)


def made(officer: User, case: Case, kind: RequestKind = PRODUCTION) -> Request:
    return make(officer, case.pk, kind, ["pictogram"]).requests[0]


def sent(officer: User, case: Case, kind: RequestKind = PRODUCTION, ago: float = 10) -> Request:
    (request,) = services.send(officer, case.pk, {made(officer, case, kind).pk: 1}, letter(ago))
    return request


# -- one act for many ---------------------------------------------------------------------------------------------------


def test_all_of_a_kind_at_once_and_nothing_twice(officer: User, case: Case) -> None:
    first = make(officer, case.pk, PRESERVATION)
    assert {r.holder_kind for r in first.requests} == {"platform", "network"}
    assert len(first.requests) == len(holders_of(case)) and not first.asked_already
    assert RequestItem.objects.count() == sum(len(h.sought) for h in holders_of(case))
    assert {r.own_reference for r in first.requests} == {f"{case.number}/R{n + 1}" for n in range(len(first.requests))}
    again = make(officer, case.pk, PRESERVATION)
    assert not again.requests and len(again.asked_already) == len(first.requests)
    assert make(officer, case.pk, PRODUCTION).requests  # another kind is another request
    assert make(officer, case.pk, PRESERVATION, ["pictogram"], again=True).requests
    assert Entry.objects.filter(action="request.made").count() == Request.objects.count()


def test_what_was_withdrawn_may_be_asked_again(officer: User, case: Case) -> None:
    request = made(officer, case)
    services.withdraw(officer, case.pk, request.pk, 1, "wrong form")
    assert make(officer, case.pk, PRODUCTION, ["pictogram"]).requests


def test_the_usual_section_stands_on_it_and_another_can_be_named(officer: User, case: Case) -> None:
    assert made(officer, case).legal_basis == "IN-BNSS-94"
    assert made(officer, case, ASSISTANCE).legal_basis == "IN-ITR-3-1-J"
    with pytest.raises(InvalidInputError, match="no section 'IN-NONE'"):
        make(officer, case.pk, PRESERVATION, ["pictogram"], basis="IN-NONE")


def test_a_holder_that_holds_nothing_of_the_case_is_refused(officer: User, case: Case) -> None:
    with pytest.raises(InvalidInputError, match="'google' holds nothing that this case needs"):
        make(officer, case.pk, PRODUCTION, ["google"])
    assert not Request.objects.exists()


def test_only_those_known_to_answer_are_asked_unless_named(officer: User, case: Case) -> None:
    done = make(officer, case.pk, RequestKind.EMERGENCY)
    assert [r.holder_key for r in done.requests] == ["pictogram"]
    assert done.not_accepting
    network = next(h for h in holders_of(case) if h.kind == "network")
    assert make(officer, case.pk, RequestKind.EMERGENCY, [network.key]).requests


def test_a_child_is_asked_about_nowhere(officer: User, reporter: Reporter) -> None:
    from tipline.demo.synthetic import report_xml
    from tipline.reports.services import finish, open_report

    victim = (
        b"<victim><victimPerson><email>child@mail.example</email><age>12</age></victimPerson>"
        b"<screenName>child_handle</screenName></victim></report>"
    )
    body = report_xml(factories.synthetic()).replace(b"</report>", victim)
    report = open_report(reporter, factories.document(body), factories.header())
    finish(reporter, report.report_id)
    drain()
    case = opened(officer, [Report.objects.get(pk=report.report_id)])
    make(officer, case.pk, PRESERVATION)
    assert {i.text for i in RequestItem.objects.all()} & {"child_handle", "child@mail.example"} == set()
    text = factories.signed_in(officer).get(f"/cases/{case.pk}/requests/").content.decode()
    assert "child_handle" not in text and "monsoon_kite_07" in text


# -- a life -------------------------------------------------------------------------------------------------------------


def test_sending_many_by_one_way(officer: User, case: Case) -> None:
    requests = make(officer, case.pk, PRESERVATION).requests
    done = services.send(officer, case.pk, {r.pk: r.version for r in requests}, letter(2, "JAL/77"), "Portal ticket 5")
    assert {(r.state, r.channel, r.dispatch) for r in done} == {(RequestState.SENT, "email", "Portal ticket 5")}
    assert all(r.preserved_until and r.sent_at and r.preserved_until - r.sent_at == timedelta(days=90) for r in done)
    assert set(RequestEvent.objects.filter(kind=EventKind.SENT).values_list("reference", flat=True)) == {"JAL/77"}
    # the log clocks know of it: one note an address, by the same reference
    notes = PreservationNote.objects.all()
    assert (
        notes.count() == RequestItem.objects.filter(request__kind=PRESERVATION, sighting_id__isnull=False).count() > 0
    )
    assert {(n.kind, n.reference) for n in notes} == {("asked", "JAL/77")}
    assert set(ReportClock.objects.values_list("noted", flat=True)) == {1}


def test_the_whole_way_of_a_preservation(officer: User, case: Case) -> None:
    network = next(h for h in holders_of(case) if h.kind == "network")
    (request,) = make(officer, case.pk, PRESERVATION, [network.key]).requests
    services.send(officer, case.pk, {request.pk: 1}, letter(20))
    services.remind(officer, case.pk, request.pk, 2, letter(10, "JAL/2"))
    until = now() + timedelta(days=50)
    request = services.reply(officer, case.pk, request.pk, 3, Reply(letter(5, "N/1"), "full", until=until))
    assert (request.state, request.confirmed, request.preserved_until, request.usefulness) == (
        "replied",
        True,
        until,
        "",
    )
    assert set(ReportClock.objects.values_list("preserved", flat=True)) == {1}
    with pytest.raises(InvalidInputError, match="ends later than what it renews"):
        services.renew(officer, case.pk, request.pk, 4, letter(1), now() + timedelta(days=1))
    request = services.renew(officer, case.pk, request.pk, 4, letter(1))
    assert request.preserved_until is not None and request.preserved_until > until
    request = services.close(officer, case.pk, request.pk, 5)
    assert [e.kind for e in RequestEvent.objects.filter(request=request).order_by("pk")] == [
        "made", "sent", "reminded", "replied", "renewed", "closed",
    ]  # fmt: skip
    assert request.version == 6


def test_a_refused_preservation_has_no_end_and_the_clock_runs_on(officer: User, case: Case) -> None:
    requests = make(officer, case.pk, PRESERVATION).requests
    services.send(officer, case.pk, {r.pk: 1 for r in requests}, letter(3))
    network = next(r for r in requests if r.holder_kind == "network")
    request = services.reply(officer, case.pk, network.pk, 2, Reply(letter(1), "refused"))
    assert (request.preserved_until, request.confirmed) == (None, False)
    assert "refused" in PreservationNote.objects.values_list("kind", flat=True)
    assert set(ReportClock.objects.values_list("preserved", flat=True)) == {0}


def test_quality_of_a_reply(officer: User, case: Case) -> None:
    request = sent(officer, case)
    one, other = RequestItem.objects.filter(request=request)
    first = Reply(letter(4), "part", "narrowed", "the second has no logs", {one.pk: "full", other.pk: "nothing"})
    request = services.reply(officer, case.pk, request.pk, 2, first)
    assert (request.answer, request.usefulness) == ("part", "narrowed")
    assert list(RequestItem.objects.filter(request=request).order_by("pk").values_list("answer", flat=True)) == [
        "full",
        "nothing",
    ]
    replied = request.replied_at
    request = services.reply(officer, case.pk, request.pk, 3, Reply(letter(2), "full", "identified"))
    assert (request.answer, request.usefulness, request.replied_at) == (
        "full",
        "identified",
        replied,
    )  # days count to the first


@pytest.mark.parametrize(
    ("answer", "use", "items", "says"),
    [
        ("", "", {}, "how complete the reply is"),
        ("full", "", {}, "say what the reply was good for"),
        ("full", "great", {}, "what the reply was good for"),
        ("nothing", "identified", {}, "names nobody"),
        ("full", "identified", {0: "nothing"}, "in full answers everything"),
        ("part", "identified", {0: "full", 1: "full"}, "choose in full"),
        ("nothing", "none", {0: "full"}, "choose in part"),
        ("part", "narrowed", {0: "perhaps"}, "what came"),
    ],
)
def test_parts_that_contradict_the_whole(
    officer: User, case: Case, answer: str, use: str, items: dict[int, str], says: str
) -> None:
    request = sent(officer, case)
    asked = list(RequestItem.objects.filter(request=request).order_by("pk"))
    with pytest.raises(InvalidInputError, match=says):
        services.reply(
            officer,
            case.pk,
            request.pk,
            2,
            Reply(letter(), answer, use, items={asked[i].pk: a for i, a in items.items()}),
        )
    assert Request.objects.get(pk=request.pk).state == "sent"


# -- bad input ----------------------------------------------------------------------------------------------------------


def test_a_stale_form_is_told_who_was_quicker(officer: User, case: Case) -> None:
    request = sent(officer, case)
    colleague = person(JALGAON)
    services.remind(colleague, case.pk, request.pk, 2, letter())
    with pytest.raises(ConflictError, match=f"{colleague.name} noted “reminded”"):
        services.close(officer, case.pk, request.pk, 2)


def test_days_that_cannot_be(officer: User, case: Case) -> None:
    request = made(officer, case)
    future = Letter(now() + timedelta(hours=1), "email", "x")
    with pytest.raises(InvalidInputError, match="in the future"):
        services.send(officer, case.pk, {request.pk: 1}, future)
    with pytest.raises(InvalidInputError, match="before the case was opened"):
        services.send(officer, case.pk, {request.pk: 1}, letter(500))
    services.send(officer, case.pk, {request.pk: 1}, letter(3))
    with pytest.raises(InvalidInputError, match="before the request was sent"):
        services.remind(officer, case.pk, request.pk, 2, letter(4))
    with pytest.raises(InvalidInputError, match="before the request was sent"):
        services.reply(officer, case.pk, request.pk, 2, Reply(letter(4), "nothing"))


@pytest.mark.parametrize("reference", ["", "  ", "x" * 121, "a\u202eb", "a\nb"])
def test_references_are_plain(officer: User, case: Case, reference: str) -> None:
    request = made(officer, case)
    with pytest.raises(InvalidInputError, match="plain characters"):
        services.send(officer, case.pk, {request.pk: 1}, letter(1, reference))
    with pytest.raises(InvalidInputError, match="by which way"):
        services.send(officer, case.pk, {request.pk: 1}, Letter(now(), "pigeon", "x"))


def test_order_of_things(officer: User, case: Case) -> None:
    request = made(officer, case)
    with pytest.raises(ConflictError, match="nothing was sent yet"):
        services.reply(officer, case.pk, request.pk, 1, Reply(letter(), "full", "identified"))
    with pytest.raises(ConflictError, match="withdrawn, not closed"):
        services.close(officer, case.pk, request.pk, 1)
    with pytest.raises(InvalidInputError, match="say why"):
        services.withdraw(officer, case.pk, request.pk, 1, " ")
    services.withdraw(officer, case.pk, request.pk, 1, "two letters crossed")
    with pytest.raises(ConflictError, match="it was withdrawn"):
        services.send(officer, case.pk, {request.pk: None}, letter())
    other = sent(officer, case)
    with pytest.raises(ConflictError, match="only a preservation"):
        services.renew(officer, case.pk, other.pk, None, letter())


def test_bulk_sending_is_all_or_nothing(officer: User, case: Case) -> None:
    requests = make(officer, case.pk, PRESERVATION).requests
    services.send(officer, case.pk, {requests[0].pk: 1}, letter())
    with pytest.raises(ConflictError, match="sent already"):
        services.send(officer, case.pk, {r.pk: None for r in requests}, letter())
    assert Request.objects.filter(state="sent").count() == 1
    with pytest.raises(NotFoundError):
        services.send(officer, case.pk, {requests[1].pk: None, 10**9: None}, letter())
    with pytest.raises(InvalidInputError, match="at least one"):
        services.send(officer, case.pk, {}, letter())


def test_who_may_write(officer: User, case: Case) -> None:
    request = sent(officer, case)
    for somebody in (person("IN-MH-PUNE"), person("IN-BR-CYBER"), person(JALGAON, Role.INVESTIGATOR)):
        with pytest.raises(NotFoundError):
            services.remind(somebody, case.pk, request.pk, None, letter())
    with pytest.raises(NotPermittedError):
        services.remind(person(JALGAON, Role.ANALYST), case.pk, request.pk, None, letter())
    investigator = person(JALGAON, Role.INVESTIGATOR)
    assign(person(JALGAON, Role.SUPERVISOR), case, investigator)
    assert services.remind(investigator, case.pk, request.pk, None, letter()).reminders == 1
    close_case(person(JALGAON, Role.SUPERVISOR), case, "untraced", "No log was left", despite=True)
    with pytest.raises(ConflictError, match="is closed"):
        services.remind(investigator, case.pk, request.pk, None, letter())
    services.reply(investigator, case.pk, request.pk, None, Reply(letter(), "nothing"))  # it came all the same
    services.close(investigator, case.pk, request.pk, None)


def test_events_are_only_added_to(officer: User, case: Case) -> None:
    sent(officer, case)
    for statement in ("UPDATE process_requestevent SET reference = 'x'", "DELETE FROM process_requestevent"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# -- the state machine, as a property -------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(RequestKind),
    tried=st.lists(st.sampled_from([e for e in EventKind if e != EventKind.MADE]), max_size=12),
)
def test_no_path_leaves_the_machine(kind: RequestKind, tried: list[EventKind]) -> None:
    request = Request(kind=kind, state=RequestState.DRAFTED, own_reference="R")
    was_sent = replied = False
    for event in tried:
        before = request.state
        try:
            request.state = after(request, event)
        except ConflictError as error:
            refused = str(error)
        else:
            refused = ""
        if refused:
            assert event not in allowed(request) and request.state == before
            continue
        # nothing happens after the end, nothing before sending but sending and withdrawing
        assert before not in {RequestState.CLOSED, RequestState.WITHDRAWN}
        assert was_sent or event in {EventKind.SENT, EventKind.WITHDRAWN}
        assert not (replied and event in {EventKind.REMINDED, EventKind.WITHDRAWN})
        assert event != EventKind.RENEWED or (kind == PRESERVATION and request.state == before)
        was_sent |= event == EventKind.SENT
        replied |= event == EventKind.REPLIED
    # from everywhere there is a way to an end
    if request.state not in {RequestState.CLOSED, RequestState.WITHDRAWN}:
        assert allowed(request) & {EventKind.CLOSED, EventKind.WITHDRAWN}
    else:
        assert not allowed(request)
    assert set(TRANSITIONS) == set(EventKind) - {EventKind.MADE}


# -- alerts -------------------------------------------------------------------------------------------------------------


def live() -> list[tuple[str, int]]:
    return sorted(RequestAlert.objects.filter(ended_at=None).values_list("kind", "step"))


def test_reminders_and_the_term(officer: User, case: Case) -> None:
    request = sent(officer, case, ASSISTANCE, ago=1)
    assert request.term_at is not None and request.sent_at is not None
    start = request.sent_at
    assert alerts.raise_due(start + timedelta(hours=47)) == 0
    assert alerts.raise_due(start + timedelta(hours=49)) == 1
    assert alerts.raise_due(start + timedelta(hours=49)) == 0  # once
    assert live() == [("remind", 1)]
    assert alerts.raise_due(start + timedelta(hours=73)) == 1
    assert live() == [("remind", 1), ("term_over", 0)]
    # who reminds ends that alert; the next reminder is counted from this one
    services.remind(officer, case.pk, request.pk, None, letter(0.001))
    assert ("remind", 1) not in live()
    alerts.raise_due(now() + timedelta(hours=49))
    assert ("remind", 2) in live()
    assert alerts.raise_due(start + timedelta(hours=97)) == 1
    assert RequestAlert.objects.get(kind=AlertKind.ESCALATE).told == "supervisor"
    services.reply(officer, case.pk, request.pk, None, Reply(letter(0.0005), "full", "identified"))
    assert live() == []


def test_a_preservation_that_ends(officer: User, case: Case) -> None:
    request = sent(officer, case, PRESERVATION, ago=1)
    services.reply(officer, case.pk, request.pk, None, Reply(letter(), "full", until=now() + timedelta(days=40)))
    end = Request.objects.get().preserved_until
    assert end is not None
    for days, said in ((31, []), (29, [("ends_soon", 30)]), (6, [("ends_soon", 7)]), (0.5, [("ends_soon", 1)])):
        at = end - timedelta(days=days)
        alerts.settle(at)
        alerts.raise_due(at)
        assert live() == said, days
    at = end + timedelta(minutes=1)
    alerts.settle(at)
    alerts.raise_due(at)
    assert live() == [("ended", 0)]
    services.renew(officer, case.pk, request.pk, None, letter(0.001))
    assert live() == []
    close_case(person(JALGAON, Role.SUPERVISOR), case, "untraced", "No log was left", despite=True)
    assert alerts.raise_due(end + timedelta(days=4000)) == 0  # nobody works on it


def test_acknowledging(officer: User, case: Case) -> None:
    sent(officer, case, ASSISTANCE, ago=5)
    alerts.raise_due()
    first = RequestAlert.objects.get(kind=AlertKind.TERM_OVER)
    escalated = RequestAlert.objects.get(kind=AlertKind.ESCALATE)
    investigator = person(JALGAON, Role.INVESTIGATOR)
    with pytest.raises(NotFoundError):
        alerts.acknowledge(investigator, [first.pk])
    assign(person(JALGAON, Role.SUPERVISOR), case, investigator)
    with pytest.raises(NotPermittedError, match="supervisors"):
        alerts.acknowledge(investigator, [first.pk, escalated.pk])
    assert alerts.acknowledge(investigator, [first.pk]) == 1
    assert alerts.acknowledge(officer, [first.pk, escalated.pk]) == 1
    for somebody in (person("IN-MH-PUNE"), person("IN-MH-CYBER", Role.SUPERVISOR)):
        with pytest.raises(NotFoundError):
            alerts.acknowledge(somebody, [first.pk])
    shown = queries.alerts(scope_of(officer), officer.agency_id)
    assert {a.pk for a in shown} >= {first.pk} and shown[-1].acknowledged_at
    assert Entry.objects.filter(action="request.alert_seen", object_id=str(case.pk)).count() == 2


# -- figures ------------------------------------------------------------------------------------------------------------


def sample(case: Case, officer: User, holder: str, kind: RequestKind, count: int, replied: int, days: int = 4) -> None:
    """Rows as years of work leave them."""
    start = now() - timedelta(days=100)
    first = Request.objects.count() + 1000
    Request.objects.bulk_create(
        Request(
            case=case, agency=case.agency, number=first + n, kind=kind, holder_key=holder, holder_kind="platform", holder_name=holder.title(),
            own_reference=f"X/{first + n}", state="replied" if n < replied else "sent", made_at=start, made_by=officer, sent_at=start,
            channel="email", replied_at=start + timedelta(days=days + n) if n < replied else None,
            answer=("full" if n % 2 == 0 else "part") if n < replied else "", usefulness="identified" if n < replied else "",
        )
        for n in range(count)
    )  # fmt: skip


def test_rates_and_medians(officer: User, case: Case) -> None:
    sample(case, officer, "pictogram", PRODUCTION, 20, 5)
    sample(case, officer, "clipwave", PRODUCTION, 10, 10)
    withdrawn = sent(officer, case)
    services.withdraw(officer, case.pk, withdrawn.pk, None, "twice")
    with acting(scope_of(officer)) as scope:
        found = rates.rates_for(officer, scope)
    row = next(r for r in found.rows if (r.holder, r.kind) == ("pictogram", "production"))
    assert (row.sent, row.replied, row.percent, row.median, row.p90) == (20, 5, 25.0, 6.0, 7.6)
    assert (row.in_full_percent, row.useful_percent, row.outstanding) == (60.0, 100.0, 15)
    assert row.oldest_days == pytest.approx(100, abs=0.2)
    assert (found.total.sent, found.total.replied) == (30, 15)
    assert [r.holder for r in found.by_holder] == ["pictogram", "clipwave"]
    assert found.comparison.percent == pytest.approx(24.9, abs=0.1)


def test_who_sees_counts_only_gets_no_small_numbers(officer: User, case: Case) -> None:
    sample(case, officer, "pictogram", PRODUCTION, 20, 11)
    sample(case, officer, "clipwave", PRODUCTION, 12, 12)
    sample(case, officer, "facepage", PRODUCTION, 12, 2)
    sample(case, officer, "a name of a report", PRODUCTION, 30, 10)
    statistician = person(JALGAON, Role.STATISTICIAN)
    with acting(scope_of(statistician)) as scope:
        found = rates.rates_for(statistician, scope)
    rows = {(r.holder, r.kind): r for r in found.rows}
    assert found.suppressed
    assert rows["facepage", "production"].withheld and rows["facepage", "production"].sent is None
    # one withheld row would follow from the sum: the next smallest is withheld too
    assert sum(r.withheld for (holder, kind), r in rows.items() if holder and kind) == 2
    assert rows["", "production"].sent == 74
    assert "a name of a report" not in {r.name for r in found.rows} and ("*", "production") in rows
    assert rows["pictogram", "production"].sent == 20


def test_figures_are_of_the_agencies_in_scope(officer: User, case: Case) -> None:
    sample(case, officer, "pictogram", PRODUCTION, 10, 10)
    for who, overseen, expected in (
        (person("IN-MH-PUNE"), False, 0), (person("IN-MH-PUNE", Role.STATISTICIAN), True, 0),
        (officer, False, 10), (person(JALGAON, Role.INVESTIGATOR), False, 10),
    ):  # fmt: skip
        with acting(scope_of(who)) as scope:
            assert (rates.rates_for(who, scope, overseen=overseen).total.sent or 0) == expected, who.role
            # and the function itself lets nobody ask for another's
            if who.agency_id != officer.agency_id:
                assert rates.counted([officer.agency_id]) == ()
    with acting(scope_of(person(JALGAON, Role.TRAINER))) as scope, pytest.raises(NotPermittedError):
        rates.rates_for(person(JALGAON, Role.TRAINER), scope)


# -- directory ----------------------------------------------------------------------------------------------------------

OWN = """
[about]
title = "Our contacts"
version = "{version}"
source = "Letter of the nodal officer"
licence = "-"
as_of = "2026-11-01"

[[platforms]]
key = "pictogram"
name = "Pictogram"
company = "Pictogram Example Inc."
country = "US"
contact = {{ role = "Our contact", email = "desk@pictogram.example", placeholder = true }}
accepts = [ {{ asking = "preservation", form = "By letter", days = {days} }} ]
source = "Letter of the nodal officer"
as_of = "2026-11-01"
"""


def test_a_directory_of_ones_own(officer: User, case: Case, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN.format(version="1", days=180))
    assert not import_platforms(file, factories.TESTS).unchanged
    assert import_platforms(file, factories.TESTS).unchanged
    request = sent(officer, case, PRESERVATION)
    assert request.preserved_until and request.sent_at
    assert request.preserved_until - request.sent_at == timedelta(days=180)
    found = platforms_in_force().by_key("pictogram")
    assert found and found.contact.role == "Our contact"
    assert platforms_in_force().find("Google")
    file.write_text(OWN.format(version="1", days=181))
    with pytest.raises(InvalidInputError, match="give the file a new version"):
        import_platforms(file, factories.TESTS)
    file.write_text(OWN.format(version="2", days=181))
    import_platforms(file, factories.TESTS)
    assert list(PlatformDirectory.objects.order_by("pk").values_list("version", "active")) == [
        ("1", False),
        ("2", True),
    ]
    file.write_text(OWN.format(version="3", days=0))
    with pytest.raises(InvalidInputError, match="days"):
        import_platforms(file, factories.TESTS)


# -- what becomes of them -------------------------------------------------------------------------------------------------


def test_destroying_the_case_leaves_days_and_no_words(
    officer: User, case: Case, reports: list[Report], tmp_path: Path
) -> None:
    request = sent(officer, case)
    services.reply(officer, case.pk, request.pk, None, Reply(letter(), "full", "identified", "kite_secret"))
    alerts.raise_due(now() + timedelta(days=50))
    close_case(person(JALGAON, Role.SUPERVISOR), case, "untraced", "No log was left", despite=True)
    first, second = (By.somebody(p, scope_of(p)) for p in (person(JALGAON, Role.SUPERVISOR) for _ in range(2)))
    ordered = order(first, reference="1", authority="Court", case_id=case.pk, court_order=True)
    confirm(second, ordered.pk)
    assert destroying.carry_out(load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")}), ordered.pk)
    request = Request.objects.get(pk=request.pk)
    assert (request.remark, request.dispatch, request.holder_name) == ("", "", "Pictogram")
    assert not RequestItem.objects.exists() and not RequestAlert.objects.exists()
    assert RequestEvent.objects.filter(request=request).count() == 3
    with acting(scope_of(officer)) as scope:
        assert rates.rates_for(officer, scope).total.replied == 1


def test_rows_are_secured_with_their_case(officer: User, case: Case) -> None:
    sent(officer, case, ASSISTANCE, ago=5)
    alerts.raise_due()
    tables = ("process_request", "process_requestitem", "process_requestevent", "process_requestalert")
    for who, sees in (
        (officer, True), (person("IN-MH-PUNE"), False), (person("IN-NCRB"), False), (person(JALGAON, Role.INVESTIGATOR), False),
        (person(JALGAON, Role.AUDITOR), False), (person(JALGAON, Role.STATISTICIAN), False),
    ):  # fmt: skip
        for table in tables:
            with acting(scope_of(who)), connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert (cursor.fetchone()[0] > 0) == sees, (table, who.role)
