"""What is told of outcomes and of the use of reports, as it goes over the wire or on a stick; and what of it waits for an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tipline.core.clock import now
from tipline.exchange.federation.models import Kind, Outgoing
from tipline.exchange.federation.wire import ToldOutcome, ToldUse
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.record.model import uid
from tipline.intake.doors.outcomes import WORDS
from tipline.trust.agencies.agreements import in_force


@dataclass(frozen=True, slots=True)
class Sorted:
    """Messages that may go, those that wait (by reason), and those of which nothing is told: their word is for nobody outside."""

    going: list[Outgoing] = field(default_factory=list)
    held: dict[str, list[Outgoing]] = field(default_factory=dict)
    silent: list[Outgoing] = field(default_factory=list)


def may_go(rows: Sequence[Outgoing]) -> Sorted:
    """What may be told now.

    What happened to a referral is told whether or not its agreement still stands: the sender has to know where it is. Of what use it was
    is told within the agreement by which it came. One query.
    """
    if not any(row.kind == Kind.FEEDBACK for row in rows):
        return Sorted(list(rows))
    known, found = in_force(now().date()), Sorted()
    for row in rows:
        hop = row.referral
        if row.kind == Kind.FEEDBACK and told_use(row) is None:
            found.silent.append(row)
        elif row.kind != Kind.FEEDBACK or (hop.from_agency_id, hop.to_agency_id) in known:
            found.going.append(row)
        else:
            why = f"no agreement from {hop.from_agency.code} to {hop.to_agency.code} is in force"
            found.held.setdefault(why, []).append(row)
    return found


def told_outcome(row: Outgoing) -> ToldOutcome | None:
    """The outcome that a message tells. One that was heard keeps its name and says whose word it is."""
    one = row.outcome
    if one is None:
        return None
    return ToldOutcome(
        uid=one.outcome.uid or uid(our_name(), "outcome", one.outcome_id), agency=one.said_by or one.agency.code,
        kind=one.kind, number=one.number, on=one.on, for_senders=one.for_senders, recorded_at=one.recorded_at,
        withdrawn_at=one.withdrawn_at,
    )  # fmt: skip


def told_use(row: Outgoing) -> ToldUse | None:
    """Of what use a report was. None for a word that no provider is told: it is told to nobody else either."""
    one = row.judgement
    if one is None or one.decided not in WORDS.told:
        return None
    return ToldUse(
        uid=one.uid or uid(our_name(), "judgement", one.pk), word=one.decided, weight=one.weight, withdrawn_at=one.withdrawn_at
    )  # fmt: skip
