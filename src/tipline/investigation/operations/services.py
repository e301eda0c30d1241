"""Making and running operations: what they are for, who takes part, who knows of them, and where they stand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.investigation.operations.figures import FIGURES, whole
from tipline.investigation.operations.models import (
    Closing,
    Goal,
    Operation,
    OperationAgency,
    OperationMember,
    OperationState,
    Phase,
    Rule,
)
from tipline.investigation.operations.queries import agencies_of, may_run, visible_operation
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import MAY, OPERATOR, Can, acting, may, scope_of

TRANSITIONS: dict[OperationState, frozenset[OperationState]] = {
    OperationState.PLANNED: frozenset({OperationState.RUNNING, OperationState.CLOSED}),
    OperationState.RUNNING: frozenset({OperationState.CLOSED}),
    OperationState.CLOSED: frozenset({OperationState.RUNNING}),
}
MOST_GOAL = 1_000_000
EVERYTHING = 2**63 - 1  # below which a whole scan begins


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written of an operation when it is added or changed."""

    name: str
    since: date
    until: date | None = None
    note: str = ""
    lead_officer: User | None = None


class FieldRefusedError(InvalidInputError):
    """What is wrong with one field of a plan."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def text_of(field: str, text: str, most: int, what: str, *, least: int = 1) -> str:
    """A text as it is kept, of `least` to `most` characters.

    Raises
    ------
    FieldRefusedError
        when it is shorter or longer, or holds NUL, which no column keeps.
    """
    # a browser ends the lines of a form as mail does; the rest would show its half as a control character
    text = text.replace("\r\n", "\n").strip()
    if not least <= len(text) <= most or "\x00" in text:
        raise FieldRefusedError(field, f"{what} of {least} to {most} characters is needed")
    return text


def _checked(plan: Plan, operation_agencies: list[Agency]) -> dict[str, Any]:
    if plan.until is not None and plan.until < plan.since:
        raise FieldRefusedError("until", "the last day is before the first")
    officer = plan.lead_officer
    if officer is not None and (
        officer.agency_id not in {a.pk for a in operation_agencies} or not may(officer, Can.WORK_CASES)
    ):
        raise FieldRefusedError("lead_officer", f"{officer.email} works on no cases of an agency of this operation")
    return {
        "name": text_of("name", plan.name, 120, "a name"),
        "since": plan.since,
        "until": plan.until,
        "note": text_of("note", plan.note, 5000, "goals in words", least=0),
        "lead_officer": officer,
    }


@transaction.atomic
def add_operation(name: str, agency: Agency, since: date, actor: Actor) -> Operation:
    """Start a running operation of an agency, known to everybody there who may see reports. Its code is made of its name.

    Raises
    ------
    ConflictError
        when an operation of that code exists.
    """
    code = slugify(name)
    if not code or len(code) > 60:
        raise InvalidInputError("an operation needs a name of letters and digits, 60 at most")
    if Operation.objects.filter(code=code).exists():
        raise ConflictError(f"there is an operation {code!r} already")
    operation = Operation.objects.create(code=code, name=name, agency=agency, since=since)
    OperationMember.objects.create(operation=operation, agency=agency, added_at=now(), added_by=actor.label)
    record(actor, [Act("operation.added", "operation", operation.pk, {"agency": agency.code})])
    return operation


@transaction.atomic
def plan_operation(person: User, plan: Plan, *, whole_agency: bool = True) -> Operation:
    """Add an operation of the person's agency, planned, and return it.

    Its code is made of its name and four letters of chance: without them a name that is taken would tell of an operation that is
    not theirs to know of.

    Parameters
    ----------
    whole_agency
        everybody of the agency who may see reports knows of it; False: only the person, and the lead officer.

    Raises
    ------
    NotPermittedError
        when their role runs no operations.
    InvalidInputError
        naming the field.
    """
    if not may(person, Can.RUN_OPERATIONS):
        raise NotPermittedError("your role runs no operations")
    values = _checked(plan, [person.agency])
    code = f"{slugify(values['name'])[:50].strip('-') or 'operation'}-{secrets.token_hex(2)}"
    at = now()
    # nobody is named in it before it is there, so neither lock would let it in
    with acting(OPERATOR):
        operation = Operation.objects.create(
            code=code, agency=person.agency, state=OperationState.PLANNED, state_at=at, **values
        )
        people = {person.pk: person} | ({plan.lead_officer.pk: plan.lead_officer} if plan.lead_officer else {})
        OperationMember.objects.bulk_create(
            OperationMember(operation=operation, person=one, part=part, added_at=at, added_by=person.email)
            for one in people.values()
            for part in ["Lead officer" if one == plan.lead_officer else "Added it"]
        )
        if whole_agency:
            OperationMember.objects.create(
                operation=operation, agency=person.agency, added_at=at, added_by=person.email
            )
    record(person.actor, [Act("operation.planned", "operation", operation.pk, {"agency": person.agency.code})])
    return operation


def locked(person: User, code: str) -> Operation:
    """An operation that the person knows of, locked until the transaction ends.

    Raises
    ------
    NotFoundError
        when there is none, or the person is not named in it.
    """
    found = visible_operation(scope_of(person), code)
    Operation.objects.select_for_update(no_key=True).filter(pk=found.pk).order_by().values_list("pk").get()
    found.refresh_from_db(fields=["state", "changes", "since", "until", "lead_officer"])
    return found


def locked_to_run(person: User, code: str, *, closed: bool = False) -> Operation:
    """As `locked`, for who decides in it. Nothing is changed in one that is closed, unless `closed`.

    Raises
    ------
    NotPermittedError
        when the person does not run it.
    ConflictError
        when it is closed.
    """
    operation = locked(person, code)
    if not may_run(person, operation):
        raise NotPermittedError(f"only supervisors and desk officers of {operation.agency.code} decide that")
    if not closed:
        refuse_closed(operation)
    return operation


def refuse_closed(operation: Operation) -> None:
    """Raise ConflictError when the operation is closed."""
    if operation.state == OperationState.CLOSED:
        raise ConflictError("the operation is closed; whoever runs it can open it again")


def _touch(operation: Operation) -> None:
    operation.changes += 1
    operation.save(update_fields=["changes"])


@transaction.atomic
def change_operation(person: User, code: str, plan: Plan, seen: int | None = None) -> None:
    """Write name, period, goals in words and lead officer anew.

    Raises
    ------
    ConflictError
        when somebody else changed it since the form was opened.
    """
    operation = locked_to_run(person, code)
    if seen is not None and seen != operation.changes:
        raise ConflictError("somebody changed the operation meanwhile: look at it again")
    for name, value in _checked(plan, agencies_of(operation)).items():
        setattr(operation, name, value)
    operation.changes += 1
    operation.save()
    officer = operation.lead_officer
    if officer is not None:
        _name(operation, person, "Lead officer", officer=officer)
    record(
        person.actor, [Act("operation.changed", "operation", operation.pk, {"lead": officer.pk if officer else None})]
    )


@transaction.atomic
def set_goal(person: User, code: str, figure: str, target: int) -> None:
    """Say how much of a figure is the goal; 0 takes the goal away."""
    operation = locked_to_run(person, code)
    if figure not in FIGURES:
        raise FieldRefusedError("figure", "choose a figure from the list")
    if not 0 <= target <= MOST_GOAL:
        raise FieldRefusedError("target", f"a goal is a number up to {MOST_GOAL:,}")
    if target:
        Goal.objects.update_or_create(operation=operation, figure=figure, defaults={"target": target})
    else:
        Goal.objects.filter(operation=operation, figure=figure).delete()
    record(person.actor, [Act("operation.goal_set", "operation", operation.pk, {"figure": figure, "target": target})])


@transaction.atomic
def set_phase(person: User, code: str, name: str, since: date, until: date | None) -> None:
    """Write a phase, or its days anew when there is one of that name."""
    operation = locked_to_run(person, code)
    name = text_of("phase", name, 120, "a name of the phase")
    if until is not None and until < since:
        raise FieldRefusedError("phase_until", "the last day is before the first")
    phase, _ = Phase.objects.update_or_create(operation=operation, name=name, defaults={"since": since, "until": until})
    record(person.actor, [Act("operation.phase_set", "operation", operation.pk, {"phase": phase.pk})])


def beside_or_below(operation: Operation) -> list[Agency]:
    """The agencies that can take part: below the one that runs it, at whatever depth, and after them those beside it."""
    found = list(Agency.objects.filter(active=True).order_by("code"))
    parents = {agency.pk: agency.parent_id for agency in found}

    def fits(agency: Agency) -> bool:
        if agency.pk == operation.agency_id:
            return False
        if agency.parent_id is not None and agency.parent_id == operation.agency.parent_id:
            return True
        here = agency.parent_id
        while here is not None and here != operation.agency_id:
            here = parents.get(here)
        return here is not None

    # False stands before True: those beside it come last
    return sorted(
        (agency for agency in found if fits(agency)), key=lambda one: one.parent_id == operation.agency.parent_id
    )


def _ask_anew(operation: Operation) -> None:
    """Let a worker ask its rules of everything, from the next minute on."""
    Rule.objects.filter(operation=operation, ended_at__isnull=True).update(
        scan_reports_below=EVERYTHING, scan_cases_below=EVERYTHING, scan_from=None
    )


@transaction.atomic
def let_take_part(person: User, code: str, agency_codes: list[str], *, known: bool) -> None:
    """Let agencies take part. `known`: everybody there who may see reports knows of it; else only people who are named.

    Raises
    ------
    InvalidInputError
        for an agency that is neither below nor beside the one that runs it.
    """
    operation = locked_to_run(person, code)
    fitting = {agency.code: agency for agency in beside_or_below(operation)}
    wrong = [text for text in agency_codes if text not in fitting]
    if wrong or not agency_codes:
        raise FieldRefusedError(
            "agency", f"{wrong[0][:40]} is not below or beside {operation.agency.code}" if wrong else "choose an agency"
        )
    at = now()
    chosen = [fitting[text] for text in dict.fromkeys(agency_codes)]
    OperationAgency.objects.bulk_create(
        (OperationAgency(operation=operation, agency=a, added_at=at, added_by=person.email) for a in chosen),
        ignore_conflicts=True,
    )
    _ask_anew(operation)  # its rules reach further now
    if known:
        OperationMember.objects.bulk_create(
            (OperationMember(operation=operation, agency=a, added_at=at, added_by=person.email) for a in chosen),
            ignore_conflicts=True,
        )
    detail = {"agencies": [a.code for a in chosen], "known": known}
    record(person.actor, [Act("operation.agencies_added", "operation", operation.pk, detail)])


@transaction.atomic
def end_part(person: User, code: str, agency_code: str) -> None:
    """End an agency's part. What it entered stays; its people know of the operation no longer, unless they are named themselves."""
    operation = locked_to_run(person, code)
    rows = OperationAgency.objects.filter(operation=operation, agency__code=agency_code, ended_at__isnull=True)
    if rows.update(ended_at=now()):
        OperationMember.objects.filter(operation=operation, agency__code=agency_code, ended_at__isnull=True).update(
            ended_at=now(), ended_by=person.email
        )
        record(person.actor, [Act("operation.agency_ended", "operation", operation.pk, {"agency": agency_code})])


@transaction.atomic
def name_member(person: User, code: str, email: str, part: str) -> None:
    """Name somebody who is to know of it: of any agency that runs it or takes part.

    Raises
    ------
    InvalidInputError
        when nobody there who may see reports has that address.
    """
    operation = locked_to_run(person, code)
    agencies = [agency.pk for agency in agencies_of(operation)]
    found = User.objects.filter(
        email=email.strip().lower()[:254], agency_id__in=agencies, is_active=True, role__in=MAY[Can.SEE_REPORTS]
    ).first()
    if found is None:
        raise FieldRefusedError("email", "nobody of the agencies that take part, who may see reports, has that address")
    _name(operation, person, text_of("part", part, 120, "what they have to do with it"), officer=found)


def _name(operation: Operation, by: User, part: str, *, officer: User) -> None:
    member, new = OperationMember.objects.get_or_create(
        operation=operation, person=officer, ended_at=None,
        defaults={"part": part, "added_at": now(), "added_by": by.email},
    )  # fmt: skip
    if not new and member.part != part:
        OperationMember.objects.filter(pk=member.pk).update(part=part)
    record(by.actor, [Act("operation.member_named", "operation", operation.pk, {"person": officer.pk})])


@transaction.atomic
def end_member(person: User, code: str, member_id: int) -> None:
    """Take a name off. Somebody who can run the operation must stay on it.

    Raises
    ------
    ConflictError
        when nobody would be left who could run it.
    """
    operation = locked_to_run(person, code)
    left = OperationMember.objects.filter(operation=operation, ended_at__isnull=True).exclude(pk=member_id)
    runs = User.objects.filter(agency_id=operation.agency_id, is_active=True, role__in=MAY[Can.RUN_OPERATIONS])
    if (
        not left.filter(agency_id=operation.agency_id).exists()
        and not runs.filter(pk__in=left.filter(person__isnull=False).values("person")).exists()
    ):
        raise ConflictError("nobody would be left who can run the operation: name somebody else first")
    # an agency's row may be the one by which the person themselves sees the rows that are written here
    with acting(OPERATOR):
        done = OperationMember.objects.filter(operation=operation, pk=member_id, ended_at__isnull=True).update(
            ended_at=now(), ended_by=person.email
        )
    if done:
        record(person.actor, [Act("operation.member_ended", "operation", operation.pk, {"member": member_id})])


@transaction.atomic
def move(person: User, code: str, to: str, reason: str) -> None:
    """Begin a planned operation, close one, or open a closed one again. Closing keeps the figures as they stand.

    Raises
    ------
    ConflictError
        when it does not lead there from where it stands.
    InvalidInputError
        when it is closed or opened again without a reason.
    """
    operation = locked_to_run(person, code, closed=True)
    if to not in OperationState.values or OperationState(to) not in TRANSITIONS[OperationState(operation.state)]:
        raise ConflictError(f"the operation is {operation.get_state_display().lower()}")
    begun = operation.state == OperationState.PLANNED and to == OperationState.RUNNING
    reason = text_of("reason", reason, 500, "a reason", least=0 if begun else 1)
    before, at = operation.state, now()
    if to == OperationState.CLOSED:
        found = whole(operation, exact=True).counted
        Closing.objects.create(
            operation=operation, at=at, by=person, reason=reason,
            figures={name: {"rows": one.rows, "value": one.value} for name, one in found.items()},
            goals=dict(operation.goals.values_list("figure", "target")),
        )  # fmt: skip
    else:
        _ask_anew(operation)  # of what came while it was closed nobody asked
    operation.state, operation.state_at, operation.state_reason = to, at, reason
    operation.changes += 1
    operation.save(update_fields=["state", "state_at", "state_reason", "changes"])
    record(person.actor, [Act(f"operation.{to}", "operation", operation.pk, {"before": before})])
