"""Receipts: that a report came to the desk it was sent to. Nobody asks for one; whoever first sees it on their desk gives it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tipline.core.clock import now
from tipline.referrals.life import Step, take
from tipline.referrals.models import Referral, ReferralState
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may


@transaction.atomic
def receive(person: User, report_ids: Iterable[int]) -> int:
    """Note that the person, of the desk to which these reports were sent, has now seen that they are there. Returns how many are new.

    One that somebody else moved in this moment is passed over: looking at a desk never fails.
    """
    if not may(person, Can.SEE_REPORTS):
        return 0
    new = Referral.objects.filter(
        report_id__in=list(report_ids), to_agency_id=person.agency_id, state=ReferralState.SENT
    )
    reports = dict(new.values_list("id", "report_id"))
    received = take(Step.RECEIVE, reports, person.actor, now(), strict=False)
    record(person.actor, [Act("referral.received", "report", reports[pk], {"referral": pk}) for pk in received])
    return len(received)
