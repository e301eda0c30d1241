"""Referrals handed out in a form of others: what the asker may see, masked, and written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.exchange.forms import Form
from tipline.exchange.record.collecting import collect
from tipline.exchange.record.model import Record, Terms
from tipline.referrals.models import LIVE, Referral
from tipline.reports.queries import visible_reports
from tipline.trust.actors import Actor
from tipline.trust.agencies.agreements import AgreementTerms, terms_in_force
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

# where two desks work without an agreement, as a state and its districts do
NO_AGREEMENT = "no agreement is recorded"


def hand_out(scope: Scope, actor: Actor, form: Form, referral_ids: Sequence[int]) -> tuple[Record, Iterator[bytes]]:
    """The record of these hops, and its bytes in the form. Documents as received stay: in them a child's data is not masked.

    Raises
    ------
    NotFoundError
        when a referral does not exist, or is not in scope.
    InvalidInputError
        when they are none, or between different agencies; while the bytes are read, when the form cannot say them.
    ConflictError
        when one is no longer on the other desk.
    """
    ids = sorted(set(referral_ids))
    with transaction.atomic():
        made = collect(scope, ids, _terms(ids))
        reports = Referral.objects.filter(pk__in=ids).values_list("pk", "report_id")
        acts = [
            Act(
                "report.exported",
                "report",
                report,
                {"format": form.described.name, "masked": True, "referral": referral, "record": made.uid},
            )
            for referral, report in reports
        ]
        record(actor, acts)
    return made, form.write(made)


def last_hop(scope: Scope, report_id: int) -> int:
    """The hop by which a report came where it is now.

    Raises
    ------
    NotFoundError
        when it made none, or is not in scope.
    """
    hops = Referral.objects.filter(report=report_id, state__in=LIVE, report__in=visible_reports(scope))
    found = hops.order_by("-pk").values_list("pk", flat=True).first()
    if found is None:
        raise NotFoundError(f"report {report_id} was handed to no other desk")
    return found


def _terms(ids: Sequence[int]) -> Terms:
    """What the hand-over rests on; only metadata, whatever else an agreement lets travel."""
    between = Referral.objects.filter(pk__in=ids).values_list("from_agency_id", "to_agency_id").first()
    found = terms_in_force(*between, now().date()) if between else None
    return _of_agreement(found) if found else Terms(reference=NO_AGREEMENT)


def _of_agreement(found: AgreementTerms) -> Terms:
    return Terms(reference=found.reference, law=found.law, purposes=found.purposes, retention_days=found.retention_days)
