"""Reading clocks, within what somebody may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from tipline.core.clock import now
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.legal.clocks.models import Clock, Pause
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope


class Lane(StrEnum):
    """The lanes of the wall, what hurts most first."""

    OVER = "over"
    WARNING = "warning"
    RUNNING = "running"
    PAUSED = "paused"


LANES = {
    Lane.OVER: "Over",
    Lane.WARNING: "Ends soon",
    Lane.RUNNING: "Running",
    Lane.PAUSED: "Standing still",
}


@dataclass(frozen=True, slots=True)
class Wall:
    """All running clocks of a desk by lane, the soonest first; `more`: how many each lane has beyond those listed."""

    lanes: dict[Lane, tuple[Clock, ...]]
    more: dict[Lane, int]

    @property
    def total(self) -> int:
        """How many clocks run or stand still."""
        return sum(len(found) for found in self.lanes.values()) + sum(self.more.values())


def visible_clocks(scope: Scope) -> QuerySet[Clock]:
    """The clocks of the agencies in scope; of cases those that are visible."""
    if scope.everything:
        return Clock.objects.all()
    mine = Q(case__isnull=True, agency_id__in=scope.agency_ids)
    return Clock.objects.filter(mine | Q(case_id__in=visible_cases(scope).order_by().values("pk")))


def _with_case(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """With what a row of a clock says of its case."""
    return clocks.select_related("case", "case__investigating_officer")


def lane_of(clock: Clock, at: datetime) -> Lane:
    """Where a running clock stands at a moment."""
    if clock.paused_at is not None:
        return Lane.PAUSED
    if clock.due_at <= at:
        return Lane.OVER
    return Lane.WARNING if clock.warn_at <= at else Lane.RUNNING


def running(scope: Scope, agency: Agency) -> QuerySet[Clock]:
    """The clocks of a desk that have not ended, the soonest first, with their cases."""
    return _with_case(visible_clocks(scope)).filter(agency=agency, ended_at__isnull=True).order_by("due_at", "pk")


def wall(scope: Scope, agency: Agency, most: int = 200) -> Wall:
    """The wall of a desk. Two queries a lane at most."""
    at = now()
    found = running(scope, agency)
    of = {
        Lane.OVER: found.filter(paused_at__isnull=True, due_at__lte=at),
        Lane.WARNING: found.filter(paused_at__isnull=True, due_at__gt=at, warn_at__lte=at),
        Lane.RUNNING: found.filter(paused_at__isnull=True, due_at__gt=at, warn_at__gt=at),
        Lane.PAUSED: found.filter(paused_at__isnull=False),
    }
    lanes = {lane: tuple(rows[: most + 1]) for lane, rows in of.items()}
    more = {lane: of[lane].count() - most if len(rows) > most else 0 for lane, rows in lanes.items()}
    return Wall({lane: rows[:most] for lane, rows in lanes.items()}, more)


def running_of(scope: Scope, case: Case) -> QuerySet[Clock]:
    """The clocks of a case that have not ended, the soonest first."""
    return _with_case(visible_clocks(scope)).filter(case=case, ended_at__isnull=True).order_by("due_at", "pk")


def clocks_of(scope: Scope, case: Case) -> list[Clock]:
    """Every clock of a case: those that run, the soonest first, then those that ended, the latest first."""
    pauses = Prefetch("pauses", Pause.objects.select_related("paused_by"))
    found = list(_with_case(visible_clocks(scope)).filter(case=case).prefetch_related(pauses).order_by("due_at", "pk"))
    ended = sorted((c for c in found if c.ended_at is not None), key=lambda c: (c.ended_at, c.pk), reverse=True)
    return [c for c in found if c.ended_at is None] + ended


def told(clock: Clock, at: datetime) -> dict[str, Any]:
    """A clock as programs read it."""
    return {
        "id": clock.pk, "clock": clock.clock_id, "label": clock.definition["label"], "case": clock.case_id,
        "case_number": clock.case.number if clock.case else None, "report": clock.report_id, "subject": clock.subject or None,
        "started_at": clock.started_at, "due_at": clock.due_at, "warn_at": clock.warn_at, "paused_at": clock.paused_at,
        "ended_at": clock.ended_at, "ended_by": clock.ended_by or None,
        "state": "ended" if clock.ended_at else lane_of(clock, at).value,
        "late": (clock.ended_at or at) > clock.due_at, "law": clock.definition["law"], "by_law": clock.definition["by_law"],
        "consequence": clock.definition["consequence"], "file": clock.file,
    }  # fmt: skip
