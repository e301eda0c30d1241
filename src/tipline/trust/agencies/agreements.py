"""Agreements: who may hand reports to whom, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgreedData, Agreement, only_metadata
from tipline.trust.audit.services import Act, record

REFERENCE_LENGTH = 300
MOST_PURPOSES = 10
PURPOSE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What an agreement lets one agency hand another. `until`: the first day no longer in force; None: no end is set."""

    reference: str
    since: date
    until: date | None
    law: str
    purposes: tuple[str, ...]
    data: frozenset[AgreedData]
    retention_days: int | None
    onward: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a new agreement says beside its days: what it rests on and how far it goes."""

    law: str = ""
    purposes: tuple[str, ...] = ()
    data: frozenset[str] = frozenset(only_metadata())
    retention_days: int | None = None
    onward: bool = True


def in_force(on: date) -> dict[tuple[int, int], str]:
    """(from agency, to agency) → the reference of the agreement between them that is in force on a day. One query."""
    rows = Agreement.objects.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on).order_by("since", "id")
    return {(a, b): reference for a, b, reference in rows.values_list("from_agency_id", "to_agency_id", "reference")}


def hops_without(hops: Iterable[tuple[int, int]], on: date) -> list[tuple[int, int]]:
    """Those hops across which no agreement is in force on a day."""
    known = in_force(on)
    return [hop for hop in hops if hop not in known]


def terms_in_force(from_agency_id: int, to_agency_id: int, on: date) -> AgreementTerms | None:
    """The terms by which one agency may hand to another on a day; None: there are none, and nothing goes."""
    way = (from_agency_id, to_agency_id)
    return terms_between([way], on).get(way)


def terms_between(ways: Iterable[tuple[int, int]], on: date) -> dict[tuple[int, int], AgreementTerms]:
    """The same for many pairs, sender first; those between which there are none are left out. One query."""
    wanted = set(ways)
    rows = Agreement.objects.filter(
        Q(until__isnull=True) | Q(until__gt=on), since__lte=on,
        from_agency_id__in={a for a, _ in wanted}, to_agency_id__in={b for _, b in wanted},
    ).order_by("since", "id")  # fmt: skip
    return {way: terms_of(one) for one in rows if (way := (one.from_agency_id, one.to_agency_id)) in wanted}


def terms_of(one: Agreement) -> AgreementTerms:
    """The terms of one agreement."""
    return AgreementTerms(
        one.reference, one.since, one.until, one.law, tuple(one.purposes),
        frozenset(AgreedData(kind) for kind in one.data), one.retention_days, one.onward,
    )  # fmt: skip


@transaction.atomic
def set_agreement(
    from_agency: Agency,
    to_agency: Agency,
    reference: str,
    actor: Actor,
    *,
    since: date | None = None,
    until: date | None = None,
    bounds: Bounds | None = None,
) -> Agreement:
    """Let one agency hand reports to another. An agreement between them without an end is replaced by this one.

    Parameters
    ----------
    since, until
        the first day in force (left out: today), and the first day no longer in force (left out: no end is set).
    bounds
        law, purposes, kinds of data, retention; left out: metadata alone, for what the two agencies are for.

    Raises
    ------
    InvalidInputError
        for an agency with itself, no reference, an end before the start, or bounds that are none.
    """
    since, bounds = since or now().date(), bounds or Bounds()
    check_terms(from_agency, to_agency, reference, since, until, bounds)
    open_one = Agreement.objects.select_for_update().filter(
        from_agency=from_agency, to_agency=to_agency, until__isnull=True
    )
    for before in open_one:
        before.until = max(since, before.since)
        before.save(update_fields=["until"])
    made = Agreement.objects.create(
        from_agency=from_agency, to_agency=to_agency, reference=reference.strip(), since=since, until=until,
        set_by=actor.label, law=bounds.law.strip(), purposes=[one.strip() for one in bounds.purposes],
        data=sorted(bounds.data), retention_days=bounds.retention_days, onward=bounds.onward,
    )  # fmt: skip
    detail = {
        "to": to_agency.code, "since": str(since), "until": None if until is None else str(until),
        "data": sorted(bounds.data), "onward": bounds.onward,
    }  # fmt: skip
    record(actor, [Act("agency.agreement_set", "agency", from_agency.pk, detail)])
    return made


def check_terms(
    from_agency: Agency, to_agency: Agency, reference: str, since: date, until: date | None, bounds: Bounds
) -> None:
    """Whether these can be the terms of an agreement. Raises as `set_agreement`."""
    if from_agency.pk == to_agency.pk:
        raise InvalidInputError(f"{from_agency.code} needs no agreement with itself")
    if not reference.strip() or len(reference) > REFERENCE_LENGTH:
        raise InvalidInputError(f"say in 1 to {REFERENCE_LENGTH} characters what the agreement is: number, date, order")
    if until is not None and until < since:
        raise InvalidInputError(f"the agreement would end on {until} before it begins on {since}")
    _check_bounds(bounds)


def _check_bounds(bounds: Bounds) -> None:
    if len(bounds.law) > REFERENCE_LENGTH:
        raise InvalidInputError(f"name the law in at most {REFERENCE_LENGTH} characters")
    if len(bounds.purposes) > MOST_PURPOSES or not all(0 < len(p.strip()) <= PURPOSE_LENGTH for p in bounds.purposes):
        raise InvalidInputError(f"give at most {MOST_PURPOSES} purposes, each of 1 to {PURPOSE_LENGTH} characters")
    if not bounds.data or (unknown := sorted(bounds.data - set(AgreedData.values))):
        said = f"{unknown[0]!r} is no kind of data: " if bounds.data else ""
        raise InvalidInputError(f"{said}an agreement lets travel one or more of {', '.join(AgreedData.values)}")
    if AgreedData.METADATA not in bounds.data:
        raise InvalidInputError("what travels always has its record: an agreement names `metadata` among its data")
    if bounds.retention_days is not None and bounds.retention_days < 1:
        raise InvalidInputError("the days of retention are a whole number above 0")


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
