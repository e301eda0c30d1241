"""Agreements: who may hand reports to whom, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, Agreement
from tipline.trust.audit.services import Act, record

REFERENCE_LENGTH = 300


def in_force(on: date) -> dict[tuple[int, int], str]:
    """(from agency, to agency) → the reference of the agreement between them that is in force on a day. One query."""
    rows = Agreement.objects.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on).order_by("since", "id")
    return {(a, b): reference for a, b, reference in rows.values_list("from_agency_id", "to_agency_id", "reference")}


def hops_without(hops: Iterable[tuple[int, int]], on: date) -> list[tuple[int, int]]:
    """Those hops across which no agreement is in force on a day."""
    known = in_force(on)
    return [hop for hop in hops if hop not in known]


@transaction.atomic
def set_agreement(
    from_agency: Agency,
    to_agency: Agency,
    reference: str,
    actor: Actor,
    *,
    since: date | None = None,
    until: date | None = None,
) -> Agreement:
    """Let one agency hand reports to another. An agreement between them without an end is replaced by this one.

    Parameters
    ----------
    since, until
        the first day in force (left out: today), and the first day no longer in force (left out: no end is set).

    Raises
    ------
    InvalidInputError
        for an agency with itself, no reference, or an end before the start.
    """
    if from_agency.pk == to_agency.pk:
        raise InvalidInputError(f"{from_agency.code} needs no agreement with itself")
    if not reference.strip() or len(reference) > REFERENCE_LENGTH:
        raise InvalidInputError(f"say in 1 to {REFERENCE_LENGTH} characters what the agreement is: number, date, order")
    since = since or now().date()
    if until is not None and until < since:
        raise InvalidInputError(f"the agreement would end on {until} before it begins on {since}")
    open_one = Agreement.objects.select_for_update().filter(
        from_agency=from_agency, to_agency=to_agency, until__isnull=True
    )
    for before in open_one:
        before.until = max(since, before.since)
        before.save(update_fields=["until"])
    made = Agreement.objects.create(
        from_agency=from_agency, to_agency=to_agency, reference=reference.strip(), since=since, until=until,
        set_by=actor.label,
    )  # fmt: skip
    detail = {"to": to_agency.code, "since": str(since), "until": None if until is None else str(until)}
    record(actor, [Act("agency.agreement_set", "agency", from_agency.pk, detail)])
    return made


@transaction.atomic
def end_agreement(from_agency: Agency, to_agency: Agency, actor: Actor, on: date | None = None) -> None:
    """End what is in force between two agencies; from that day (left out: today) nothing is routed across.

    Raises
    ------
    NotFoundError
        when nothing is in force then.
    """
    on = on or now().date()
    ended = list(
        Agreement.objects.select_for_update().filter(
            Q(until__isnull=True) | Q(until__gt=on), from_agency=from_agency, to_agency=to_agency
        )
    )
    if not ended:
        raise NotFoundError(
            f"there is no agreement by which {from_agency.code} hands to {to_agency.code}; "
            "`tipline agency agreement list` shows them"
        )
    for one in ended:
        one.until = max(on, one.since)
        one.save(update_fields=["until"])
    record(actor, [Act("agency.agreement_ended", "agency", from_agency.pk, {"to": to_agency.code, "on": str(on)})])
