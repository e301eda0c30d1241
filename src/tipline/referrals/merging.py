"""Two reports, one matter: a desk deals with one together with another, until they are parted or accepted together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.referrals.holding import LONGEST_TEXT, hold
from tipline.referrals.life import Step, discard_drafts, meanwhile, take
from tipline.referrals.models import OPEN, MergeReason, Referral, ReferralState, Waiting
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record


@transaction.atomic
def merge(
    person: User,
    report_ids: Iterable[int],
    into: int,
    reason: MergeReason,
    text: str = "",
    seen: Mapping[int, str] | None = None,
) -> int:
    """Deal with reports together with another one of the desk's own. They keep their owner, and go where that one goes.

    Returns how many were put together with it.

    Raises
    ------
    ConflictError
        when one of them is accepted already, is not this desk's own, came by its door, or has others with it.
    InvalidInputError
        when there is nothing to put together, or the text is too long.
    """
    others = set(report_ids) - {into}
    if not others:
        raise InvalidInputError("choose at least two reports, and which of them the others go with")
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError(f"say it in at most {LONGEST_TEXT} letters")
    held = hold(person, {*others, into}, seen)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if report_id in held.joint:
            raise ConflictError(f"report {report_id} is with your desk jointly: its owner decides what it goes with")
        if referral is None:
            raise ConflictError(f"report {report_id} came by your own door: forward it, or leave it here")
        if referral.state not in OPEN:
            raise ConflictError(meanwhile(referral))
    chosen = {held.referrals[one].pk for one in others}
    if Referral.objects.filter(merged_into_id__in=chosen, state=ReferralState.MERGED).exists():
        raise ConflictError("one of these has other reports with it already: choose that one to go with, or part them")
    main, at = held.referrals[into], now()
    take(Step.MERGE, chosen, person.actor, at, reason=reason.value, answer=text, merged_into=main.pk)
    discard_drafts(others, person.actor, at)
    Waiting.objects.filter(report_id__in=others).delete()
    record(
        person.actor,
        [
            Act(
                "referral.merged",
                "report",
                one,
                {"referral": held.referrals[one].pk, "into": into, "reason": reason.value},
            )
            for one in sorted(others)
        ],
    )
    return len(others)


@transaction.atomic
def unmerge(person: User, report_ids: Iterable[int], seen: Mapping[int, str] | None = None) -> int:
    """Part reports again from those that they were dealt with together with. Returns how many.

    Raises
    ------
    ConflictError
        when one is with no other report, or was accepted together with it.
    """
    held = hold(person, report_ids, seen)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if referral is not None and referral.state == ReferralState.ACCEPTED:
            raise ConflictError(f"{meanwhile(referral)}: it is in its case")
        if referral is None or referral.state != ReferralState.MERGED:
            raise ConflictError(f"report {report_id} is with no other report")
    take(Step.UNMERGE, [r.pk for r in held.referrals.values()], person.actor, now())
    record(
        person.actor,
        [Act("referral.parted", "report", r.report_id, {"referral": r.pk}) for r in held.referrals.values()],
    )
    return len(held.referrals)


def part_from(by: Actor, referral_ids: Iterable[int], at: datetime) -> None:
    """Part what is with these referrals, and these from what they are with: they now go ways of their own."""
    ids = list(referral_ids)
    rows = list(
        Referral.objects.filter(state=ReferralState.MERGED, merged_into_id__in=ids)
        .union(Referral.objects.filter(state=ReferralState.MERGED, id__in=ids))
        .values_list("id", "report_id")
    )
    take(Step.UNMERGE, [pk for pk, _ in rows], by, at)
    record(by, [Act("referral.parted", "report", report_id, {"referral": pk}) for pk, report_id in rows])
