"""What became of what a desk sent: receipts, acknowledgements, whether a case was opened. Never the case, nor anything in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from tipline.referrals.life import Step
from tipline.referrals.models import LIVE, OPEN, UNSENT, Referral, ReferralEvent, ReferralState
from tipline.reports.queries import visible_reports
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope


class SentTab(StrEnum):
    """Which of them."""

    OPEN = "open"  # nobody has decided on it yet
    BACK = "back"  # returned or recalled
    ALL = "all"


_STATES = {
    SentTab.OPEN: [*OPEN, ReferralState.MERGED],
    SentTab.BACK: [ReferralState.RETURNED, ReferralState.RECALLED],
}


@dataclass(frozen=True, slots=True)
class Moment:
    """When somebody did something, and who."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One thing that a desk sent, as it may know of it.

    `receipt` and `acknowledged` are those of the desk it was sent to. `now_at` is the agency that holds the report now and `now_state` how far it
    is there; `case_opened`: a desk accepted it into a case.
    """

    referral: Referral
    receipt: Moment | None
    acknowledged: Moment | None
    now_at: str
    now_state: str
    case_opened: bool
    recallable: bool


def sent_by(agency: Agency, scope: Scope, tab: SentTab) -> QuerySet[Referral]:
    """What a desk sent, the latest first."""
    found = Referral.objects.filter(
        from_agency=agency, report__in=visible_reports(scope), report__destroyed_at=None
    ).exclude(state__in=UNSENT)
    if tab in _STATES:
        found = found.filter(state__in=_STATES[tab])
    return found.order_by("-sent_at", "-id")


def progress(referrals: Sequence[Referral]) -> list[Progress]:
    """How far each is, in their order. Two queries."""
    marks: dict[tuple[int, str], Moment] = {}
    events = ReferralEvent.objects.filter(referral__in=referrals, act__in=[Step.RECEIVE, Step.ACKNOWLEDGE])
    for event in events.select_related("person").order_by("id"):
        who = event.person.name if event.person else event.label
        marks[event.referral_id, event.act] = Moment(event.at, who)
    live = {
        hop.report_id: hop
        for hop in Referral.objects.filter(
            report_id__in={one.report_id for one in referrals}, lead=True, state__in=LIVE
        ).select_related("to_agency")
    }
    return [_of(one, marks, live.get(one.report_id)) for one in referrals]


def _of(one: Referral, marks: dict[tuple[int, str], Moment], live: Referral | None) -> Progress:
    # a desk that takes part goes its own way; of the report itself the lead's way tells
    here = one if not one.lead else live
    return Progress(
        referral=one,
        receipt=marks.get((one.pk, Step.RECEIVE)),
        acknowledged=marks.get((one.pk, Step.ACKNOWLEDGE)),
        now_at=here.to_agency.code if here else "",
        now_state=here.state if here else "",
        case_opened=bool(one.lead and live and live.state == ReferralState.ACCEPTED),
        recallable=one.state in {*OPEN, ReferralState.MERGED},
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a hop's history, in words that every desk on the way may read."""

    act: str
    at: datetime
    by: str
    agency: str
    reason: str


def events_of(*report_ids: int) -> QuerySet[ReferralEvent]:
    """What happened to the hops of reports, oldest first, without what was only drafted."""
    rows = ReferralEvent.objects.filter(referral__report__in=report_ids).exclude(act__in=[Step.DRAFT, Step.DISCARD])
    return rows.select_related("person", "agency").order_by("id")


def histories(rows: Iterable[ReferralEvent]) -> dict[int, list[Event]]:
    """What happened to each hop, by its id."""
    found: dict[int, list[Event]] = defaultdict(list)
    for row in rows:
        by = row.person.name if row.person else row.label
        found[row.referral_id].append(Event(row.act, row.at, by, row.agency.code if row.agency else "", row.reason))
    return found
