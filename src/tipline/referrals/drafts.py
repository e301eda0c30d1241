"""Drafts: one person of a desk prepares what is to go where, and another one looks at it and sends it, or discards it.

Until it is sent the report lies where it lies, and nobody but the desk that drafted it sees the draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.holding import LONGEST_TEXT, hold
from tipline.referrals.life import Step, begin, meanwhile, take
from tipline.referrals.models import Referral, ReferralEvent, ReferralState, Waiting
from tipline.referrals.moving import Hop, move
from tipline.referrals.services import BY_PERSON, check_forward
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person prepared: reports that are to go to one desk, with one note."""

    bundle: UUID
    to_agency: Agency
    note: str
    drafted_by_id: int | None
    drafted_by: str
    drafted_at: datetime
    report_ids: tuple[int, ...]


def bundles_drafted(agency: Agency) -> QuerySet[Referral, Any]:
    """What `drafts_of` would list, to be counted."""
    drafted = Referral.objects.filter(from_agency=agency, state=ReferralState.DRAFTED, bundle__isnull=False)
    return drafted.values("bundle").distinct()


def drafts_of(agency: Agency) -> list[Draft]:
    """What is drafted at a desk, the oldest first. Two queries."""
    rows = list(
        Referral.objects.filter(from_agency=agency, state=ReferralState.DRAFTED)
        .select_related("to_agency")
        .order_by("state_at", "id")
    )
    made = {
        event.referral_id: event
        for event in ReferralEvent.objects.filter(referral__in=rows, act=Step.DRAFT).select_related("person")
    }
    bundles: dict[UUID, list[Referral]] = {}
    for row in rows:
        if row.bundle is not None:
            bundles.setdefault(row.bundle, []).append(row)
    found = []
    for bundle, members in bundles.items():
        first, event = members[0], made[members[0].pk]
        found.append(
            Draft(
                bundle, first.to_agency, first.note, event.person_id, event.person.name if event.person else event.label,
                first.state_at, tuple(sorted(one.report_id for one in members)),
            )
        )  # fmt: skip
    return found


@transaction.atomic
def draft(
    person: User,
    report_ids: Iterable[int],
    to_agency: Agency,
    note: str = "",
    seen: Mapping[int, str] | None = None,
) -> UUID:
    """Prepare reports of the person's desk to go to an agency directly below it. They stay where they are.

    Returns the number of the draft. What a standing rule kept here waits no longer: it is in a person's hands.

    Raises
    ------
    ConflictError, InvalidInputError
        as `forward` does; also when one is drafted already, or is with this desk jointly.
    """
    if len(note) > LONGEST_TEXT:
        raise InvalidInputError(f"say it in at most {LONGEST_TEXT} letters")
    held = hold(person, report_ids, seen)
    if held.joint:
        raise ConflictError(f"report {min(held.joint)} is with your desk jointly: its owner sends it on")
    check_forward(person, held, to_agency)
    before = Referral.objects.filter(report_id__in=held.report_ids, state=ReferralState.DRAFTED).order_by("report_id")
    if (first := before.first()) is not None:
        raise ConflictError(f"{meanwhile(first)}: send or discard that draft first")
    bundle, at = uuid4(), now()
    made = begin(
        [
            Referral(
                report_id=report_id, from_agency_id=person.agency_id, to_agency=to_agency, state=ReferralState.DRAFTED,
                sent_at=at, state_at=at, rule=BY_PERSON, note=note, bundle=bundle,
            )
            for report_id in held.report_ids
        ],
        person.actor,
    )  # fmt: skip
    Waiting.objects.filter(report_id__in=held.report_ids).delete()
    record(
        person.actor,
        [Act("referral.drafted", "report", r.report_id, {"referral": r.pk, "to": to_agency.pk}) for r in made],
    )
    return bundle


@transaction.atomic
def send(person: User, bundle: UUID) -> int:
    """Send a draft that somebody else of the desk prepared. Returns how many reports went.

    Raises
    ------
    NotFoundError
        when there is no such draft at the person's desk.
    NotPermittedError
        when the person prepared it: a second one looks.
    ConflictError, InvalidInputError
        when it can no longer go, as `forward` says.
    """
    rows, drafter = _mine(person, bundle)
    if drafter == person.pk:
        raise NotPermittedError(
            "you prepared this draft: somebody else of your desk sends it, or you forward the reports"
        )
    to_agency = rows[0].to_agency
    held = hold(person, [row.report_id for row in rows], together=True)
    still = {
        row.report_id: row.pk
        for row in Referral.objects.filter(bundle=bundle, from_agency_id=person.agency_id, state=ReferralState.DRAFTED)
    }
    if len(still) < len(rows):
        raise ConflictError("this draft was sent or discarded just now")
    check_forward(person, held, to_agency)
    hops = [Hop(report_id, person.agency_id, to_agency.pk, bundle=bundle) for report_id in held.report_ids]
    live = {report_id: referral.pk for report_id, referral in held.referrals.items()}
    move(hops, BY_PERSON, rows[0].note, live, person.actor, drafts=still)
    record(
        person.actor,
        [
            Act(
                "referral.forwarded", "report", hop.report_id,
                {"from": person.agency_id, "to": to_agency.pk, "draft_of": drafter},
            )
            for hop in hops
        ],
    )  # fmt: skip
    return len(hops)


@transaction.atomic
def throw_away(person: User, bundle: UUID) -> int:
    """Discard a draft of the person's desk. The reports stay where they are. Returns how many there were.

    Raises
    ------
    NotFoundError
        when there is no such draft at the person's desk.
    """
    rows, _ = _mine(person, bundle)
    take(Step.DISCARD, [row.pk for row in rows], person.actor, now())
    record(
        person.actor, [Act("referral.draft_discarded", "report", row.report_id, {"referral": row.pk}) for row in rows]
    )
    return len(rows)


def _mine(person: User, bundle: UUID) -> tuple[list[Referral], int | None]:
    """The rows of a draft of the person's desk, and who prepared it."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    rows = list(
        Referral.objects.filter(bundle=bundle, from_agency_id=person.agency_id, state=ReferralState.DRAFTED)
        .select_related("to_agency")
        .order_by("report_id")
    )
    if not rows:
        raise NotFoundError("there is no such draft at your desk: somebody sent or discarded it")
    event = ReferralEvent.objects.filter(referral=rows[0], act=Step.DRAFT).first()
    return rows, event.person_id if event else None
