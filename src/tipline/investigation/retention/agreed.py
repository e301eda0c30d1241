"""Agreements with other installations as clocks of retention: what came by one is kept no longer than it says.

The shorter of the agreement's days and the own rule counts. A minimum of law stands before an agreement, a legal hold and an open case stand
before everything, and a registered case (one with an FIR) has a law of its own: where one of these keeps a report for longer, that is
written down once and the sender is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.investigation.cases.models import CaseState
from tipline.investigation.retention.models import Agreed, Kept
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

SOFTWARE = system("retention")
MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Came:
    """A hop by which a report came: from whom, to whom, by what, and until when it may be kept (None: the agreement names no days)."""

    from_agency_id: int
    to_agency_id: int
    from_code: str
    to_code: str
    reference: str
    days: int | None
    since: datetime
    due_at: datetime | None


def note_came(
    hops: Mapping[int, int], from_agency_id: int, to_agency_id: int, reference: str, days: Sequence[int | None]
) -> None:
    """Note by which agreement reports came. In the caller's transaction.

    Parameters
    ----------
    hops
        referral → report.
    days
        what each side says; the fewest count.
    """
    at, fewest = now(), min((one for one in days if one is not None), default=None)
    Agreed.objects.bulk_create(
        Agreed(
            report_id=report, referral_id=referral, from_agency_id=from_agency_id, to_agency_id=to_agency_id, reference=reference[:300],
            days=fewest, since=at, due_at=at + timedelta(days=fewest) if fewest else None,
        )
        for referral, report in hops.items()
    )  # fmt: skip


def came_rows(report_ids: Iterable[int]) -> QuerySet[Agreed, tuple[Any, ...]]:
    """The rows of reports, for `came`."""
    return Agreed.objects.filter(report_id__in=list(report_ids)).order_by("since", "id").values_list(
        "report_id", "from_agency_id", "to_agency_id", "from_agency__code", "to_agency__code", "reference", "days", "since", "due_at"
    )  # fmt: skip


def came(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Came]]:
    """By report: how it came. What came again by the same way counts from the last time."""
    ways: dict[int, dict[tuple[int, int], Came]] = {}
    for report_id, *rest in rows:
        one = Came(*rest)
        ways.setdefault(report_id, {})[one.from_agency_id, one.to_agency_id] = one
    return {report_id: list(found.values()) for report_id, found in ways.items()}


def soonest(hops: Iterable[Came]) -> Came | None:
    """The one that lets a report be kept the shortest; None where none names days."""
    return min((one for one in hops if one.due_at), key=lambda one: one.due_at or one.since, default=None)


def tell_kept(at: datetime | None = None) -> int:
    """Write down which reports are kept longer than was agreed, and why; triggers tell the sender. Returns how many.

    A hold, or a registered case. An open case without an FIR keeps its reports too, for as long as it is open: that is told as a case.
    """
    at = at or now()
    past = Agreed.objects.filter(
        due_at__lte=at, destroyed_at__isnull=True, kept_at__isnull=True, report__destroyed_at__isnull=True
    )
    held = past.filter(report__legal_holds__isnull=False, report__legal_holds__lifted_at__isnull=True)
    held |= past.filter(
        report__case_report__case__legal_holds__isnull=False,
        report__case_report__case__legal_holds__lifted_at__isnull=True,
    )
    in_case = past.filter(report__case_report__case__state=CaseState.OPEN)
    in_case |= past.filter(report__case_report__case__fir_registered_at__isnull=False)
    told = 0
    for why, rows in ((Kept.HOLD, held), (Kept.CASE, in_case)):
        found = dict(rows.order_by("id").distinct().values_list("id", "report_id")[:MOST_TOLD])
        told += Agreed.objects.filter(pk__in=found).update(kept_at=at, kept_why=why)
        record(
            SOFTWARE,
            [Act("retention.kept_beyond_agreement", "report", pk, {"why": why.value}) for pk in found.values()],
        )
    return told


def note_destroyed(report_ids: Sequence[int], at: datetime) -> None:
    """Note that reports are gone; triggers tell those who handed them over. Last in the transaction, which takes what waited to be told."""
    Agreed.objects.filter(report_id__in=list(report_ids), destroyed_at__isnull=True).update(destroyed_at=at)
