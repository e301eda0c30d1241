"""Holds stop, orders need two people, the schedule takes what is due; a crash leaves nothing half, and what is gone is gone from every table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests import factories
from tests.factories import agency, drain, person
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.keys import read_verifying_key, signing_key
from tipline.demo.synthetic import file_details_xml, report_xml
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.investigation.cases.closing import close_case, reopen_case
from tipline.investigation.cases.models import Case, CaseHandle
from tipline.investigation.cases.services import open_case
from tipline.investigation.retention import destroying, schedule
from tipline.investigation.retention.certificates import WORDS, as_text, document, verify
from tipline.investigation.retention.decisions import Why, decide_report
from tipline.investigation.retention.models import Certificate, Destruction, DestructionItem, DestructionState, Hold
from tipline.investigation.retention.queries import overdue, tombstone_of, visible_certificate, visible_holds
from tipline.investigation.retention.services import (
    By,
    confirm,
    lift_hold,
    order,
    place_hold,
    refuse,
    set_schedule,
)
from tipline.reports.evidence import open_intake
from tipline.reports.models import Holding, Identifier, Report, ReportedFile, ReportState
from tipline.reports.services import add_file, add_file_details, expire_open, finish, open_report, retract
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.models import Entry
from tipline.trust.audit.tree import checkpoint
from tipline.trust.audit.verifying import verify as verify_log
from tipline.trust.visibility import OPERATOR, acting, scope_of

pytestmark = pytest.mark.django_db
CANARY = "zyxcanary_lantern_94"
YEAR = timedelta(days=366)


@pytest.fixture
def installation(tmp_path: Path) -> Config:
    """Settings of an installation that seals into a directory of its own."""
    import pyrage

    recipient = str(pyrage.x25519.Identity.generate().to_public())
    return load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data"), "TIPLINE_EVIDENCE_RECIPIENT": recipient})


@pytest.fixture
def provider(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    return factories.provider()


def sealed(config: Config, reporter: Reporter, handle: str = CANARY, *, email: str = "", ended: bool = True) -> Report:
    """A report with a file that is really sealed, with the handle in every text that a provider may fill."""
    report = factories.synthetic(handle, email=email, device=f"{handle}-device")
    header = replace(factories.header(), platform=f"on {handle}", escalation=f"because of {handle}", escalated=True)
    opened = open_report(reporter, factories.document(report_xml(report)), header, f"key-{handle}")
    for number, body in enumerate(report.files, 1):
        intake = open_intake(config)
        intake.write(body)
        file_id = add_file(reporter, opened.report_id, f"{handle}.png", intake.close(), "0" * 32)
        details = file_details_xml(opened.report_id, file_id, body, report, number)
        add_file_details(reporter, opened.report_id, file_id, factories.document(details))
    if ended:
        finish(reporter, opened.report_id)
        drain()
    return Report.objects.get(pk=opened.report_id)


def seals(config: Config) -> list[Path]:
    return sorted((config.data_dir / "evidence").rglob("*.age"))


def aged(report: Report, by: timedelta = YEAR) -> Report:
    """The report, as if it had come so much earlier."""
    Report.objects.filter(pk=report.pk).update(
        received_at=report.received_at - by, finished_at=report.finished_at - by if report.finished_at else None
    )
    return Report.objects.get(pk=report.pk)


def by(code: str, role: Role = Role.SUPERVISOR) -> By:
    somebody = person(code, role)
    return By.somebody(somebody, scope_of(somebody))


def ordered(who: By, report: Report, **more: bool) -> Destruction:
    return order(who, reference="Order 7/2026", authority="Chief of the unit", report_ids=[report.pk], **more)


def rows_that_name(text: str) -> dict[str, int]:
    """Every table with rows in which the text stands: as text, in JSON, or within bytes. The log's table is among them."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE strpos(lower(t::text), %s) > 0 OR strpos(t::text, %s) > 0',
                [text.lower(), text.encode().hex()],
            )
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


@pytest.fixture
def at_desk(installation: Config, provider: Reporter) -> Report:
    """A report at the clearinghouse, a year and a day old, and a younger one that shares its e-mail address."""
    report = aged(sealed(installation, provider, email="shared_address@mail.example"))
    sealed(installation, provider, "kite_two", email="shared_address@mail.example")
    return report


# --- what is gone ---------------------------------------------------------------------------------------------


def test_after_destruction_no_table_holds_a_word_of_it_and_the_seal_is_gone(
    installation: Config, at_desk: Report
) -> None:
    before = rows_that_name(CANARY)
    assert set(before) >= {
        "reports_report", "reports_document", "reports_reportedfile", "reports_person", "reports_sighting", "reports_identifier",
    }  # fmt: skip
    key = ReportedFile.objects.get(report=at_desk).storage_key
    assert len(seals(installation)) == 2
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)
    assert destroying.carry_out(installation, made.pk)
    assert rows_that_name(CANARY) == {}
    assert [path.name for path in seals(installation)] != []
    assert not (installation.data_dir / "evidence" / key).exists()
    tombstone = Report.objects.get(pk=at_desk.pk)
    assert tombstone.destroyed_at is not None
    assert (tombstone.state, tombstone.reporter_id, tombstone.received_at) == (
        ReportState.FINISHED, at_desk.reporter_id, at_desk.received_at,
    )  # fmt: skip
    assert list(Holding.objects.filter(report=at_desk).values_list("agency__code", flat=True)) == ["US-NCMEC"]


def test_what_another_report_names_too_stays_with_it(installation: Config, at_desk: Report) -> None:
    shared = Identifier.objects.get(value="shared_address@mail.example")
    assert shared.sightings.count() == 2
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)
    destroying.carry_out(installation, made.pk)
    assert shared.sightings.count() == 1
    # but for those at which reports that stay meet others, nothing is left that nobody names
    assert not Identifier.objects.filter(sightings__isnull=True, edges__isnull=True).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM linking_member")
        assert cursor.fetchone() == (0,)
    assert rows_that_name("kite_two")  # the other report is whole
    assert len(seals(installation)) == 1


def test_every_table_that_names_a_report_is_taken_or_kept_for_a_reason(provider: Reporter) -> None:
    """A new table with a report in it fails here until somebody says what becomes of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = ANY (ARRAY["
            "'reports_report', 'reports_person', 'reports_sighting', 'reports_reportedfile', 'reports_document',"
            "'reports_identifier', 'cases_case']::regclass[])"
        )
        naming = {table for (table,) in cursor.fetchall()}
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'report_id'"
        )
        naming |= {table for (table,) in cursor.fetchall()}
    named = {table for table, _ in destroying.ROWS} | set(destroying.KEPT)
    assert naming - named == {"cases_caseassignment"}  # people of the agency, nothing reported
    assert {table for table, _ in destroying.ROWS} & set(destroying.KEPT) == set()


def test_two_tables_are_never_counted_as_one_and_each_has_words_on_the_certificate() -> None:
    counted = [destroying.labels()[table] for table, _ in destroying.ROWS]
    assert len(set(counted)) == len(destroying.ROWS)
    assert set(counted) <= set(WORDS)


def test_the_log_says_that_it_happened_and_not_what(installation: Config, at_desk: Report) -> None:
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)
    destroying.carry_out(installation, made.pk)
    entries = Entry.objects.filter(object_type="destruction", object_id=str(made.pk)).order_by("id")
    assert [e.action for e in entries] == [
        "retention.destruction_ordered", "retention.destruction_confirmed", "retention.destroyed",
    ]  # fmt: skip
    assert Entry.objects.filter(action="retention.destroyed", object_type="report", object_id=str(at_desk.pk)).exists()
    assert entries[2].detail["reports.document"] == 2
    assert Entry.objects.filter(action="report.finished", object_id=str(at_desk.pk)).exists()
    checkpoint(installation)
    found = verify_log(installation)
    assert (found.ok, found.entries) == (True, Entry.objects.count())


# --- holds ----------------------------------------------------------------------------------------------------


def test_a_hold_stops_the_order_and_its_lifting_lets_it_go_on(installation: Config, at_desk: Report) -> None:
    supervisor = by("US-NCMEC")
    hold = place_hold(supervisor, report_id=at_desk.pk, authority="District Court", reference="CC 12/2026")
    with pytest.raises(ConflictError, match="legal hold of US-NCMEC"):
        ordered(by("US-NCMEC"), at_desk)
    with pytest.raises(ConflictError, match="legal hold"):
        ordered(by("US-NCMEC"), at_desk, court_order=True)
    with pytest.raises(InvalidInputError, match="reason"):
        lift_hold(supervisor, hold.pk, " ")
    lift_hold(supervisor, hold.pk, "The case ended")
    with pytest.raises(ConflictError, match="was lifted"):
        lift_hold(supervisor, hold.pk, "again")
    assert ordered(by("US-NCMEC"), at_desk).state == DestructionState.ORDERED
    assert Hold.objects.get().lift_reason == "The case ended"
    actions = Entry.objects.filter(action__startswith="retention.hold", object_id=str(at_desk.pk)).order_by("id")
    assert [e.action for e in actions][:1] == ["retention.hold_lifted"]
    assert Entry.objects.filter(action="retention.held", object_id=str(at_desk.pk)).count() == 1


def test_a_hold_that_comes_between_order_and_confirmation_counts(at_desk: Report) -> None:
    made = ordered(by("US-NCMEC"), at_desk)
    place_hold(by("US-NCMEC"), report_id=at_desk.pk, authority="Court", reference="1")
    with pytest.raises(ConflictError, match="legal hold"):
        confirm(by("US-NCMEC"), made.pk)


def test_a_hold_that_comes_after_confirmation_ends_it_before_it_begins(installation: Config, at_desk: Report) -> None:
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)
    place_hold(by("US-NCMEC"), report_id=at_desk.pk, authority="Court", reference="1")
    assert destroying.carry_out(installation, made.pk) is False
    made.refresh_from_db()
    assert made.state == DestructionState.REFUSED
    assert "legal hold" in made.refusal
    assert Report.objects.get(pk=at_desk.pk).destroyed_at is None
    assert rows_that_name(CANARY)


def test_what_has_begun_cannot_be_held_any_more(installation: Config, at_desk: Report) -> None:
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)
    destroying._begin(made.pk)
    with pytest.raises(ConflictError, match="has begun"):
        place_hold(by("US-NCMEC"), report_id=at_desk.pk, authority="Court", reference="1")


@pytest.fixture
def closed_case(installation: Config, provider: Reporter) -> Case:
    """A case of Jalgaon with two reports that share a handle, closed."""
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    reports = [sealed(installation, provider), sealed(installation, provider, "kite_two")]
    case = open_case(person("IN-MH-JALGAON"), [r.pk for r in reports], f"The {CANARY} case")
    close_case(person("IN-MH-JALGAON", Role.SUPERVISOR), case, "untraced", "No log was left")
    return Case.objects.get(pk=case.pk)


def test_a_hold_of_a_case_covers_its_reports_for_every_agency(closed_case: Case) -> None:
    report_id = closed_case.case_reports.order_by("report_id").values_list("report_id", flat=True)[0]
    place_hold(by("IN-MH-JALGAON"), case_id=closed_case.pk, authority="Special Court", reference="SC 4")
    blocks = decide_report(report_id, now() + 3 * YEAR).blocks
    assert next(b.text for b in blocks if b.why == Why.HOLD).endswith("on its case")
    assert "Special Court" not in str(blocks)
    with pytest.raises(ConflictError, match="legal hold"):
        order(by("IN-MH-JALGAON"), reference="x", authority="y", case_id=closed_case.pk, court_order=True)


def test_a_case_goes_with_its_reports_and_leaves_its_number(installation: Config, closed_case: Case) -> None:
    made = order(by("IN-MH-JALGAON"), reference="x", authority="Court", case_id=closed_case.pk, court_order=True)
    confirm(by("IN-MH-JALGAON"), made.pk)
    assert destroying.carry_out(installation, made.pk)
    case = Case.objects.get()
    assert (case.title, case.number) == ("", closed_case.number)
    assert case.destroyed_at
    assert not CaseHandle.objects.exists()
    assert rows_that_name(CANARY) == rows_that_name("kite_two") == {}
    assert seals(installation) == []
    statement = verify(json.dumps(document(Certificate.objects.get())).encode())
    assert statement["cases"] == [closed_case.number]
    assert statement["destroyed"]["reports"] == 2


def test_what_was_written_down_in_a_case_goes_with_it(installation: Config, provider: Reporter) -> None:
    """The diary and the histories too, to which the application itself may only add."""
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    reports = [sealed(installation, provider), sealed(installation, provider, "kite_two")]
    one, two = person("IN-MH-JALGAON", Role.SUPERVISOR), person("IN-MH-JALGAON", Role.SUPERVISOR)
    case, other = (open_case(one, [report.pk], f"The {CANARY} case") for report in reversed(reports))
    write_everything(one, two, other, case)
    close_case(one, other, "untraced", CANARY, despite=True)
    reopen_case(one, other, CANARY)
    close_case(one, other, "untraced", CANARY, despite=True)
    tables = {table for table, _ in destroying.ROWS if table.startswith("cases_")} - {"cases_caseassignment"}
    assert {table for table in tables if not _rows_of(table, other)} == set()
    made = order(by("IN-MH-JALGAON"), reference="x", authority="Court", case_id=other.pk, court_order=True)
    confirm(by("IN-MH-JALGAON"), made.pk)
    with connection.cursor() as cursor:  # before it is begun, the function takes nothing
        cursor.execute("SELECT tipline_forget_case_rows('cases_diaryentry', %s)", [[other.pk]])
        assert cursor.fetchone() == (0,)
    assert destroying.carry_out(installation, made.pk)
    assert {table for table in tables if _rows_of(table, other)} == set()
    assert set(rows_that_name(CANARY)) <= {"cases_case"}  # the other case's title
    assert _rows_of("cases_diaryentry", case)


def write_everything(one: User, two: User, case: Case, other: Case) -> None:
    """A row in every table of a case, with the canary in every text."""
    from tipline.investigation.cases import diary, links, persons, registration, services, standing, todo, transfer
    from tipline.investigation.cases.models import EvidenceKind
    from tipline.investigation.cases.records import LinkKind
    from tipline.trust.accounts.models import Rank

    services.assign(one, case, two)
    registration.set_officer(one, case.pk, two, CANARY)
    permission = registration.Permission(CANARY, Rank.SUPERINTENDENT, now(), CANARY)
    registration.start_enquiry(one, case.pk, permission)
    registration.register_fir(one, case.pk, registration.Fir("1/2026", now(), "Jalgaon"))
    registration.correct_fir(one, case.pk, registration.Fir("2/2026", now(), "Jalgaon"), CANARY)
    diary.correct(one, case.pk, diary.write(two, case.pk, CANARY).number, f"Not {CANARY}")
    todo.add_task(one, case.pk, todo.Task(CANARY))
    pieces = [persons.Evidence(kind, CANARY, CANARY) for kind in EvidenceKind]
    of = persons.add_account_holder(one, case.pk, CANARY, pieces, {"phone": CANARY})
    every = list(of.evidence.values_list("pk", flat=True))
    proposal = standing.propose(one, case.pk, of.pk, every, CANARY)
    standing.decide(two, case.pk, proposal.pk, f"Yes: {CANARY}", confirm=True)
    links.link(one, case.pk, other.pk, LinkKind.RELATED, CANARY)
    offered = transfer.offer_transfer(one, case.pk, Agency.objects.get(code="IN-MH-PUNE"), CANARY)
    transfer.take_back_transfer(one, case.pk, offered.pk)


def _rows_of(table: str, case: Case) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE case_id = %s", [case.pk])
        return int(cursor.fetchone()[0])


def test_an_open_case_stops_everybody(installation: Config, provider: Reporter) -> None:
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = sealed(installation, provider)
    case = open_case(person("IN-MH-JALGAON"), [report.pk], "Kite")
    with pytest.raises(ConflictError, match=f"open case {case.number}"):
        ordered(by("IN-MH-JALGAON"), report, court_order=True)
    with pytest.raises(ConflictError, match="open"):
        order(by("IN-MH-JALGAON"), reference="x", authority="y", case_id=case.pk, court_order=True)


# --- two people -----------------------------------------------------------------------------------------------


def test_an_order_needs_another_person(at_desk: Report) -> None:
    first = by("US-NCMEC")
    made = ordered(first, at_desk)
    with pytest.raises(NotPermittedError, match="another person"):
        confirm(first, made.pk)
    with pytest.raises(NotPermittedError):
        by("US-NCMEC", Role.ANALYST)
    with pytest.raises(NotFoundError):
        confirm(by("IN-NCRB"), made.pk)
    with pytest.raises(ConflictError, match="an order to destroy it waits"):
        ordered(by("US-NCMEC"), at_desk)
    assert confirm(by("US-NCMEC"), made.pk).state == DestructionState.CONFIRMED
    with pytest.raises(ConflictError, match="waits no longer"):
        confirm(by("US-NCMEC"), made.pk)


def test_the_database_itself_wants_two_people(at_desk: Report) -> None:
    made = ordered(by("US-NCMEC"), at_desk)
    with pytest.raises(IntegrityError, match="destruction_two_people"), transaction.atomic():
        Destruction.objects.filter(pk=made.pk).update(state="confirmed", decided_by=made.ordered_by)


def test_the_operator_names_two_people(at_desk: Report) -> None:
    ncmec = agency("US-NCMEC")
    made = ordered(By.operator("A. Rao", ncmec), at_desk)
    with pytest.raises(NotPermittedError):
        confirm(By.operator("a. rao", ncmec), made.pk)
    confirm(By.operator("B. Shah", ncmec), made.pk)


def test_a_refused_order_does_nothing_and_frees_the_report(installation: Config, at_desk: Report) -> None:
    made = refuse(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk, "Wrong number")
    assert destroying.carry_out(installation, made.pk) is False
    assert rows_that_name(CANARY)
    assert ordered(by("US-NCMEC"), at_desk).pk != made.pk


def test_only_the_agency_that_holds_it_orders(installation: Config, provider: Reporter) -> None:
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = aged(sealed(installation, provider))
    for code in ("US-NCMEC", "IN-MH-CYBER"):
        with pytest.raises(NotFoundError, match="lies with another agency"):
            ordered(by(code), report)
    with pytest.raises(NotFoundError, match="does not exist"):
        ordered(by("IN-MH-PUNE"), report)
    assert ordered(by("IN-MH-JALGAON"), report)


def test_before_the_minimum_only_a_court_orders(installation: Config, provider: Reporter) -> None:
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = sealed(installation, provider)
    # the minimum is the clearinghouse's, which held it once: one copy, the strictest counts
    with pytest.raises(ConflictError, match=r"us-clearinghouse-report \(version 1\) of US-NCMEC.*order of a court"):
        ordered(by("IN-MH-JALGAON"), report)
    assert ordered(by("IN-MH-JALGAON"), report, court_order=True).court_order


# --- the schedule ---------------------------------------------------------------------------------------------


def test_the_schedule_is_off_until_somebody_switches_it_on(installation: Config, at_desk: Report) -> None:
    (found,) = schedule.due(OPERATOR)
    assert found.id == at_desk.pk
    assert [b.why for b in found.blocks] == [Why.SCHEDULE_OFF]
    assert schedule.run_schedule(installation) == schedule.Ran(0, 0)
    set_schedule(agency("US-NCMEC"), factories.TESTS, active=True)
    assert schedule.due(OPERATOR)[0].by_schedule
    assert overdue(days=0)[0] == 1
    assert schedule.run_schedule(installation) == schedule.Ran(1, 1)
    assert schedule.due(OPERATOR) == []
    assert rows_that_name(CANARY) == {}
    assert rows_that_name("kite_two")  # not a year old
    statement = json.loads(Certificate.objects.get().statement)
    assert statement["basis"] == "schedule"
    assert [(r["rule"], r["version"]) for r in statement["rules"]] == [("us-clearinghouse-report", "1")]


def test_the_schedule_leaves_what_is_held_and_what_police_hold_or_held(
    installation: Config, provider: Reporter
) -> None:
    set_schedule(agency("US-NCMEC"), factories.TESTS, active=True)
    held = aged(sealed(installation, provider, "held_one"))
    place_hold(by("US-NCMEC"), report_id=held.pk, authority="Court", reference="1")
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    down = aged(sealed(installation, provider, "went_down"))
    found = {d.id: d for d in schedule.due(OPERATOR)}
    assert {b.why for b in found[held.pk].blocks} == {Why.HOLD}
    assert down.pk not in found  # on order only, so never past its time
    assert {b.why for b in decide_report(down.pk, now()).blocks} == {Why.NO_MAXIMUM}
    assert schedule.run_schedule(installation) == schedule.Ran(0, 0)


def test_retracted_and_expired_reports_and_refused_documents_go_too(installation: Config, provider: Reporter) -> None:
    set_schedule(agency("US-NCMEC"), factories.TESTS, active=True)
    gone = sealed(installation, provider, ended=False)
    retract(provider, gone.pk)
    left = sealed(installation, provider, "left_open", ended=False)
    Report.objects.filter(pk=left.pk).update(received_at=now() - YEAR, changed_at=now() - YEAR)
    assert expire_open() == 1
    still_open = aged(sealed(installation, provider, "still_open", ended=False))
    refused = {"reporter": provider, "call": "submit", "code": 4100, "sha256": "0" * 64, "request_id": "0" * 32}
    for days in (10, 400):
        RefusedDocument.objects.create(
            **refused, description="no", body=f"<{CANARY}{days}>".encode(), received_at=now() - timedelta(days=days)
        )
    aged(Report.objects.get(pk=gone.pk), timedelta(days=91))
    assert schedule.run_schedule(installation).things == 3
    assert {r.pk for r in Report.objects.filter(destroyed_at__isnull=False)} == {gone.pk, left.pk}
    assert Report.objects.get(pk=still_open.pk).destroyed_at is None
    assert [bytes(d.body) for d in RefusedDocument.objects.all()] == [f"<{CANARY}10>".encode()]
    assert rows_that_name("left_open") == {}
    assert len(seals(installation)) == 1


# --- crashes --------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for the process being killed: nothing catches it."""


@pytest.mark.parametrize("step", ["_begin", "_forget_seals", "remove_seal", "_take_rows", "_leave_tombstones", "certify"])  # fmt: skip
def test_a_crash_at_any_step_is_finished_by_the_next_run(
    step: str, installation: Config, at_desk: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(destroying, step, killed)
        with pytest.raises(Killed), transaction.atomic():
            destroying.carry_out(installation, made.pk)
    # a seal without a row is never left: whatever seal lies there is still named by a row
    keys = set(ReportedFile.objects.exclude(storage_key="").values_list("storage_key", flat=True))
    assert {f"{p.parent.name}/{p.name}" for p in seals(installation)} <= keys
    assert not Certificate.objects.exists()
    assert schedule.finish_begun(installation) == 1
    assert rows_that_name(CANARY) == {}
    assert len(seals(installation)) == 1
    assert Certificate.objects.count() == 1
    assert schedule.finish_begun(installation) == 0


def test_a_storage_that_does_not_answer_keeps_the_rows_and_the_others_go_on(
    installation: Config, at_desk: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)

    def away(*_: object) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr(destroying, "remove_seal", away)
        assert schedule.finish_begun(installation) == 0
    made.refresh_from_db()
    assert made.state == DestructionState.BEGUN
    assert ReportedFile.objects.filter(report=at_desk).exists()
    assert schedule.finish_begun(installation) == 1


# --- the certificate ------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(installation: Config, at_desk: Report) -> Certificate:
    made = confirm(by("US-NCMEC"), ordered(by("US-NCMEC"), at_desk).pk)
    destroying.carry_out(installation, made.pk)
    return Certificate.objects.get()


def test_the_certificate_verifies_offline_and_a_changed_one_does_not(
    installation: Config, certificate: Certificate, at_desk: Report
) -> None:
    told = document(certificate)
    key = signing_key(installation).public
    statement = verify(json.dumps(told).encode(), key)
    assert statement["reports"] == [at_desk.pk]
    assert statement["order"]["reference"] == "Order 7/2026"
    assert statement["order"]["ordered_by"] != statement["order"]["confirmed_by"]
    assert len(statement["log_entries"]) == 3
    told["statement"]["destroyed"]["reports.document"] += 1
    with pytest.raises(InvalidInputError, match="does not hold"):
        verify(json.dumps(told).encode(), key)
    other = signing_key(load_config({"TIPLINE_DATA_DIR": str(installation.data_dir / "other")})).public
    with pytest.raises(InvalidInputError, match="is signed by"):
        verify(json.dumps(document(certificate)).encode(), other)
    for broken in (b"", b"[]", b"{}", b'{"statement": 1, "signed_by": "x", "signature": ""}'):
        with pytest.raises(InvalidInputError, match="not a certificate"):
            verify(broken)
    assert read_verifying_key(told["signed_by"]) == key


def test_the_certificate_names_numbers_and_no_content(
    certificate: Certificate, at_desk: Report, provider: Reporter
) -> None:
    text = certificate.statement + as_text(certificate)
    assert CANARY not in text
    assert "shared_address" not in text
    assert provider.name not in text
    assert at_desk.document_sha256
    assert at_desk.document_sha256 not in text
    assert "Backups made before" in text


@pytest.mark.parametrize("statement", ["UPDATE retention_certificate SET statement = '{}'", "DELETE FROM retention_certificate"])  # fmt: skip
def test_the_application_cannot_change_a_certificate(certificate: Certificate, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


# --- who sees it ----------------------------------------------------------------------------------------------


@pytest.fixture
def somebody_elses(certificate: Certificate, installation: Config, provider: Reporter) -> Iterator[User]:
    other = Report.objects.filter(destroyed_at__isnull=True).get()
    place_hold(by("US-NCMEC"), report_id=other.pk, authority="Court", reference="1")
    return person("IN-MH-PUNE", Role.SUPERVISOR)  # type: ignore[return-value]


def test_another_agency_gets_nothing_by_either_lock(somebody_elses: User, certificate: Certificate) -> None:
    scope = scope_of(somebody_elses)
    with acting(scope):
        assert not visible_holds(scope).exists()
        with pytest.raises(NotFoundError):
            visible_certificate(scope, certificate.pk)
        for model in (Hold, Destruction, DestructionItem, Certificate):
            assert not model.objects.exists(), model
        stranger = By.somebody(somebody_elses, scope)
        with pytest.raises(NotFoundError):
            lift_hold(stranger, 1, "x")
        with pytest.raises(NotFoundError):
            place_hold(stranger, report_id=1, authority="x", reference="y")


def test_who_saw_the_report_is_told_how_it_ended(certificate: Certificate, at_desk: Report) -> None:
    scope = scope_of(person("US-NCMEC", Role.ANALYST))
    told = tombstone_of(scope, report_id=at_desk.pk)
    assert told
    assert (told.basis, told.on, told.agency, told.certificate) == ("order", "Order 7/2026", "US-NCMEC", certificate.pk)


def test_a_destroyed_report_is_on_no_desk_and_takes_no_act(certificate: Certificate, at_desk: Report) -> None:
    from tipline.referrals.queries import DeskTab, desk
    from tipline.referrals.services import forward

    analyst = person("US-NCMEC", Role.ANALYST)
    assert at_desk.pk not in desk(analyst.agency, scope_of(analyst), DeskTab.ALL).values_list("pk", flat=True)
    with pytest.raises(NotFoundError):
        forward(analyst, [at_desk.pk], agency("IN-NCRB"))
    assert drain().total == 0
