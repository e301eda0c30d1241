"""`tipline case …`: working in a case, in somebody's name (`tipline --as EMAIL case …`)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.case import AsJson, Number, app, case_of
from tipline.cli.runtime import as_person, asked, write_json

if TYPE_CHECKING:
    from tipline.investigation.cases.models import Case
    from tipline.investigation.cases.records import CaseTransfer
    from tipline.trust.accounts.models import User

diary_app = typer.Typer(help="The diary of a case.", no_args_is_help=True)
task_app = typer.Typer(help="Tasks of a case.", no_args_is_help=True)
person_app = typer.Typer(help="Persons of a case.", no_args_is_help=True)
fir_app = typer.Typer(help="The FIR of a case, and an enquiry before it.", no_args_is_help=True)
section_app = typer.Typer(help="Sections that a case is under.", no_args_is_help=True)
transfer_app = typer.Typer(help="Handing a case to another agency.", no_args_is_help=True)
for _name, _group in (
    ("diary", diary_app), ("task", task_app), ("person", person_app), ("fir", fir_app), ("section", section_app),
    ("transfer", transfer_app),
):  # fmt: skip
    app.add_typer(_group, name=_name)

At = Annotated[str, typer.Option(help="day and time, as 2027-01-26T09:30; by the desk's clock when no zone is named")]
Why = Annotated[str, typer.Option("--why", help="the reason")]


def moment_of(case: Case, text: str) -> datetime | None:
    """A time as a command takes it: by the desk's clock when no zone is named; None for an empty one.

    Raises
    ------
    InvalidInputError
        when it is no time.
    """
    from zoneinfo import ZoneInfo

    from tipline.core.errors import InvalidInputError

    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"{text[:40]!r} is no time: write it as 2027-01-26T09:30") from error
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(case.agency.timezone))


def colleague_of(case: Case, email: str) -> User:
    """Somebody of the case's agency.

    Raises
    ------
    NotFoundError
        when nobody there has that address.
    """
    from tipline.core.errors import NotFoundError
    from tipline.trust.accounts.models import User

    found = User.objects.filter(email=email.lower(), agency_id=case.agency_id, is_active=True).first()
    if found is None:
        raise NotFoundError(f"{email[:80]!r} is nobody of {case.agency.code}")
    return found


def _done(as_json: bool, text: str, **facts: Any) -> None:
    if as_json:
        write_json(facts)
    else:
        typer.echo(text)


@app.command("show")
def show(number: Number, as_json: AsJson = False) -> None:
    """Show a case: officer, FIR, sections, reports, persons, what is pending."""
    with asked() as (scope, actor):
        from tipline.investigation.cases.closing import pending
        from tipline.investigation.cases.records import PreliminaryEnquiry
        from tipline.trust.audit.services import Act, record

        case = case_of(scope, number)
        record(actor, [Act("case.read", "case", case.pk)])
        enquiry = PreliminaryEnquiry.objects.filter(case=case).first()
        officer = case.investigating_officer
        found = {
            "id": case.pk, "number": case.number, "agency": case.agency.code, "title": case.title, "state": case.state,
            "opened_at": case.opened_at, "closed_at": case.closed_at, "closed_reason": case.closed_reason or None,
            "changes": case.changes,
            "officer": {"email": officer.email, "name": officer.name, "rank": officer.rank} if officer else None,
            "fir": {
                "number": case.fir_number, "registered_at": case.fir_registered_at, "station": case.fir_station,
                "zero_fir": case.zero_fir,
            } if case.fir_number else None,
            "preliminary_enquiry": {"permitted_at": enquiry.permitted_at, "ends_at": enquiry.ends_at} if enquiry else None,
            "sections": list(case.offences.order_by("pk").values_list("section_id", flat=True)),
            "reports": list(case.case_reports.order_by("report_id").values_list("report_id", flat=True)),
            "persons": list(case.persons.order_by("pk").values("id", "name", "standing")),
            "pending": pending(case) if case.state == "open" else [],
        }  # fmt: skip
    if as_json:
        write_json(found)
        return
    from tipline.core.text import visible

    typer.echo(f"{found['number']} {found['state']}: {visible(str(found['title']))}")
    typer.echo(f"  officer: {visible(officer.name) if officer else 'none named'}")
    typer.echo(f"  FIR: {visible(case.fir_number) or 'not registered'}")
    for one in found["pending"] if isinstance(found["pending"], list) else []:
        typer.echo(f"  {visible(str(one))}")


@app.command("scheme")
def scheme(
    pattern: Annotated[str, typer.Argument(help="such as '{agency}/{year}/{number:04}' or 'CR-{number}/{year2}'")],
    agency: Annotated[str, typer.Option(help="code of an agency that you oversee; yours when left out")] = "",
    as_json: AsJson = False,
) -> None:
    """Say how an agency numbers its cases from now on: a supervisor's act."""
    with as_person() as (person, _):
        from tipline.investigation.cases.numbering import set_scheme
        from tipline.trust.agencies.queries import by_code

        example = set_scheme(person, by_code(agency) if agency else person.agency, pattern)
    _done(as_json, f"the next cases are numbered as {example}", example=example)


@app.command("officer")
def officer(
    number: Number,
    email: Annotated[str, typer.Argument(help="one of the people on the case")],
    nevertheless: Annotated[str, typer.Option(help="why somebody of too low a rank investigates")] = "",
    as_json: AsJson = False,
) -> None:
    """Name the investigating officer. Below Inspector a reason is asked for (IT Act 2000 s.78)."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.registration import set_officer

        case = case_of(scope, number)
        set_officer(person, case.pk, colleague_of(case, email), nevertheless)
    _done(as_json, f"{email} investigates {case.number}", case=case.number, officer=email)


@app.command("close")
def close(
    number: Number,
    reason: Annotated[str, typer.Option(help="id in the list of reasons, such as untraced")],
    text: Annotated[str, typer.Option(help="what it rests on")],
    despite: Annotated[bool, typer.Option("--despite", help="though something is pending")] = False,
    as_json: AsJson = False,
) -> None:
    """Close a case. What is pending is named first."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.closing import close_case

        case = close_case(person, case_of(scope, number), reason, text, despite=despite)
    _done(as_json, f"{case.number} is closed", case=case.number, reason=reason)


@app.command("reopen")
def reopen(number: Number, why: Why, as_json: AsJson = False) -> None:
    """Open a closed case again: a supervisor's act."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.closing import reopen_case

        case = reopen_case(person, case_of(scope, number), why)
    _done(as_json, f"{case.number} is open again", case=case.number)


@app.command("add-reports")
def add_reports(
    number: Number,
    reports: Annotated[list[int], typer.Argument(help="numbers of reports on the desk")],
    as_json: AsJson = False,
) -> None:
    """Accept more reports into an open case."""
    with as_person() as (person, scope):
        from tipline.investigation.cases import joining

        case = joining.add_reports(person, case_of(scope, number).pk, reports)
    _done(as_json, f"{len(reports)} reports are in {case.number}", case=case.number, reports=reports)


@app.command("move-report")
def move_report(
    number: Number,
    report: Annotated[int, typer.Argument(help="the report's number")],
    to: Annotated[str, typer.Argument(help="the other case's number or id")],
    why: Why,
    as_json: AsJson = False,
) -> None:
    """Move a report to another case of the agency."""
    with as_person() as (person, scope):
        from tipline.investigation.cases import joining

        target = case_of(scope, to)
        joining.move_report(person, report, case_of(scope, number).pk, target.pk, why)
    _done(as_json, f"report {report} is in {target.number}", case=target.number, report=report)


@app.command("link")
def link(
    number: Number,
    other: Annotated[str, typer.Argument(help="the other case's number or id")],
    kind: Annotated[str, typer.Option(help="same_person, same_operation, duplicate, related")],
    why: Why,
    told: Annotated[bool, typer.Option("--told", help="readers of one may know that there is the other")] = False,
    as_json: AsJson = False,
) -> None:
    """Link two cases."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.cases import links
        from tipline.investigation.cases.records import LinkKind

        if kind not in LinkKind.values:
            raise InvalidInputError(f"{kind[:20]!r} is not one of {', '.join(LinkKind.values)}")
        made = links.link(person, case_of(scope, number).pk, case_of(scope, other).pk, LinkKind(kind), why, told=told)
    _done(as_json, "the cases are linked", link=made.pk)


# -- diary ------------------------------------------------------------------------------------------------------


@diary_app.command("list")
def diary_list(number: Number, as_json: AsJson = False) -> None:
    """List the entries, the latest first."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.cases import diary
        from tipline.trust.audit.services import Act, record

        case = case_of(scope, number)
        record(actor, [Act("case.read", "case", case.pk, {"page": "diary"})])
        rows = [
            {
                "number": e.number, "happened_at": e.happened_at, "written_at": e.written_at, "author": e.author.email,
                "by_software": e.by_software, "act": e.act or None, "text": e.text,
                "corrects": e.corrects.number if e.corrects else None,
                "corrected_by": e.corrected_by.number if hasattr(e, "corrected_by") else None,
            }
            for e in diary.entries(case)
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        mark = f" [corrected by {row['corrected_by']}]" if row["corrected_by"] else ""
        typer.echo(f"{row['number']:>4} {row['happened_at']:%Y-%m-%d %H:%M} UTC{mark} {visible(str(row['text']))}")


@diary_app.command("write")
def diary_write(
    number: Number, text: Annotated[str, typer.Argument(help="what happened")], at: At = "", as_json: AsJson = False
) -> None:
    """Add an entry."""
    with as_person() as (person, scope):
        from tipline.investigation.cases import diary

        case = case_of(scope, number)
        made = diary.write(person, case.pk, text, moment_of(case, at))
    _done(as_json, f"entry {made.number} is written", entry=made.number)


@diary_app.command("correct")
def diary_correct(
    number: Number,
    entry: Annotated[int, typer.Argument(help="the entry that was wrong")],
    text: Annotated[str, typer.Argument(help="what is right")],
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Correct an entry by a further one; the old one stays."""
    with as_person() as (person, scope):
        from tipline.investigation.cases import diary

        case = case_of(scope, number)
        made = diary.correct(person, case.pk, entry, text, moment_of(case, at))
    _done(as_json, f"entry {made.number} corrects entry {entry}", entry=made.number, corrects=entry)


@diary_app.command("print")
def diary_print(
    number: Number, out: Annotated[Path, typer.Option("--out", "-o", help="the PDF to write")], as_json: AsJson = False
) -> None:
    """Write the whole diary to a PDF."""
    with as_person() as (person, scope):
        from tipline.core.printing.pdf import to_pdf
        from tipline.investigation.cases import diary

        body = to_pdf(diary.printed(person, scope, case_of(scope, number).pk))
    out.write_bytes(body)
    _done(as_json, f"written to {out}", file=str(out), bytes=len(body))


# -- tasks ------------------------------------------------------------------------------------------------------


@task_app.command("list")
def task_list(number: Number, as_json: AsJson = False) -> None:
    """List the tasks, those to do first."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.cases import todo
        from tipline.trust.audit.services import Act, record

        case = case_of(scope, number)
        record(actor, [Act("case.read", "case", case.pk, {"page": "tasks"})])
        today = todo.today_at(case.agency)
        rows = [
            {
                "id": t.pk, "title": t.title, "assignee": t.assignee.email if t.assignee else None, "due": t.due,
                "state": t.state, "overdue": t.state == "open" and t.due is not None and t.due < today, "note": t.note,
            }
            for t in todo.tasks_of(case)
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['id']:>6} {row['state']:<8} {'OVERDUE ' if row['overdue'] else ''}{visible(str(row['title']))}"
        )


@task_app.command("add")
def task_add(
    number: Number,
    title: Annotated[str, typer.Argument(help="what is to be done")],
    assignee: Annotated[str, typer.Option(help="address of who does it")] = "",
    due: Annotated[str, typer.Option(help="the last day, as 2027-01-26")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a task."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.cases import todo

        case = case_of(scope, number)
        try:
            last = date.fromisoformat(due) if due else None
        except ValueError as error:
            raise InvalidInputError(f"{due[:20]!r} is not a date: write it as 2027-01-26") from error
        who = colleague_of(case, assignee) if assignee else None
        made = todo.add_task(person, case.pk, todo.Task(title, who, last))
    _done(as_json, f"task {made.pk} is added", task=made.pk)


@task_app.command("mark")
def task_mark(
    number: Number,
    task: Annotated[int, typer.Argument(help="the task's number")],
    state: Annotated[str, typer.Argument(help="done, dropped or open")],
    note: Annotated[str, typer.Option(help="how it ended; why it is dropped")] = "",
    as_json: AsJson = False,
) -> None:
    """Mark a task done, drop it, or take it up again."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.cases import todo
        from tipline.investigation.cases.records import TaskState

        if state not in TaskState.values:
            raise InvalidInputError(f"{state[:20]!r} is not one of {', '.join(TaskState.values)}")
        todo.set_state(person, case_of(scope, number).pk, task, TaskState(state), note)
    _done(as_json, f"task {task} is marked: {state}", task=task, state=state)


# -- persons ----------------------------------------------------------------------------------------------------

Kind = Annotated[str, typer.Option(help="provider_reply, device, statement, payment, observation, document, other")]
Says = Annotated[str, typer.Option(help="what the evidence says")]
Source = Annotated[str, typer.Option(help="where it can be looked up")]
PersonId = Annotated[int, typer.Argument(help="the person's number in the case")]


@person_app.command("list")
def person_list(number: Number, as_json: AsJson = False) -> None:
    """List persons with their evidence and proposals."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.cases.models import CasePerson
        from tipline.trust.audit.services import Act, record

        case = case_of(scope, number)
        record(actor, [Act("case.read", "case", case.pk, {"page": "persons"})])
        rows = [
            {
                "id": p.pk, "name": p.name, "standing": p.standing, "review": p.review_since is not None,
                "evidence": [
                    {"id": e.pk, "kind": e.kind, "text": e.text, "source": e.source, "withdrawn": e.withdrawn_at is not None}
                    for e in p.evidence.all()
                ],
                "proposals": [{"id": one.pk, "state": one.state} for one in p.proposals.all()],
            }
            for p in CasePerson.objects.filter(case=case).prefetch_related("evidence", "proposals").order_by("pk")
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['id']:>6} {row['standing']:<18} {visible(str(row['name']))}")


@person_app.command("add")
def person_add(
    number: Number,
    name: Annotated[str, typer.Argument(help="as the source writes it")],
    kind: Kind,
    says: Says,
    source: Source,
    as_json: AsJson = False,
) -> None:
    """Write down whom a source names as behind an account, as account holder."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.persons import add_account_holder

        made = add_account_holder(person, case_of(scope, number).pk, name, [_evidence(kind, says, source)])
    _done(as_json, f"person {made.pk} stands as account holder", person=made.pk)


@person_app.command("evidence")
def person_evidence(
    number: Number, person_id: PersonId, kind: Kind, says: Says, source: Source, as_json: AsJson = False
) -> None:
    """List more evidence about a person."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.persons import add_evidence

        made = add_evidence(person, case_of(scope, number).pk, person_id, [_evidence(kind, says, source)])[0]
    _done(as_json, f"evidence {made.pk} is listed", evidence=made.pk)


@person_app.command("withdraw")
def person_withdraw(
    number: Number, evidence: Annotated[int, typer.Argument(help="its number")], why: Why, as_json: AsJson = False
) -> None:
    """Withdraw a piece of evidence; what stood on it falls back."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.standing import withdraw_evidence

        of = withdraw_evidence(person, case_of(scope, number).pk, evidence, why)
    _done(as_json, f"person {of.pk} stands as {of.standing}", person=of.pk, standing=of.standing)


@person_app.command("propose")
def person_propose(
    number: Number,
    person_id: PersonId,
    evidence: Annotated[list[int], typer.Option(help="a piece that it relies on; once for each")],
    words: Annotated[str, typer.Option(help="why, in your own words")],
    as_json: AsJson = False,
) -> None:
    """Propose an account holder as person of interest. A second officer decides."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.standing import propose

        made = propose(person, case_of(scope, number).pk, person_id, evidence, words)
    _done(as_json, f"proposal {made.pk} waits for a second officer", proposal=made.pk)


@person_app.command("decide")
def person_decide(
    number: Number,
    proposal: Annotated[int, typer.Argument(help="its number")],
    decision: Annotated[str, typer.Argument(help="confirm or refuse")],
    words: Annotated[str, typer.Option(help="what you looked at, in your own words")],
    as_json: AsJson = False,
) -> None:
    """Confirm or refuse another officer's proposal."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.cases.standing import decide

        if decision not in {"confirm", "refuse"}:
            raise InvalidInputError("say confirm or refuse")
        made = decide(person, case_of(scope, number).pk, proposal, words, confirm=decision == "confirm")
    _done(as_json, f"the proposal is {made.state}", proposal=made.pk, state=made.state)


@person_app.command("clear")
def person_clear(number: Number, person_id: PersonId, why: Why, as_json: AsJson = False) -> None:
    """Write down why a person has nothing more to do with the case."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.standing import clear

        clear(person, case_of(scope, number).pk, person_id, why)
    _done(as_json, f"person {person_id} is cleared", person=person_id, standing="cleared")


def _evidence(kind: str, says: str, source: str) -> Any:
    from tipline.core.errors import InvalidInputError
    from tipline.investigation.cases.models import EvidenceKind
    from tipline.investigation.cases.persons import Evidence

    if kind not in EvidenceKind.values:
        raise InvalidInputError(f"{kind[:20]!r} is not one of {', '.join(EvidenceKind.values)}")
    return Evidence(EvidenceKind(kind), says, source)


# -- registration -----------------------------------------------------------------------------------------------


@fir_app.command("register")
def fir_register(
    number: Number,
    fir: Annotated[str, typer.Argument(help="the FIR's number")],
    station: Annotated[str, typer.Option(help="where it is registered")],
    at: At,
    zero: Annotated[bool, typer.Option("--zero", help="a zero FIR, to be transferred")] = False,
    why: Annotated[str, typer.Option(help="when it corrects what was written: why")] = "",
    as_json: AsJson = False,
) -> None:
    """Write the FIR down; with --why correct what was written of it."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.cases.registration import Fir, correct_fir, register_fir

        case = case_of(scope, number)
        when = moment_of(case, at)
        if when is None:
            raise InvalidInputError("--at: say when the FIR was registered")
        given = Fir(fir, when, station, zero)
        case = correct_fir(person, case.pk, given, why) if why else register_fir(person, case.pk, given)
    _done(as_json, f"{case.number} has FIR {case.fir_number}", case=case.number, fir=case.fir_number)


@fir_app.command("enquiry")
def fir_enquiry(
    number: Number,
    by: Annotated[str, typer.Option(help="who gave the permission: name and office")],
    rank: Annotated[str, typer.Option(help="deputy_superintendent or superintendent")],
    at: At,
    reference: Annotated[str, typer.Option(help="of the written permission")],
    as_json: AsJson = False,
) -> None:
    """Write the permission for a preliminary enquiry down (BNSS 2023 s.173(3)): fourteen days."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.cases.registration import Permission, start_enquiry
        from tipline.trust.accounts.models import Rank

        case = case_of(scope, number)
        when = moment_of(case, at)
        if when is None or rank not in Rank.values:
            raise InvalidInputError("say when the permission was given, and the rank of who gave it")
        made = start_enquiry(person, case.pk, Permission(by, Rank(rank), when, reference))
    _done(as_json, f"the enquiry ends {made.ends_at:%Y-%m-%d %H:%M} UTC", case=case.number, ends_at=made.ends_at)


@section_app.command("add")
def section_add(
    number: Number, section: Annotated[str, typer.Argument(help="id in the law catalogue")], as_json: AsJson = False
) -> None:
    """Put a section of the law catalogue to the case."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.registration import choose_section

        made = choose_section(person, case_of(scope, number).pk, section)
    _done(as_json, f"{made.label} is chosen", section=made.section_id, version=made.catalogue_version)


@section_app.command("withdraw")
def section_withdraw(
    number: Number,
    section: Annotated[str, typer.Argument(help="id in the law catalogue")],
    why: Why,
    as_json: AsJson = False,
) -> None:
    """Take a section from the case; that it was chosen stays in the history."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.registration import withdraw_section

        withdraw_section(person, case_of(scope, number).pk, section, why)
    _done(as_json, f"{section} is withdrawn", section=section)


# -- transfer ---------------------------------------------------------------------------------------------------


def _as_row(one: CaseTransfer) -> dict[str, Any]:
    return {
        "id": one.pk, "number": one.number_before, "number_after": one.number_after or None, "title": one.title,
        "from": one.from_agency.code, "to": one.to_agency.code, "state": one.state, "reason": one.reason,
        "offered_at": one.offered_at, "decided_at": one.decided_at,
    }  # fmt: skip


@transfer_app.command("list")
def transfer_list(as_json: AsJson = False) -> None:
    """List what was handed from and to your agency, what waits first."""
    with as_person() as (person, _):
        from tipline.core.text import visible
        from tipline.investigation.cases.transfer import transfers_of
        from tipline.trust.audit.services import Act, record

        rows = [_as_row(one) for one in transfers_of(person)]
        record(person.actor, [Act("case.transfers_listed", "agency", person.agency.code, {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['id']:>6} {row['state']:<10} {row['from']} -> {row['to']} {visible(row['number'])}")


@transfer_app.command("offer")
def transfer_offer(
    number: Number, to: Annotated[str, typer.Argument(help="code of the agency")], why: Why, as_json: AsJson = False
) -> None:
    """Offer a case to another agency. It stays until that accepts it."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.transfer import offer_transfer
        from tipline.trust.agencies.queries import by_code

        made = offer_transfer(person, case_of(scope, number).pk, by_code(to), why)
    _done(as_json, f"transfer {made.pk} waits for {to}", transfer=made.pk)


@transfer_app.command("take-back")
def transfer_take_back(
    number: Number, transfer: Annotated[int, typer.Argument(help="its number")], as_json: AsJson = False
) -> None:
    """Take an offer back before it is answered."""
    with as_person() as (person, scope):
        from tipline.investigation.cases.transfer import take_back_transfer

        take_back_transfer(person, case_of(scope, number).pk, transfer)
    _done(as_json, "the offer is taken back", transfer=transfer)


@transfer_app.command("answer")
def transfer_answer(
    transfer: Annotated[int, typer.Argument(help="its number")],
    answer: Annotated[str, typer.Argument(help="accept or refuse")],
    why: Annotated[str, typer.Option(help="why it is refused")] = "",
    as_json: AsJson = False,
) -> None:
    """Accept a case that was offered to your agency, or refuse it with a reason."""
    with as_person() as (person, _):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.cases.transfer import accept_transfer, refuse_transfer

        if answer == "accept":
            number = accept_transfer(person, transfer).number
        elif answer == "refuse":
            number = refuse_transfer(person, transfer, why).number_before
        else:
            raise InvalidInputError("say accept or refuse")
    _done(as_json, f"case {number}: {answer}ed" if answer == "accept" else f"case {number}: refused", case=number)
