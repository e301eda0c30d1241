"""What a desk lists: its piles in their orders, a slice at a time, from rows that stand for reports (`DeskRow`).

Nothing here reads a report. Each order is that of an index, so a slice costs the way to where it begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from tipline.core.sql import counts
from tipline.referrals.models import DeskRow, Pile
from tipline.referrals.queries import DeskTab
from tipline.trust.agencies.models import Agency

_WORKED_ON = frozenset({DeskTab.NEW, DeskTab.ACCEPTED})

# Urgent first, then whose turn it is (`referrals.queue.turns`); what came in the last minute and has no turn yet: by priority and age, at the end.
_URGENT_FIRST = (
    F("urgent").desc(), F("turn").asc(), F("priority").desc(nulls_last=True), F("since").asc(), F("report_id").asc(),
)  # fmt: skip
_LATEST_FIRST = (F("since").desc(), F("report_id").desc())
_DUE_FIRST = (F("due_at").asc(), F("since").asc(), F("report_id").asc())
_BACK_FIRST = (F("snoozed_until").asc(), F("report_id").asc())
_GOING_FIRST = (F("gone_at").asc(), F("since").asc(), F("report_id").asc())
_GONE_LAST = (F("gone_at").desc(), F("since").desc(), F("report_id").desc())

Stretch = tuple[QuerySet[DeskRow], tuple[OrderBy, ...]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A pile as somebody wants to see it.

    Parameters
    ----------
    undecided
        of the pile only what routing left to a person.
    sort
        `due`: due first, at the end what has no due time. `logs`: what still runs, the soonest to go first; then what went, the latest
        first; then what has no clock. Anything else: what is worked on by urgency, priority and age; the rest the latest first.
    logs
        `7`: what has a log that goes within so many days; `gone`: whose logs are likely all gone; anything else: all.
    whose
        `mine`: what `person` works on; `nobody`: what nobody does; anything else: all.
    resting, informational
        of the new pile what rests, or only informs, and else what does neither. What rests comes back in the order of time.
    due
        `soon`: what a desk is reminded of; `over`: whose due time has passed; anything else: all. What is decided, joint, or put with
        another report has no due time.
    """

    agency: Agency
    tab: DeskTab
    at: datetime
    undecided: bool = False
    sort: str = ""
    logs: str = ""
    due: str = ""
    whose: str = ""
    person: int | None = None
    resting: bool = False
    informational: bool = False

    def rows(self) -> QuerySet[DeskRow]:
        """All of it, in no order."""
        rows = DeskRow.objects.filter(agency=self.agency)
        if self.tab != DeskTab.ALL:
            rows = rows.filter(pile=self.tab.value)
        if self.tab in _WORKED_ON:
            rows = rows.filter(informational=self.informational)
        if self.tab == DeskTab.NEW:
            awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=self.at)
            rows = rows.filter(snoozed_until__gt=self.at) if self.resting else rows.filter(awake)
        if self.whose == "mine":
            rows = rows.filter(assignee=self.person)
        elif self.whose == "nobody":
            rows = rows.filter(assignee__isnull=True)
        if self.undecided:
            rows = rows.filter(report__routing__abstained=True)
        if self.logs == "gone":
            rows = rows.filter(all_gone_at__lte=self.at)
        elif self.logs.isascii() and self.logs.isdigit() and 0 < int(self.logs[:4]) <= 3660:
            rows = rows.filter(gone_at__gt=self.at, gone_at__lte=self.at + timedelta(days=int(self.logs[:4])))
        if self.due == "soon":
            return rows.filter(remind_at__lte=self.at, due_at__gt=self.at)
        return rows.filter(due_at__lte=self.at) if self.due == "over" else rows

    def slice(self, start: int, stop: int) -> list[int]:
        """The reports in these places. One query; with logs first, one more, and one more again where two stretches meet."""
        stretches = self._stretches()
        # counted no further than the slice reaches: what begins behind it is not needed
        before = counts({str(place): (rows, stop) for place, (rows, _) in enumerate(stretches[:-1])})
        found: list[int] = []
        for place, (rows, order) in enumerate(stretches):
            length = before.get(str(place), stop)
            if start < min(stop, length):
                found += self._in_order(rows, order, start, min(stop, length))
            start, stop = max(0, start - length), max(0, stop - length)
        return found

    def _stretches(self) -> list[Stretch]:
        """What stands one behind the other, each in its order."""
        rows = self.rows()
        if self.resting and not self.sort:
            return [(rows, _BACK_FIRST)]
        if self.sort == "due":
            return [(rows, _DUE_FIRST)]
        if self.sort == "logs":
            return [
                (rows.filter(gone_at__gt=self.at), _GOING_FIRST),
                (rows.filter(gone_at__lte=self.at), _GONE_LAST),
                (rows.filter(gone_at__isnull=True), _GOING_FIRST),
            ]
        return [(rows, _URGENT_FIRST if self.tab in _WORKED_ON else _LATEST_FIRST)]

    def _in_order(self, rows: QuerySet[DeskRow], order: tuple[OrderBy, ...], start: int, stop: int) -> list[int]:
        if not self.sort or self.tab != DeskTab.ALL:
            return list(rows.order_by(*order)[start:stop].values_list("report_id", flat=True))
        # those indexes go by pile: all of a desk is its piles, each read in that order, and merged
        keys = ("due_at" if self.sort == "due" else "gone_at", "since", "report_id")
        first, *others = (rows.filter(pile=pile).order_by(*order).values_list(*keys)[:stop] for pile in Pile)
        merged = first.union(*others, all=True).order_by(*order)[start:stop]
        return [report_id for _, _, report_id in merged]
