"""Cases and leads of an operation: put in and taken out by hand, and taken in by rules.

A rule reaches what lies with the agency that runs the operation, and with those below it that take part. An agency beside it puts
its own in by hand. Rules are applied when they are written, and again every minute (`tasks.apply_rules`): what is in stays, and
what somebody took out stays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from tipline.core.clock import now, zone_of
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.operations.models import Membership, Operation, OperationState, Rule
from tipline.investigation.operations.queries import agencies_of, may_run, may_take_part, reach_of
from tipline.investigation.operations.services import FieldRefusedError, locked, locked_to_run, refuse_closed, text_of
from tipline.pipeline.linking.queries import together
from tipline.referrals.counts import Part, parts_of_table
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import Reporter, User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Scope, acting, scope_of

SOFTWARE = system("operations")
MOST_BY_HAND = 500
MOST_SHOWN = 20  # of what a preview lists
MOST_LINKED = 10_000


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks; all that is given must hold. An empty one is no rule."""

    district: Agency | None = None
    section_id: str = ""
    reporter: Reporter | None = None
    cluster: Report | None = None
    received_from: date | None = None
    received_until: date | None = None


# Cases and leads that a rule takes in. A case: one of the reach that has the section and, where a rule asks something of reports, a
# report that fits. A lead: a report that fits, lies or lay with the reach, and is in no case, since reports of cases come with them.
_FITS = """(%(reporter)s::bigint IS NULL OR r.reporter_id = %(reporter)s)
      AND (%(linked)s::bigint[] IS NULL OR r.id = ANY (%(linked)s))
      AND (%(from)s::timestamptz IS NULL OR r.received_at >= %(from)s)
      AND (%(until)s::timestamptz IS NULL OR r.received_at < %(until)s)"""
_MATCHES = f"""
WITH reach AS MATERIALIZED (
    SELECT x.id FROM unnest(%(reach)s::bigint[]) AS x(id) WHERE %(district)s::bigint IS NULL OR x.id = %(district)s
), cases AS (
    SELECT c.id FROM cases_case c
    WHERE c.agency_id IN (SELECT id FROM reach) AND c.destroyed_at IS NULL
      AND (%(section)s = '' OR EXISTS (SELECT 1 FROM cases_caseoffence o WHERE o.case_id = c.id AND o.section_id = %(section)s))
      AND (NOT %(of_reports)s OR EXISTS (
          SELECT 1 FROM cases_casereport l JOIN reports_report r ON r.id = l.report_id WHERE l.case_id = c.id AND {_FITS}))
), leads AS (
    SELECT r.id FROM reports_report r
    WHERE %(section)s = '' AND r.state = 'finished' AND r.destroyed_at IS NULL AND {_FITS}
      AND EXISTS (SELECT 1 FROM reports_holding h WHERE h.report_id = r.id AND h.agency_id IN (SELECT id FROM reach))
      AND NOT EXISTS (SELECT 1 FROM cases_casereport l WHERE l.report_id = r.id)
)
"""  # noqa: S608 - texts of ours
_NEW = """, new(case_id, report_id) AS (
    SELECT cases.id, NULL::bigint FROM cases WHERE NOT EXISTS (
        SELECT 1 FROM operations_membership m WHERE m.operation_id = %(operation)s AND m.case_id = cases.id)
    UNION ALL
    SELECT NULL::bigint, leads.id FROM leads WHERE NOT EXISTS (
        SELECT 1 FROM operations_membership m WHERE m.operation_id = %(operation)s AND m.report_id = leads.id)
)
"""
_LOOK = "SELECT case_id, report_id FROM new"
# Two workers may take in at once: what one of them has taken is no error to the other.
_TAKE_IN = """
INSERT INTO operations_membership (operation_id, case_id, report_id, rule_id, reason, added_at, taken_out_why)
SELECT %(operation)s, case_id, report_id, %(rule)s, '', %(at)s, '' FROM new
ON CONFLICT DO NOTHING RETURNING case_id, report_id
"""
# The operation that a case shows is the first that it is in.
_SETTLE = """
UPDATE cases_case c SET operation_id = x.first FROM (
    SELECT k.id, (SELECT m.operation_id FROM operations_membership m WHERE m.case_id = k.id AND m.taken_out_at IS NULL
                  ORDER BY m.id LIMIT 1) AS first
    FROM cases_case k WHERE k.id = ANY (%s)
) x WHERE x.id = c.id AND c.operation_id IS DISTINCT FROM x.first
"""


def _values(operation: Operation, asked: Conditions) -> dict[str, Any]:
    """The parameters of the statements. Run as the operator: a rule reaches what the person who writes it may not see."""
    zone = zone_of(operation.agency.timezone)

    def begin(day: date | None, more: int = 0) -> datetime | None:
        return datetime.combine(day + timedelta(days=more), time(), zone) if day else None

    reach = reach_of(operation)
    # links are followed over reports of the reach alone, as everywhere over those of who asks
    over = Scope(agency_ids=frozenset(reach))
    return {
        "operation": operation.pk,
        "reach": reach,
        "district": asked.district.pk if asked.district else None,
        "section": asked.section_id,
        "reporter": asked.reporter.pk if asked.reporter else None,
        "linked": together(over, asked.cluster.pk, MOST_LINKED)[0] if asked.cluster else None,
        "from": begin(asked.received_from),
        "until": begin(asked.received_until, 1),
        "of_reports": any((asked.reporter, asked.cluster, asked.received_from, asked.received_until)),
    }


def _checked(person: User, operation: Operation, asked: Conditions) -> None:
    if not any((asked.district, asked.section_id, asked.reporter, asked.cluster, asked.received_from)):
        raise FieldRefusedError("district", "a rule needs a district, a section, a platform, a report or a first day")
    if asked.received_from and asked.received_until and asked.received_until < asked.received_from:
        raise FieldRefusedError("received_until", "the last day is before the first")
    if asked.section_id:
        try:
            catalogue(country_of(operation.agency)).section(asked.section_id)
        except InvalidInputError as error:
            raise FieldRefusedError("section", str(error)) from error
    if asked.district and asked.district not in agencies_of(operation):
        raise FieldRefusedError("district", f"{asked.district.code} takes no part in this operation")
    if asked.cluster and not visible_reports(scope_of(person)).filter(pk=asked.cluster.pk).exists():
        raise FieldRefusedError("cluster", f"there is no report {asked.cluster.pk}")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would take in: the first of what the person sees, how many they see, and the rest as numbers."""

    cases: list[Case]
    reports: list[int]
    mine: dict[str, int]
    rest: tuple[Part, ...]


def preview(person: User, scope: Scope, operation: Operation, asked: Conditions) -> Preview:
    """What a rule would take in now, beyond what is in the operation or was taken out. Nothing is written.

    Raises
    ------
    NotPermittedError
        when the person does not run the operation.
    InvalidInputError
        naming the field.
    """
    if not may_run(person, operation):
        raise NotPermittedError(f"only supervisors and desk officers of {operation.agency.code} write its rules")
    _checked(person, operation, asked)
    with acting(OPERATOR), connection.cursor() as cursor:
        cursor.execute(_MATCHES + _NEW + _LOOK, _values(operation, asked))
        found = cursor.fetchall()
    case_ids = [case for case, _ in found if case is not None]
    report_ids = [report for _, report in found if report is not None]
    cases = visible_cases(scope).filter(pk__in=case_ids)
    reports = visible_reports(scope).filter(pk__in=report_ids)
    whole = {"cases": len(case_ids), "leads": len(report_ids)}
    mine = {"cases": cases.order_by().count(), "leads": reports.count()}
    beyond = [(name, name, whole[name] - mine[name]) for name in whole if whole[name] > mine[name]]
    return Preview(
        list(cases[:MOST_SHOWN]),
        list(reports.order_by("-pk").values_list("pk", flat=True)[:MOST_SHOWN]),
        mine,
        parts_of_table(beyond, suppressed=True),
    )


@transaction.atomic
def add_rule(person: User, code: str, asked: Conditions) -> Rule:
    """Write a rule, and take in what it names now.

    Raises
    ------
    NotPermittedError, ConflictError, InvalidInputError
        as `preview` does; and when the operation is closed.
    """
    operation = locked_to_run(person, code)
    _checked(person, operation, asked)
    rule = Rule.objects.create(
        operation=operation, district=asked.district, section_id=asked.section_id, reporter=asked.reporter,
        cluster=asked.cluster, received_from=asked.received_from, received_until=asked.received_until, added_at=now(),
        added_by=person,
    )  # fmt: skip
    record(person.actor, [Act("operation.rule_added", "operation", operation.pk, {"rule": rule.pk})])
    _apply(rule, person.actor)
    return rule


@transaction.atomic
def end_rule(person: User, code: str, rule_id: int) -> None:
    """End a rule. What it took in stays, and goes on naming it."""
    operation = locked_to_run(person, code)
    if Rule.objects.filter(operation=operation, pk=rule_id, ended_at__isnull=True).update(ended_at=now()):
        record(person.actor, [Act("operation.rule_ended", "operation", operation.pk, {"rule": rule_id})])


def _apply(rule: Rule, actor: Actor) -> int:
    """Take in what a rule names; returns how much that is. Twice is as once."""
    asked = Conditions(
        rule.district, rule.section_id, rule.reporter, rule.cluster, rule.received_from, rule.received_until
    )
    with acting(OPERATOR):
        with connection.cursor() as cursor:
            cursor.execute(_MATCHES + _NEW + _TAKE_IN, _values(rule.operation, asked) | {"rule": rule.pk, "at": now()})
            taken = cursor.fetchall()
        _settle([case for case, _ in taken if case is not None])
    if taken:
        cases = sum(case is not None for case, _ in taken)
        detail = {"rule": rule.pk, "cases": cases, "leads": len(taken) - cases}
        record(actor, [Act("operation.rule_applied", "operation", rule.operation_id, detail)])
    return len(taken)


def apply_rules() -> int:
    """Apply every rule of every operation that is not closed, each in its own transaction; returns how much was taken in."""
    rules = Rule.objects.filter(ended_at__isnull=True).exclude(operation__state=OperationState.CLOSED)
    taken = 0
    for rule in rules.select_related("operation__agency", "district", "reporter", "cluster").order_by("id"):
        with transaction.atomic():
            # an operation that is being closed keeps the figures that it is closed with
            if Operation.objects.select_for_update(no_key=True, of=("self",)).filter(
                pk=rule.operation_id
            ).exclude(state=OperationState.CLOSED).exists():  # fmt: skip
                taken += _apply(rule, SOFTWARE)
    return taken


def _settle(case_ids: Sequence[int]) -> None:
    if case_ids:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [list(case_ids)])


def open_in(case: Case, operation: Operation, person: User) -> None:
    """Note that a new case was opened in an operation; the case says so already."""
    Membership.objects.create(
        operation=operation, case=case, added_by=person, reason="opened in the operation", added_at=now()
    )
    record(person.actor, [Act("operation.put_in", "operation", operation.pk, {"cases": [case.pk], "leads": []})])


def leave_others(case: Case, person: User, stays: Iterable[Operation]) -> None:
    """A case that goes to another agency leaves the operations in which that agency has no part. Called as the operator."""
    left = Membership.objects.filter(case=case, taken_out_at__isnull=True).exclude(operation__in=[o.pk for o in stays])
    acts = [
        Act("operation.taken_out", "operation", row.operation_id, {"case": case.pk, "report": None}) for row in left
    ]
    record(person.actor, acts)
    left.update(taken_out_at=now(), taken_out_by=person, taken_out_why="handed to an agency that takes no part")
    _settle([case.pk])


def _writing(person: User, code: str) -> Operation:
    operation = locked(person, code)
    if not may_run(person, operation) and not may_take_part(person, operation, agencies_of(operation)):
        raise NotPermittedError("your role puts nothing into this operation")
    refuse_closed(operation)
    return operation


@transaction.atomic
def put_in(person: User, code: str, reason: str, *, cases: Sequence[int] = (), reports: Sequence[int] = ()) -> int:
    """Put cases and leads that the person sees into an operation, also what was taken out before. Returns how many are new in it.

    Raises
    ------
    InvalidInputError
        naming the first that is not there for them, or when there is no reason.
    """
    operation = _writing(person, code)
    reason = text_of("reason", reason, 300, "a reason")
    if not cases and not reports:
        raise FieldRefusedError("what", "name a case or a report")
    if len(cases) + len(reports) > MOST_BY_HAND:
        raise FieldRefusedError("what", f"{MOST_BY_HAND} at once at most")
    scope = scope_of(person)
    wanted: list[tuple[str, Sequence[int], QuerySet[Any]]] = [
        ("case", cases, visible_cases(scope).order_by()), ("report", reports, visible_reports(scope)),
    ]  # fmt: skip
    at, new = now(), 0
    for name, ids, visible in wanted:
        there = set(visible.filter(pk__in=ids).values_list("pk", flat=True))
        if lost := [pk for pk in ids if pk not in there]:
            raise FieldRefusedError("what", f"there is no {name} {lost[0]}")
        known = Membership.objects.filter(operation=operation, **{f"{name}__in": ids})
        new += known.filter(taken_out_at__isnull=False).update(
            taken_out_at=None,
            taken_out_by=None,
            taken_out_why="",
            rule=None,
            added_by=person,
            reason=reason,
            added_at=at,
        )
        before = set(known.values_list(f"{name}_id", flat=True))
        new += len(
            Membership.objects.bulk_create(
                Membership(operation=operation, added_by=person, reason=reason, added_at=at, **{f"{name}_id": pk})
                for pk in sorted(there - before)
            )
        )
    with acting(OPERATOR):
        _settle(cases)
    detail = {"cases": sorted(cases), "leads": sorted(reports)}
    record(person.actor, [Act("operation.put_in", "operation", operation.pk, detail)])
    return new


@transaction.atomic
def take_out(person: User, code: str, membership_id: int, reason: str) -> None:
    """Take a case or a lead out, for good: no rule puts it back. A person can.

    Raises
    ------
    ConflictError
        when it is not in the operation, or not for the person to see.
    """
    operation = _writing(person, code)
    reason = text_of("out_reason", reason, 300, "a reason")
    scope = scope_of(person)
    row = belonging(scope, operation).filter(pk=membership_id).first()
    if row is None:
        raise ConflictError("that is not in the operation any more")
    row.taken_out_at, row.taken_out_by, row.taken_out_why = now(), person, reason
    row.save(update_fields=["taken_out_at", "taken_out_by", "taken_out_why"])
    if row.case_id:
        with acting(OPERATOR):
            _settle([row.case_id])
    detail = {"case": row.case_id, "report": row.report_id}
    record(person.actor, [Act("operation.taken_out", "operation", operation.pk, detail)])


def belonging(scope: Scope, operation: Operation, *, out: bool = False) -> QuerySet[Membership]:
    """What belongs to an operation and is in scope, the latest first; `out`: what was taken out of it."""
    rows = Membership.objects.filter(operation=operation, taken_out_at__isnull=not out)
    if not scope.everything:
        rows = rows.filter(
            Exists(visible_cases(scope).order_by().filter(pk=OuterRef("case_id")))
            | Exists(visible_reports(scope).filter(pk=OuterRef("report_id")))
        )
    return rows.select_related(
        "case__agency", "report__reporter", "rule__district", "rule__reporter", "added_by", "taken_out_by"
    ).order_by("-id")


def rules_of(operation: Operation) -> QuerySet[Rule]:
    """The rules in force, in the order in which they were written."""
    return (
        Rule.objects.filter(operation=operation, ended_at__isnull=True)
        .select_related("district", "reporter", "added_by")
        .order_by("id")
    )


def in_words(rule: Rule | Conditions) -> str:
    """A rule as a sentence without its full stop."""
    cluster = rule.cluster_id if isinstance(rule, Rule) else rule.cluster and rule.cluster.pk
    parts = [
        f"district {rule.district.name}" if rule.district else "",
        f"section {rule.section_id}" if rule.section_id else "",
        f"filed by {rule.reporter.name}" if rule.reporter else "",
        f"linked with report {cluster}" if cluster else "",
        f"received from {rule.received_from:%-d %b %Y}" if rule.received_from else "",
        f"received until {rule.received_until:%-d %b %Y}" if rule.received_until else "",
    ]
    return ", ".join(part for part in parts if part)
