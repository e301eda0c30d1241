"""Reminders and escalation: a desk is told what is due soon, and the desk above it what is overdue. Each once a hop.

Any number of workers may do this at once. Each statement is one step over a set, and what another has raised is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.referrals.due_times import due
from tipline.referrals.models import LIVE, OPEN, DueNotice, DueNoticeKind, Referral
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.actors import system
from tipline.trust.agencies.calendars import calendars
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, may_work_the_desk

SOFTWARE = system("due-times")
AT_ONCE = 5_000
MOST_TOLD = 20  # at the top of a desk; the rest is counted
_OPEN = [state.value for state in OPEN]

# A reminder goes to the desk, unless it is overdue already; then the desk above is told, if there is one, and otherwise itself.
_RAISE = """
WITH told AS (
    SELECT f.id, f.report_id, f.to_agency_id AS desk, f.urgent, f.due_at, 'reminder' AS kind, f.to_agency_id AS agency
    FROM referrals_referral f
    WHERE f.lead AND f.state = ANY (%(open)s::text[]) AND f.remind_at <= %(at)s::timestamptz AND f.due_at > %(at)s::timestamptz
    UNION ALL
    SELECT f.id, f.report_id, f.to_agency_id, f.urgent, f.due_at, 'overdue', coalesce(a.parent_id, a.id)
    FROM referrals_referral f JOIN agencies_agency a ON a.id = f.to_agency_id
    WHERE f.lead AND f.state = ANY (%(open)s::text[]) AND f.due_at <= %(at)s::timestamptz
), fresh AS (
    SELECT told.* FROM told JOIN reports_report r ON r.id = told.report_id AND r.destroyed_at IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM referrals_duenotice n WHERE n.referral_id = told.id AND n.kind = told.kind)
    ORDER BY told.urgent DESC, told.due_at, told.id LIMIT %(limit)s::int
)
INSERT INTO referrals_duenotice (referral_id, report_id, kind, agency_id, desk_id, urgent, due_at, raised_at)
SELECT id, report_id, kind, agency, desk, urgent, due_at, %(at)s::timestamptz FROM fresh
ON CONFLICT (referral_id, kind) DO NOTHING
RETURNING report_id, referral_id, kind, agency_id, desk_id
"""
# What need not be told any more: decided, destroyed, or put with another report. A reminder also ends when the time is over.
_SETTLE = """
UPDATE referrals_duenotice n SET ended_at = %(at)s::timestamptz
FROM referrals_referral f, reports_report r
WHERE f.id = n.referral_id AND r.id = n.report_id AND n.ended_at IS NULL
    AND (NOT f.state = ANY (%(open)s::text[]) OR r.destroyed_at IS NOT NULL OR n.kind = 'reminder' AND n.due_at <= %(at)s::timestamptz)
"""


def set_due(referrals: Sequence[Referral], came_at: datetime | None = None) -> None:
    """Fill in the due times of hops that are about to be written, and whether the urgent one counts. Four queries, whatever their number.

    Parameters
    ----------
    came_at
        when they came to their desks; None: when they were sent.
    """
    report_ids = {one.report_id for one in referrals}
    reports = {
        pk: (received_at, escalated)
        for pk, received_at, escalated in Report.objects.filter(pk__in=report_ids).values_list(
            "pk", "received_at", "escalated"
        )
    }
    # what was urgent once on its way stays urgent
    urgent = set(Referral.objects.filter(report_id__in=report_ids, urgent=True).values_list("report_id", flat=True))
    levels = dict(Agency.objects.values_list("pk", "kind"))
    at_work = calendars()
    for one in referrals:
        received_at, escalated = reports[one.report_id]
        one.urgent = one.urgent or escalated or one.report_id in urgent
        found = due(
            levels[one.to_agency_id],
            received_at,
            came_at or one.sent_at,
            urgent=one.urgent,
            calendar=at_work.get(one.to_agency_id),
        )
        one.due_at, one.remind_at = found.due_at, found.remind_at


@transaction.atomic
def fill_in(limit: int = AT_ONCE) -> int:
    """Give hops a due time that have none: those of before there were due times. Returns how many."""
    rows = list(
        Referral.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due_at=None, state__in=LIVE, lead=True)
        .order_by("pk")[:limit]
    )
    if rows:
        set_due(rows)
        Referral.objects.bulk_update(rows, ["urgent", "due_at", "remind_at"], batch_size=1000)
    return len(rows)


@transaction.atomic
def raise_due(at: datetime | None = None, limit: int = AT_ONCE) -> int:
    """Tell desks what is due soon, and the desks above what is overdue, at most `limit` notices. Returns how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, {"at": at or now(), "open": _OPEN, "limit": limit})
        raised = cursor.fetchall()
    acts = {"reminder": "referral.due_soon", "overdue": "referral.overdue"}
    record(
        SOFTWARE,
        [
            Act(acts[kind], "report", report, {"referral": referral, "desk": desk, "told": agency})
            for report, referral, kind, agency, desk in raised
        ],
    )
    return len(raised)


def settle(at: datetime | None = None) -> int:
    """End the notices that need not be told any more. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"at": at or now(), "open": _OPEN})
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as a desk shows it. `visible`: the report may be opened."""

    notice: DueNotice
    visible: bool


@dataclass(frozen=True, slots=True)
class DueNotices:
    """What a desk is told: overdue below it and nobody has seen it yet; what is due soon on the desk itself; how many more there are."""

    overdue: tuple[Told, ...]
    overdue_in_all: int
    due_soon: int
    seen: tuple[Told, ...]

    @property
    def more(self) -> int:
        """Those that are overdue and not shown."""
        return self.overdue_in_all - len(self.overdue)


def due_soon(agency: Agency) -> QuerySet[DueNotice]:
    """What is due soon on the desk itself."""
    return DueNotice.objects.filter(agency=agency, ended_at=None, kind=DueNoticeKind.REMINDER)


def unseen_overdue(agency: Agency) -> QuerySet[DueNotice]:
    """What is overdue below a desk and nobody there has seen."""
    return DueNotice.objects.filter(agency=agency, ended_at=None, kind=DueNoticeKind.OVERDUE, acknowledged_at=None)


def notices(agency: Agency, scope: Scope, unseen: int, soon: int) -> DueNotices:
    """What this desk is told of due times, the urgent ones first; how many there are the caller has counted. One query."""
    overdue = DueNotice.objects.filter(agency=agency, ended_at=None, kind=DueNoticeKind.OVERDUE)
    first = unseen_overdue(agency).order_by("-urgent", "due_at", "pk").values("pk")[:MOST_TOLD]
    seen = overdue.exclude(acknowledged_at=None).order_by("due_at", "pk").values("pk")[:MOST_TOLD]
    found = (
        overdue.filter(Q(pk__in=first) | Q(pk__in=seen))
        .annotate(may_open=Exists(visible_reports(scope).filter(pk=OuterRef("report_id"))))
        .select_related("desk", "acknowledged_by")
        .order_by("due_at", "pk")
    )
    told = [Told(notice, notice.may_open) for notice in found]
    fresh = [one for one in told if one.notice.acknowledged_at is None]
    return DueNotices(
        tuple(sorted(fresh, key=lambda one: not one.notice.urgent)),
        max(unseen, len(fresh)),
        soon,
        tuple(one for one in told if one.notice.acknowledged_at is not None),
    )


@transaction.atomic
def acknowledge_overdue(person: User, notice_ids: Iterable[int]) -> int:
    """Say that notices of the person's own desk were seen. Returns how many were not before.

    Raises
    ------
    NotPermittedError
        for a role that does not work the desk.
    NotFoundError
        when one of them is no notice of this desk; nothing is changed then.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not work the desk")
    wanted = sorted({one for one in notice_ids if 0 < one < 2**63})
    found = list(DueNotice.objects.select_for_update().filter(pk__in=wanted, agency=person.agency_id).order_by("pk"))
    if not wanted or len(found) != len(wanted):
        raise NotFoundError("there is no such notice at your desk")
    fresh = [notice for notice in found if notice.acknowledged_at is None]
    DueNotice.objects.filter(pk__in=[n.pk for n in fresh]).update(acknowledged_at=now(), acknowledged_by=person)
    record(
        person.actor,
        [
            Act("referral.overdue_seen", "report", n.report_id, {"notice": n.pk, "referral": n.referral_id})
            for n in fresh
        ],
    )
    return len(fresh)
