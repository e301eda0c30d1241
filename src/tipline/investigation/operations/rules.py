"""What rules take into operations: what changed since, as it changes, and everything there is when a rule is written.

A rule reaches what lies with the agency that runs the operation, and with those below it that take part. An agency beside it puts
its own in by hand. What is in stays, and what somebody took out stays out.

Triggers note which reports and cases changed (`Changed`); `apply_rules` takes the notes and asks all rules of those alone. A note becomes
visible together with what it is of, so that a transaction that ends late is looked at late and never missed. A rule that is written, or whose
operation reaches further than before, is asked of everything in slices, from the newest down. Who takes notes excludes who
writes a rule: a note that was taken before a rule was there is of something that its whole scan sees.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app

from tipline.core.clock import now, zone_of
from tipline.core.errors import InvalidInputError, NotPermittedError
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.operations.kept import check, keep, reports_of
from tipline.investigation.operations.models import Operation, OperationState, Rule
from tipline.investigation.operations.queries import agencies_of, may_run, reach_of
from tipline.investigation.operations.services import EVERYTHING, FieldRefusedError, locked_to_run
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

log = structlog.get_logger(__name__)

SOFTWARE = system("operations")
APPLY = "operations.apply_rules"
AT_ONCE = 5_000  # changes, or reports and cases of a slice, in one transaction
MOST_LOOKED_AT = 20_000  # of what a preview asks, the newest first
MOST_SHOWN = 20  # of what a preview lists
MOST_LINKED = 10_000
_TAKING = 0x6F706572  # advisory: one takes notes at a time, and no rule is written meanwhile


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks; all that is given must hold. An empty one is no rule."""

    district: Agency | None = None
    section_id: str = ""
    reporter: Reporter | None = None
    cluster: Report | None = None
    received_from: date | None = None
    received_until: date | None = None


# Of the reports and cases that are named, what each rule takes in. A case: one of the reach that has the section and, where a rule asks
# something of reports, a report that fits. A lead: a report that fits, lies or lay with the reach, and is in no case, since reports of
# cases come with them. What two rules of an operation name is the first one's.
_FITS = """(rule.reporter IS NULL OR r.reporter_id = rule.reporter)
      AND (rule.linked IS NULL OR r.id = ANY (rule.linked))
      AND (rule.since IS NULL OR r.received_at >= rule.since)
      AND (rule.until IS NULL OR r.received_at < rule.until)"""
_NEW = f"""
WITH rule AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rules)s) AS x(
        id bigint, operation bigint, reach bigint[], section text, reporter bigint, linked bigint[], since timestamptz, until timestamptz,
        of_reports boolean)
), cases AS (
    SELECT rule.id AS rule, rule.operation, c.id FROM cases_case c JOIN rule ON c.agency_id = ANY (rule.reach)
    WHERE c.id = ANY (%(cases)s::bigint[]) AND c.destroyed_at IS NULL
      AND (rule.section = '' OR EXISTS (SELECT 1 FROM cases_caseoffence o WHERE o.case_id = c.id AND o.section_id = rule.section))
      AND (NOT rule.of_reports OR EXISTS (
          SELECT 1 FROM cases_casereport l JOIN reports_report r ON r.id = l.report_id WHERE l.case_id = c.id AND {_FITS}))
), leads AS (
    SELECT rule.id AS rule, rule.operation, r.id FROM reports_report r JOIN rule ON rule.section = '' AND {_FITS}
    WHERE r.id = ANY (%(reports)s::bigint[]) AND r.state = 'finished' AND r.destroyed_at IS NULL
      AND EXISTS (SELECT 1 FROM reports_holding h WHERE h.report_id = r.id AND h.agency_id = ANY (rule.reach))
      AND NOT EXISTS (SELECT 1 FROM cases_casereport l WHERE l.report_id = r.id)
)
SELECT DISTINCT ON (operation, case_id, report_id) * FROM (
    SELECT operation, rule, id AS case_id, NULL::bigint AS report_id FROM cases WHERE NOT EXISTS (
        SELECT 1 FROM operations_membership m WHERE m.operation_id = cases.operation AND m.case_id = cases.id)
    UNION ALL
    SELECT operation, rule, NULL, id FROM leads WHERE NOT EXISTS (
        SELECT 1 FROM operations_membership m WHERE m.operation_id = leads.operation AND m.report_id = leads.id)
) x ORDER BY operation, case_id, report_id, rule
"""  # noqa: S608 - texts of ours
_OPEN = "SELECT id FROM operations_operation WHERE id = ANY (%s) AND state <> 'closed' ORDER BY id FOR NO KEY UPDATE"
_TAKE_IN = """
INSERT INTO operations_membership (operation_id, rule_id, case_id, report_id, reason, added_at, taken_out_why)
SELECT x.*, '', %s, '' FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS x
ON CONFLICT DO NOTHING RETURNING rule_id, case_id, report_id
"""
_NOTES = """
WITH taken AS (
  DELETE FROM operations_changed WHERE id IN (SELECT id FROM operations_changed ORDER BY id LIMIT %s) RETURNING report_id, case_id
)
SELECT coalesce(array_agg(DISTINCT report_id) FILTER (WHERE report_id IS NOT NULL), '{}'),
       coalesce(array_agg(DISTINCT case_id) FILTER (WHERE case_id IS NOT NULL), '{}'), count(*)
FROM taken
"""
# The next below a number that lie or lay with an agency of the reach: of each agency so many, of all together so many.
_REPORTS_BELOW = """
SELECT DISTINCT x.report_id FROM unnest(%(reach)s::bigint[]) AS a(id) CROSS JOIN LATERAL (
    SELECT h.report_id FROM reports_holding h WHERE h.agency_id = a.id AND h.report_id < %(below)s ORDER BY h.report_id DESC LIMIT %(most)s
) x ORDER BY 1 DESC LIMIT %(most)s
"""
_CASES_BELOW = "SELECT id FROM cases_case WHERE agency_id = ANY (%(reach)s::bigint[]) AND id < %(below)s ORDER BY id DESC LIMIT %(most)s"


def _conditions(rule: Rule) -> Conditions:
    return Conditions(
        rule.district, rule.section_id, rule.reporter, rule.cluster, rule.received_from, rule.received_until
    )


def _asked(operation: Operation, asked: Conditions, reach: Sequence[int], rule_id: int | None = None) -> dict[str, Any]:
    """A rule as the statement reads it. As the operator: a rule reaches what the person who writes it may not see."""
    zone = zone_of(operation.agency.timezone)

    def begin(day: date | None, more: int = 0) -> str | None:
        return datetime.combine(day + timedelta(days=more), time(), zone).isoformat() if day else None

    # links are followed over reports of the reach alone, as everywhere over those of who asks
    over = Scope(agency_ids=frozenset(reach))
    return {
        "id": rule_id,
        "operation": operation.pk,
        "reach": [pk for pk in reach if asked.district is None or pk == asked.district.pk],
        "section": asked.section_id,
        "reporter": asked.reporter.pk if asked.reporter else None,
        "linked": together(over, asked.cluster.pk, MOST_LINKED)[0] if asked.cluster else None,
        "since": begin(asked.received_from),
        "until": begin(asked.received_until, 1),
        "of_reports": any((asked.reporter, asked.cluster, asked.received_from, asked.received_until)),
    }


def _found(rules: Sequence[dict[str, Any]], reports: Sequence[int], cases: Sequence[int]) -> list[tuple[Any, ...]]:
    """What of these the rules take in that was never in their operations: (operation, rule, case, report)."""
    if not rules or not (reports or cases):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NEW, {"rules": json.dumps(rules), "reports": list(reports), "cases": list(cases)})
        return list(cursor.fetchall())


def _slice(asked: dict[str, Any], reports_below: int, cases_below: int, most: int) -> tuple[list[int], list[int]]:
    """The next reports and cases of a whole scan, the newest first; 0: none. Of what is linked with a report there is not much: all at once."""
    values = {"reach": asked["reach"], "most": most}
    with connection.cursor() as cursor:
        if asked["linked"] is not None:
            cursor.execute("SELECT case_id FROM cases_casereport WHERE report_id = ANY (%s)", [asked["linked"]])
            return asked["linked"], [pk for (pk,) in cursor.fetchall()]
        found: list[list[int]] = []
        for text, below in ((_REPORTS_BELOW, reports_below), (_CASES_BELOW, cases_below)):
            cursor.execute(text, {**values, "below": below})
            found.append([pk for (pk,) in cursor.fetchall()])
    return found[0], found[1]


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
    """What a rule would take in: the first of what the person sees, how many they see, and the rest as numbers.

    `looked_at`: of so many of the newest reports or cases, where there are more; None: of all.
    """

    cases: list[Case]
    reports: list[int]
    mine: dict[str, int]
    rest: tuple[Part, ...]
    looked_at: int | None


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
    with acting(OPERATOR):
        rule = _asked(operation, asked, reach_of(operation))
        ids = _slice(rule, EVERYTHING, EVERYTHING, MOST_LOOKED_AT)
        found = _found([rule], *ids)
    case_ids = [case for *_, case, _ in found if case is not None]
    report_ids = [report for *_, report in found if report is not None]
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
        MOST_LOOKED_AT if max(map(len, ids)) == MOST_LOOKED_AT else None,
    )


def _exclude_taking() -> None:
    """Wait until nobody takes notes, and let nobody until the transaction ends. Before any operation is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_TAKING])


def _taking() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TAKING])


@transaction.atomic
def add_rule(person: User, code: str, asked: Conditions) -> Rule:
    """Write a rule, and take in the newest of what it names; the rest follows in a job (`Rule.scanned_percent`).

    Raises
    ------
    NotPermittedError, ConflictError, InvalidInputError
        as `preview` does; and when the operation is closed.
    """
    _exclude_taking()
    operation = locked_to_run(person, code)
    _checked(person, operation, asked)
    rule = Rule.objects.create(
        operation=operation, district=asked.district, section_id=asked.section_id, reporter=asked.reporter,
        cluster=asked.cluster, received_from=asked.received_from, received_until=asked.received_until, added_at=now(),
        added_by=person, scan_reports_below=EVERYTHING, scan_cases_below=EVERYTHING,
    )  # fmt: skip
    record(person.actor, [Act("operation.rule_added", "operation", operation.pk, {"rule": rule.pk})])
    scan(rule, person.actor)
    if rule.scanned_percent is not None:
        wake()
    return rule


@transaction.atomic
def end_rule(person: User, code: str, rule_id: int) -> None:
    """End a rule. What it took in stays, and goes on naming it."""
    operation = locked_to_run(person, code)
    if Rule.objects.filter(operation=operation, pk=rule_id, ended_at__isnull=True).update(ended_at=now()):
        record(person.actor, [Act("operation.rule_ended", "operation", operation.pk, {"rule": rule_id})])


def wake() -> None:
    """Let a worker apply rules now, in the caller's transaction, and not when the minute is over."""
    app.configure_task(APPLY, queue=PIPELINE_QUEUE).defer(timestamp=int(now().timestamp()))


def scan(rule: Rule, actor: Actor, most: int = AT_ONCE) -> int:
    """Go on with the whole scan of a rule by one slice, and write down how far it is. Returns how much was taken in."""
    with acting(OPERATOR):
        found = _next_slice(rule, most)
        Rule.objects.filter(pk=rule.pk).update(
            scan_reports_below=rule.scan_reports_below, scan_cases_below=rule.scan_cases_below, scan_from=rule.scan_from
        )
        return _take_in(found, actor)


def _next_slice(rule: Rule, most: int) -> list[tuple[Any, ...]]:
    """What a rule finds in its next slice. The rule says how far it is, and is not saved."""
    asked = _asked(rule.operation, _conditions(rule), reach_of(rule.operation), rule.pk)
    reports, cases = _slice(asked, rule.scan_reports_below or 0, rule.scan_cases_below or 0, most)
    whole = asked["linked"] is not None
    rule.scan_reports_below = None if whole or len(reports) < most else reports[-1]
    rule.scan_cases_below = None if whole or len(cases) < most else cases[-1]
    if rule.scan_from is None:
        rule.scan_from = max(reports, default=0)
    if rule.scan_reports_below is None and rule.scan_cases_below is None:
        rule.scan_from = None
    return _found([asked], reports, cases)


def _take_in(found: Sequence[tuple[Any, ...]], actor: Actor) -> int:
    """Take in what rules found, into operations that are not closed: one that is being closed keeps the figures that it is closed with."""
    if not found:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [sorted({operation for operation, *_ in found})])
        open_ones = {pk for (pk,) in cursor.fetchall()}
        rows = [row for row in found if row[0] in open_ones]
        if not rows:
            return 0
        cursor.execute(_TAKE_IN, [now(), *(list(column) for column in zip(*rows, strict=True))])
        taken = cursor.fetchall()
    operations = {rule: operation for operation, rule, *_ in rows}
    acts: dict[int, dict[str, int]] = {}
    for rule, case, _ in taken:
        counted = acts.setdefault(rule, {"rule": rule, "cases": 0, "leads": 0})
        counted["cases" if case is not None else "leads"] += 1
    record(actor, [Act("operation.rule_applied", "operation", operations[rule], acts[rule]) for rule in sorted(acts)])
    new = [report for *_, report in taken if report] + reports_of(case for _, case, _ in taken if case)
    keep(new, sorted(open_ones))
    return len(taken)


def rules_in_force() -> QuerySet[Rule]:
    """The rules of operations that are not closed, in the order in which they were written."""
    return (
        Rule.objects.filter(ended_at__isnull=True)
        .exclude(operation__state=OperationState.CLOSED)
        .select_related("operation__agency", "district", "reporter", "cluster")
        .order_by("id")
    )


def _asked_together(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """What these rules ask, the reach of each operation looked up once."""
    reach = {operation: reach_of(operation) for operation in {rule.operation for rule in rules}}
    return [_asked(rule.operation, _conditions(rule), reach[rule.operation], rule.pk) for rule in rules]


def apply_rules(limit: int = AT_ONCE) -> int:
    """Ask the rules of what changed, so many changes in one transaction and until none waits, and go on with whole scans.

    Returns how much was taken in.
    """
    taken = 0
    while True:
        more_taken, more = _one_batch(limit)
        taken += more_taken
        if not more:
            break
    while True:
        with transaction.atomic(), acting(OPERATOR):
            _taking()
            rule = (
                rules_in_force().filter(Q(scan_reports_below__isnull=False) | Q(scan_cases_below__isnull=False)).first()
            )
            if rule is None:
                return taken
            taken += scan(rule, SOFTWARE, limit)
        # what arrives while a long scan goes on does not wait for its end
        taken += _one_batch(limit)[0]


def _one_batch(limit: int) -> tuple[int, bool]:
    with transaction.atomic(), acting(OPERATOR), connection.cursor() as cursor:
        _taking()
        cursor.execute(_NOTES, [limit])
        reports, cases, noted = cursor.fetchone() or ([], [], 0)
        if not noted:
            return 0, False
        keep(reports)
        rules = list(rules_in_force())
        by_links = [rule for rule in rules if rule.cluster_id]
        asked = _asked_together([rule for rule in rules if not rule.cluster_id])
        taken = _take_in(_found(asked, reports, cases), SOFTWARE)
        # one new link may lead to many reports that did not change themselves
        for rule in by_links:
            taken += scan(rule, SOFTWARE)
    # what was taken in is noted itself, so that only a batch without anything is the last
    return taken, True


def sweep(limit: int = AT_ONCE) -> int:
    """Ask every rule of everything and make every fact anew, in slices. Returns how much had been missed, which the log tells.

    Nothing should be: what changed is noted by triggers. This proves it, and mends what a fault of ours has left.
    """
    apply_rules(limit)
    missed = 0
    for pk in rules_in_force().values_list("pk", flat=True):
        reports: int | None = EVERYTHING
        cases: int | None = EVERYTHING
        while reports is not None or cases is not None:
            with transaction.atomic(), acting(OPERATOR):
                _taking()
                rule = rules_in_force().filter(pk=pk).first()
                if (
                    rule is None or rule.scanned_percent is not None
                ):  # one that is being asked of everything has not missed it
                    break
                rule.scan_reports_below, rule.scan_cases_below, rule.scan_from = reports, cases, None
                found = _next_slice(rule, limit)
                # before they are taken in, which is noted too
                lost = _unnoted(found)
                _take_in(found, SOFTWARE)
                reports, cases = rule.scan_reports_below, rule.scan_cases_below
                if lost:
                    log.error("a rule had missed what belongs to its operation", rule=pk, missed=len(lost))
                    record(SOFTWARE, [Act("operation.rule_missed", "operation", rule.operation_id, {"rule": pk, "missed": len(lost)})])  # fmt: skip
                    missed += len(lost)
    after: int | None = 0
    while after is not None:
        with transaction.atomic(), acting(OPERATOR):
            _taking()
            after, wrong = check(after, limit)
            if wrong:
                log.error("figures of operations had missed changes of reports", reports=len(wrong), first=wrong[0])
                missed += len(wrong)
    return missed


def _unnoted(found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those of which no note waits: a transaction that ended a moment ago is late and not lost."""
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT report_id, case_id FROM operations_changed")
        noted = cursor.fetchall()
    reports, cases = {report for report, _ in noted}, {case for _, case in noted}
    return [row for row in found if (row[3] not in reports if row[3] else row[2] not in cases)]


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
