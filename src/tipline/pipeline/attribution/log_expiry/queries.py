"""Reads: what ends soon, for whom, and what is known of one address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tipline.core.clock import now
from tipline.pipeline.attribution.log_expiry.directory import Directory
from tipline.pipeline.attribution.log_expiry.models import (
    ExpiryNotice,
    LogClock,
    PreservationKind,
    PreservationNote,
    ReportClock,
)
from tipline.referrals.models import ReferralState
from tipline.reports.models import Holding, Report
from tipline.reports.queries import visible_reports
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope

SOON = timedelta(days=7)
MOST_TOLD = 20  # at the top of a desk; the rest is counted
MOST_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as a desk shows it. `visible`: the report may be opened; of one that is escalated from below it need not be."""

    notice: ExpiryNotice
    visible: bool


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of a desk: those that nobody has seen yet, how many more of them there are, and those seen."""

    unseen: tuple[Notice, ...]
    more: int
    seen: tuple[Notice, ...]

    @property
    def total(self) -> int:
        """How many nobody has seen."""
        return len(self.unseen) + self.more


def notices(agency: Agency, scope: Scope) -> Notices:
    """What ends soon at this desk, and what was escalated to it from below, the soonest first. One query, one more where there is something to tell."""
    at = now()
    holds = Holding.objects.filter(report=OuterRef("report"), agency=agency, held_until=None)
    live = (
        ExpiryNotice.objects.filter(agency=agency, ended_at=None, likely_gone_at__gt=at)
        .filter(Q(escalated_from__isnull=False) | Exists(holds))
        .order_by("likely_gone_at", "report_id", "threshold_days")
        .values_list("report_id", "pk", "acknowledged_at")
    )
    # of one report only its tightest threshold is told
    tightest: dict[int, tuple[int, bool]] = {}
    for report_id, notice_id, acknowledged_at in live[:MOST_LISTED]:
        tightest.setdefault(report_id, (notice_id, acknowledged_at is not None))
    unseen = [notice_id for notice_id, was_seen in tightest.values() if not was_seen]
    seen = [notice_id for notice_id, was_seen in tightest.values() if was_seen][:MOST_TOLD]
    shown = (
        ExpiryNotice.objects.annotate(may_open=Exists(visible_reports(scope).filter(pk=OuterRef("report_id"))))
        .select_related("escalated_from", "acknowledged_by")
        .in_bulk([*unseen[:MOST_TOLD], *seen])
    )
    first, then = (
        tuple(Notice(shown[one], shown[one].may_open) for one in some if one in shown)
        for some in (unseen[:MOST_TOLD], seen)
    )
    return Notices(first, max(0, len(unseen) - MOST_TOLD), then)


def expiring(scope: Scope, days: int, agency: Agency | None = None) -> list[dict[str, Any]]:
    """Reports in scope whose next log goes within so many days, the soonest first, with who holds them now. Three queries."""
    at = now()
    holdings = Holding.objects.filter(
        held_until=None, joint=False, report__in=visible_reports(scope), report__destroyed_at=None
    )
    if agency is not None:
        holdings = holdings.filter(agency=agency)
    clocks = ReportClock.objects.filter(next_likely_gone_at__gt=at, next_likely_gone_at__lte=at + timedelta(days=days))
    rows = list(
        clocks.filter(report__holdings__in=holdings)
        .order_by("next_likely_gone_at", "report_id")
        .values(
            "report_id",
            "next_likely_gone_at",
            "holder_name",
            "next_unasked_at",
            "sightings",
            "preserved",
            "report__escalated",
        )[:MOST_LISTED]
    )
    ids = [row["report_id"] for row in rows]
    held = dict(holdings.filter(report_id__in=ids).values_list("report_id", "agency__code"))
    accepted = set(
        Report.objects.filter(pk__in=ids, referrals__state=ReferralState.ACCEPTED).values_list("pk", flat=True)
    )
    raised: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for notice in ExpiryNotice.objects.filter(report_id__in=ids).select_related("agency").order_by("raised_at", "pk"):
        raised[notice.report_id].append(
            {
                "agency": notice.agency.code, "days": notice.threshold_days, "escalated": notice.escalated_from_id is not None,
                "raised_at": notice.raised_at.isoformat(), "seen_at": notice.acknowledged_at and notice.acknowledged_at.isoformat(),
            }
        )  # fmt: skip
    return [
        {
            "report": row["report_id"], "agency": held.get(row["report_id"]), "urgent": row["report__escalated"],
            "likely_gone_at": _iso(row["next_likely_gone_at"]),
            "days_left": _days(row["next_likely_gone_at"], at),
            "holder": row["holder_name"] or None, "accepted": row["report_id"] in accepted,
            "preservation_asked": row["next_unasked_at"] != row["next_likely_gone_at"],
            "addresses": row["sightings"], "preserved": row["preserved"], "raised": raised[row["report_id"]],
        }
        for row in rows
    ]  # fmt: skip


def _days(end: datetime | None, at: datetime) -> float:
    return 0.0 if end is None else round((end - at) / timedelta(days=1), 2)


def notes_of(report: Report) -> QuerySet[PreservationNote]:
    """What is noted of preservations in one report, the oldest first."""
    return PreservationNote.objects.filter(report=report).select_related("person").order_by("pk")


def by_sighting(notes: Iterable[PreservationNote]) -> dict[int, list[PreservationNote]]:
    """Notes by the sighting that they are about."""
    found: dict[int, list[PreservationNote]] = defaultdict(list)
    for note in notes:
        found[note.sighting_id].append(note)
    return found


def told(clock: LogClock, notes: Sequence[PreservationNote], known: Directory) -> dict[str, Any]:
    """The clock of one address as data: who holds the log, until when, on what that rests, and what to do next."""
    return {
        "sighting": clock.sighting_id,
        "holder": clock.holder_name,
        "holder_known": clock.holder_key != "unknown",
        "asn": clock.asn,
        "counted_by": clock.counted_by,
        "counted_from": _iso(clock.counted_from),
        "likely_gone_at": _iso(clock.likely_gone_at),
        "kept_until_by_rule_at": _iso(clock.kept_until_by_rule_at),
        "last_possible_at": _iso(clock.last_possible_at),
        "basis": clock.basis or None,
        "explanation": clock.explanation,
        "directory_version": clock.directory_version,
        "next": _next(clock, known),
        "preserved": any(note.kind == PreservationKind.CONFIRMED for note in notes),
        "preservation": [
            {
                "kind": note.kind, "on": note.day.isoformat(), "reference": note.reference, "by": note.person.name,
                "noted_at": _iso(note.at),
            }
            for note in notes
        ],
    }  # fmt: skip


def _next(clock: LogClock, known: Directory) -> dict[str, Any]:
    """Whom to ask for the log, by the directory as it is now."""
    found = known.by_key(clock.country, clock.holder_key)
    contact = found.contact
    return {
        "contact": {"role": contact.role, "email": contact.email, "placeholder": contact.placeholder}
        if contact
        else None,
        "accepts": list(found.accepts),
        "port_needed": found.port_needed,
        "advice": found.advice or None,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
