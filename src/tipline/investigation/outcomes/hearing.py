"""Outcomes that another installation tells: kept beside those that were written here, with whose word it is and when it was heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tipline.core.clock import now
from tipline.core.text import visible
from tipline.investigation.child_words import childs_words
from tipline.investigation.outcomes.models import Outcome, ReportOutcome
from tipline.investigation.outcomes.reminding import settle_of
from tipline.reports.models import Report


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome as another installation tells it. `uid`: its name for ever; `said_by`: code of the desk whose word it is."""

    uid: str
    said_by: str
    kind: str
    number: int | None
    on: date
    for_senders: str
    recorded_at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """That something was new. `sentence_left_out`: it named a child of the report, as this installation knows."""

    sentence_left_out: bool = False

    @property
    def detail(self) -> dict[str, Any]:
        """For the log."""
        return {"sentence_left_out": True} if self.sentence_left_out else {}


def hear(report_id: int, teller_id: int, told: Told) -> Heard | None:
    """Keep what was told of a report, once; None when it is known. In the caller's transaction, which sees everything.

    Of what is known already only a withdrawal is new: the words of an outcome do not change. Of the same name told by two desks there
    are two, and neither takes back what the other told.

    Parameters
    ----------
    teller_id
        the agency over the border that told it.
    """
    at = now()
    # clocks differ: what was told now was not said later
    said_at = min(told.recorded_at, at)
    withdrawn_at = at if told.withdrawn else None
    sentence, left_out = _sentence(report_id, told.for_senders)
    outcome, _ = Outcome.objects.get_or_create(
        uid=told.uid, agency_id=teller_id,
        defaults={
            "kind": told.kind, "edition": "", "number": told.number, "on": told.on, "for_senders": sentence, "recorded_at": said_at,
            "recorded_by": None, "withdrawn_at": withdrawn_at,
        },
    )  # fmt: skip
    row, new = ReportOutcome.objects.get_or_create(
        outcome=outcome, report_id=report_id,
        defaults={
            "agency_id": teller_id, "said_by": told.said_by, "kind": outcome.kind, "number": outcome.number, "on": outcome.on,
            "for_senders": sentence, "recorded_at": outcome.recorded_at, "withdrawn_at": withdrawn_at, "heard_at": at,
        },
    )  # fmt: skip
    if told.withdrawn and outcome.withdrawn_at is None:
        Outcome.objects.filter(pk=outcome.pk).update(withdrawn_at=at)
    if not new:
        stood = ReportOutcome.objects.filter(pk=row.pk, withdrawn_at__isnull=True)
        return Heard() if told.withdrawn and stood.update(withdrawn_at=at) else None
    settle_of(at, None, [report_id])
    return Heard(left_out)


def _sentence(report_id: int, text: str) -> tuple[str, bool]:
    """The sentence as it is kept here: not at all of a report that was destroyed, nor if it names a child of it.

    The desk that wrote it may not have known what is a child's.
    """
    kept = visible(text.strip())
    if kept and Report.objects.filter(pk=report_id, destroyed_at__isnull=False).exists():
        return "", False
    if kept and kept in childs_words([report_id]):
        return "", True
    return kept[:300], False
