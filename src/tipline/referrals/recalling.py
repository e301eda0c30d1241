"""Taking back what was sent, while nobody has accepted it or sent it on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.holding import LONGEST_TEXT, lock, stamp
from tipline.referrals.life import Step, discard_drafts, meanwhile, take
from tipline.referrals.merging import part_from
from tipline.referrals.models import OPEN, UNSENT, RecallReason, Referral, ReferralState, Waiting
from tipline.referrals.moving import give_back, leave
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk


@transaction.atomic
def recall(
    person: User,
    referral_ids: Iterable[int],
    reason: RecallReason,
    text: str = "",
    seen: Mapping[int, str] | None = None,
) -> int:
    """Take back what the person's desk sent: it owns the report again, or the other desk takes part no longer. This is no bounce.

    Parameters
    ----------
    seen
        referral → its stamp in the form that the person filled in.

    Raises
    ------
    NotPermittedError, NotFoundError
        when the person's role does not work a desk, or their desk sent no such referral.
    ConflictError
        when one is accepted (it says by whom and when), sent on, returned, or changed since it was `seen`; none is recalled then.
    InvalidInputError
        when nothing is chosen, or the reason `other` has no text.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    if reason == RecallReason.OTHER and not text.strip():
        raise InvalidInputError("say in a sentence why it is recalled")
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError(f"say it in at most {LONGEST_TEXT} letters")
    wanted = sorted(set(referral_ids))
    if not wanted:
        raise InvalidInputError("choose at least one")
    mine = Referral.objects.filter(id__in=wanted, from_agency_id=person.agency_id).exclude(state__in=UNSENT)
    reports = dict(mine.values_list("id", "report_id"))
    if len(reports) < len(wanted):
        raise NotFoundError(f"your desk sent no referral {min(set(wanted) - set(reports))}")
    lock(person, sorted(set(reports.values())))
    found = list(mine.order_by("id"))
    for one in found:
        if one.state not in {*OPEN, ReferralState.MERGED}:
            raise ConflictError(f"{meanwhile(one)}: it can no longer be recalled")
        if one.pk in (seen or {}) and (seen or {})[one.pk] != stamp(one.pk, one.state_at):
            raise ConflictError(f"{meanwhile(one)}, since you opened it: look at it again")
    at = now()
    lead, joint = [one for one in found if one.lead], [one for one in found if not one.lead]
    part_from(person.actor, [one.pk for one in lead], at)
    take(Step.RECALL, [one.pk for one in found], person.actor, at, reason=reason.value, answer=text)
    for agency_id in {one.to_agency_id for one in joint}:
        leave([one.report_id for one in joint if one.to_agency_id == agency_id], agency_id, at)
    owned = [one.report_id for one in lead]
    discard_drafts(owned, person.actor, at)
    Waiting.objects.filter(report_id__in=owned).delete()
    give_back(lead, person.actor, at)
    record(
        person.actor,
        [
            Act(
                "referral.recalled", "report", one.report_id,
                {"referral": one.pk, "from": one.to_agency_id, "reason": reason.value},
            )
            for one in found
        ],
    )  # fmt: skip
    return len(found)
