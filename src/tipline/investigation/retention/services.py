"""Legal holds, orders of destruction and the schedule's switch. What is destroyed, and how, is in `destroying.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.retention.decisions import Decision, Why, decide_cases, decide_reports
from tipline.investigation.retention.models import (
    Basis,
    Destruction,
    DestructionItem,
    DestructionState,
    Hold,
    Schedule,
)
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Can, Scope, acting, may

CARRY_OUT = "retention.carry_out"
# One transaction destroys them all, and one certificate names them.
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class By:
    """Who acts here: a person within their scope, or the operator for an agency, on the word of somebody who is named."""

    actor: Actor
    name: str
    agency: Agency
    scope: Scope
    person: User | None = None

    @classmethod
    def somebody(cls, person: User, scope: Scope) -> By:
        """A person.

        Raises
        ------
        NotPermittedError
            when their role has nothing to do with retention.
        """
        if not may(person, Can.MANAGE_RETENTION):
            raise NotPermittedError("your role neither holds nor destroys")
        return cls(person.actor, person.email, person.agency, scope, person)

    @classmethod
    def operator(cls, name: str, agency: Agency) -> By:
        """The operator at the machine, for `name`."""
        return cls(system("cli"), _text("the name", name, 254), agency, OPERATOR)


def _text(what: str, given: str, most: int) -> str:
    text = " ".join(given.split())
    if not text or len(text) > most:
        raise InvalidInputError(f"{what} is 1 to {most} characters; it is {len(text)}")
    return text


def _locked_reports(scope: Scope, report_ids: Collection[int]) -> list[Report]:
    """Visible reports, locked in the order of ids, so that nothing is held and begun at once."""
    wanted = [pk for pk in sorted(set(report_ids)) if 0 < pk < 2**63]
    found = list(visible_reports(scope).select_for_update(no_key=True, of=("self",)).filter(id__in=wanted).order_by("id"))  # fmt: skip
    missing = sorted(set(report_ids) - {report.pk for report in found})
    if missing:
        raise NotFoundError(f"report {missing[0]} does not exist")
    return found


def _locked_case(scope: Scope, case_id: int) -> Case:
    seen = visible_cases(scope).filter(pk=case_id).order_by().values_list("pk", flat=True)
    case = Case.objects.select_for_update(no_key=True).filter(pk__in=list(seen[:1])).first()
    if case is None:
        raise NotFoundError(f"there is no case {case_id}")
    return case


@transaction.atomic
def place_hold(
    by: By, *, authority: str, reference: str, report_id: int | None = None, case_id: int | None = None
) -> Hold:
    """Forbid the destruction of a report, or of a case with every report in it, now or later.

    Raises
    ------
    NotFoundError
        when it does not exist or is not visible.
    ConflictError
        when its destruction has begun.
    InvalidInputError
        without an authority and a reference.
    """
    authority, reference = _text("the authority", authority, 300), _text("the reference", reference, 100)
    report, case = None, None
    if case_id is not None:
        case = _locked_case(by.scope, case_id)
        if case.destroyed_at:
            raise ConflictError(f"case {case.number} was destroyed")
    elif report_id is not None:
        (report,) = _locked_reports(by.scope, [report_id])
        if report.destroyed_at:
            raise ConflictError(f"report {report_id} was destroyed, or its destruction has begun")
    else:
        raise InvalidInputError("a hold is of a report or of a case")
    hold = Hold.objects.create(
        report=report, case=case, agency=by.agency, authority=authority, reference=reference, placed_at=now(),
        placed_by=by.name,
    )  # fmt: skip
    record(by.actor, [Act("retention.held", *_object(hold), {"hold": hold.pk})])
    return hold


def _object(hold: Hold) -> tuple[str, int]:
    return ("report", hold.report_id) if hold.report_id is not None else ("case", hold.case_id or 0)


@transaction.atomic
def lift_hold(by: By, hold_id: int, reason: str) -> Hold:
    """Lift a hold of the own agency, or of one that it oversees; who lifted it and why stays.

    Raises
    ------
    NotFoundError
        when it does not exist or is another agency's.
    ConflictError
        when it was lifted before.
    """
    reason = _text("the reason", reason, 300)
    hold = Hold.objects.select_for_update().filter(pk=hold_id).first()
    if hold is None or not (by.scope.everything or hold.agency_id in by.scope.agency_ids):
        raise NotFoundError(f"there is no hold {hold_id}")
    if hold.lifted_at:
        raise ConflictError(f"hold {hold_id} was lifted on {hold.lifted_at:%Y-%m-%d}")
    hold.lifted_at, hold.lifted_by, hold.lift_reason = now(), by.name, reason
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    record(by.actor, [Act("retention.hold_lifted", *_object(hold), {"hold": hold.pk})])
    return hold


@transaction.atomic
def order(
    by: By,
    *,
    reference: str,
    authority: str,
    court_order: bool = False,
    report_ids: Iterable[int] = (),
    case_id: int | None = None,
) -> Destruction:
    """Order the destruction of reports, or of a closed case with its reports. Nothing happens until a second person confirms.

    Raises
    ------
    NotFoundError
        when something does not exist, is not visible, or lies with an agency that is neither the own nor overseen.
    ConflictError
        naming what stands against it: a hold, an open case, a minimum period, an order that waits.
    InvalidInputError
        without a reference and an authority, or for nothing or too much at once.
    """
    reference, authority = _text("the reference", reference, 100), _text("the authority", authority, 300)
    case, wanted = None, list(dict.fromkeys(report_ids))
    if case_id is not None:
        case = _locked_case(by.scope, case_id)
        wanted += CaseReport.objects.filter(case=case, report__destroyed_at__isnull=True).values_list(
            "report_id", flat=True
        )
    if not 0 < len(wanted) + (case is not None) <= MOST_AT_ONCE:
        raise InvalidInputError(f"one order names 1 to {MOST_AT_ONCE} reports; make several")
    _locked_reports(by.scope, wanted)
    decisions = _decide(wanted, case)
    for decision in decisions:
        if not (by.scope.everything or decision.agency_id in by.scope.agency_ids):
            raise NotFoundError(
                f"{decision.thing} {decision.id} lies with another agency now: only that one orders its destruction"
            )
        _refuse_blocked(decision, court_order=court_order)
    made = Destruction.objects.create(
        basis=Basis.ORDER, state=DestructionState.ORDERED, agency=by.agency, reference=reference, authority=authority,
        court_order=court_order, ordered_at=now(), ordered_by=by.name, orderer=by.person,
    )  # fmt: skip
    list_items(made, decisions)
    record(by.actor, [Act("retention.destruction_ordered", "destruction", made.pk, _counts(decisions) | {"court_order": court_order, "by": by.name})])  # fmt: skip
    return made


def _decide(report_ids: Sequence[int], case: Case | None) -> list[Decision]:
    at = now()
    return [*decide_reports(report_ids, at).values(), *(decide_cases([case.pk], at).values() if case else ())]


def _refuse_blocked(decision: Decision, *, court_order: bool) -> None:
    against = decision.against_order(court_order=court_order)
    if against:
        also = (
            ". An order of a court goes before a minimum period: say so if it is one"
            if {b.why for b in against} == {Why.MINIMUM}
            else ""
        )
        raise ConflictError(
            f"{decision.thing} {decision.id} cannot be destroyed: {'; '.join(b.text for b in against)}{also}"
        )


def list_items(made: Destruction, decisions: Iterable[Decision]) -> None:
    """Write down what a destruction takes, and the rules that applied."""
    DestructionItem.objects.bulk_create(
        DestructionItem(
            destruction=made,
            agency_id=made.agency_id,
            report_id=d.id if d.thing == "report" else None,
            case_id=d.id if d.thing == "case" else None,
            refused_document=d.id if d.thing == "refused_document" else None,
            rules=[clock.as_data() for clock in d.clocks],
        )
        for d in decisions
    )


def _counts(decisions: Collection[Decision]) -> dict[str, int | bool | str]:
    return {
        "reports": sum(d.thing == "report" for d in decisions),
        "cases": sum(d.thing == "case" for d in decisions),
        "refused_documents": sum(d.thing == "refused_document" for d in decisions),
    }


def _waiting(by: By, number: int) -> Destruction:
    """An order that waits, locked, of the own agency or one that it oversees."""
    made = Destruction.objects.select_for_update().filter(pk=number).first()
    if made is None or not (by.scope.everything or made.agency_id in by.scope.agency_ids):
        raise NotFoundError(f"there is no order {number}")
    if made.state != DestructionState.ORDERED:
        raise ConflictError(f"order {number} waits no longer: {made.get_state_display().lower()}")
    return made


@transaction.atomic
def confirm(by: By, number: int) -> Destruction:
    """The second person's word: a worker carries the order out.

    Raises
    ------
    NotFoundError, ConflictError
        when it is not there, waits no longer, or something stands against it by now.
    NotPermittedError
        to whoever ordered it.
    """
    made = _waiting(by, number)
    if (by.person is not None and made.orderer_id == by.person.pk) or made.ordered_by.casefold() == by.name.casefold():
        raise NotPermittedError("whoever ordered a destruction does not confirm it: another person has to")
    for decision in still_blocked(made):
        _refuse_blocked(decision, court_order=made.court_order)
    made.state, made.decided_at, made.decided_by, made.decider = DestructionState.CONFIRMED, now(), by.name, by.person
    made.save(update_fields=["state", "decided_at", "decided_by", "decider"])
    record(by.actor, [Act("retention.destruction_confirmed", "destruction", made.pk, {"by": by.name})])
    app.configure_task(CARRY_OUT, queue=PIPELINE_QUEUE).defer(number=made.pk)
    return made


def still_blocked(made: Destruction, at: datetime | None = None) -> list[Decision]:
    """Those of its things that something stands against now, the order itself left aside."""
    at = at or now()
    with acting(OPERATOR):
        items = list(made.items.values_list("report_id", "case_id"))
    decisions = [
        *decide_reports([r for r, _ in items if r], at).values(),
        *decide_cases([c for _, c in items if c], at).values(),
    ]
    freed = [
        Decision(
            d.thing, d.id, d.agency_id, d.agency, d.outcome, d.clocks,
            tuple(b for b in d.blocks if b.why != Why.UNDERWAY),
        )
        for d in decisions
    ]  # fmt: skip
    return [d for d in freed if d.against_order(court_order=made.court_order)]


@transaction.atomic
def refuse(by: By, number: int, reason: str) -> Destruction:
    """End an order that waits without carrying it out; whoever ordered it may take it back.

    Raises
    ------
    NotFoundError, ConflictError
        when it is not there or waits no longer.
    """
    reason = _text("the reason", reason, 300)
    made = _waiting(by, number)
    end_refused(made, reason, by.name, by.person, by.actor)
    return made


def end_refused(made: Destruction, reason: str, name: str, person: User | None, actor: Actor) -> None:
    """Write that a destruction does not happen, and free its things. Inside the caller's transaction."""
    made.state, made.decided_at, made.decided_by, made.decider = DestructionState.REFUSED, now(), name, person
    made.refusal = reason
    made.save(update_fields=["state", "decided_at", "decided_by", "decider", "refusal"])
    made.items.update(live=False)
    record(actor, [Act("retention.destruction_refused", "destruction", made.pk, {"by": name})])


@transaction.atomic
def set_schedule(agency: Agency, actor: Actor, *, active: bool) -> None:
    """Let an agency's things go by themselves when they are due, or not any more."""
    Schedule.objects.update_or_create(
        agency=agency, defaults={"active": active, "set_by": actor.label, "set_at": now()}
    )
    record(actor, [Act("retention.schedule_set", "agency", agency.pk, {"active": active})])
