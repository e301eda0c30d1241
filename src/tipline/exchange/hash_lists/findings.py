"""What people say that files are. Each function is one transaction with its entry of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.sql import insert
from tipline.exchange.hash_lists.models import Finding, FoundHash, HashList
from tipline.reports.hashes.words import category_named, read_value
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may

LONGEST_REASON = 300
MOST_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where the hashes lay, for the log alone: `report`, `exhibit` or `file`, and its number or name."""

    kind: str
    id: str


def allowed(person: User) -> None:
    """Refuse whoever finds nothing.

    Raises
    ------
    NotPermittedError
        when the role does not include it.
    """
    if not may(person, Can.FIND_HASHES):
        raise NotPermittedError("what a file is, is said by people who work with reports")


def findings_of(person: User) -> QuerySet[Finding]:
    """The agency's findings, the newest first, with how many hashes each has and the first of them.

    Raises
    ------
    NotPermittedError
        as `allowed`.
    """
    allowed(person)
    return (
        Finding.objects.filter(agency_id=person.agency_id)
        .select_related("person", "withdrawn_by", "hash_list")
        .annotate(hash_count=Count("hashes"))
        .order_by("-id")
    )


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInputError(f"reason: say in 1 to {LONGEST_REASON} characters on what it rests")
    return reason


@transaction.atomic
def find(
    person: User, hashes: Iterable[tuple[str, str]], category: str, reason: str, source: Source, *, hash_list: str = ""
) -> Finding:
    """Say what a file is, by its hashes.

    Parameters
    ----------
    hashes
        kind and value.
    hash_list
        the name of a list that is made by hand; empty: for whatever list takes this category.

    Raises
    ------
    InvalidInputError
        for a category, hash or reason that is none.
    NotFoundError
        for a list that the agency does not have.
    """
    allowed(person)
    found = sorted({(algorithm, read_value(algorithm, value)) for algorithm, value in hashes})
    if not 1 <= len(found) <= MOST_AT_ONCE:
        raise InvalidInputError(f"hashes: 1 to {MOST_AT_ONCE} at once")
    named = None
    if hash_list:
        named = HashList.objects.filter(agency_id=person.agency_id, name=hash_list, ended_at=None).first()
        if named is None:
            raise NotFoundError(f"the agency has no list {hash_list[:40]!r}")
        if not named.by_hand:
            raise InvalidInputError(f"list: {named.name} takes all findings of its categories; name none for it")
    made = Finding.objects.create(
        agency_id=person.agency_id, person=person, category=category_named(category).name, reason=_reason(reason),
        hash_list=named, at=now(),
    )  # fmt: skip
    insert(
        "hash_lists_foundhash", {"finding_id": "bigint", "algorithm": "text", "value": "text"},
        [(made.pk, algorithm, value) for algorithm, value in found],
    )  # fmt: skip
    detail = {"category": made.category, "hashes": len(found), source.kind: source.id}
    record(person.actor, [Act("hash.found", "finding", made.pk, detail)])
    return made


@transaction.atomic
def withdraw(person: User, number: int, why: str) -> Finding:
    """Take a finding back: the person who made it, or whoever publishes the agency's lists. What rested on it goes with the next edition.

    Raises
    ------
    NotFoundError
        when the agency has no such finding.
    NotPermittedError
        when it is another person's.
    ConflictError
        when it is withdrawn.
    """
    allowed(person)
    mine = Finding.objects.select_for_update().filter(agency_id=person.agency_id)
    found = mine.filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        raise NotFoundError(f"there is no finding {number}")
    if found.person_id != person.pk and not may(person, Can.PUBLISH_HASHES):
        raise NotPermittedError("a finding is withdrawn by the person who made it, or by a supervisor")
    if found.withdrawn_at is not None:
        raise ConflictError("it is withdrawn already")
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_why = now(), person, _reason(why)
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    record(person.actor, [Act("hash.finding_withdrawn", "finding", found.pk, {"category": found.category})])
    return found


def standing_on(person: User, hashes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Finding]]:
    """What people of the agency found of these hashes and still say, the newest first. One query; none without hashes."""
    wanted = list({(algorithm, value) for algorithm, value in hashes if value})
    if not wanted or not may(person, Can.FIND_HASHES):
        return {}
    of: dict[tuple[str, str], list[Finding]] = {}
    rows = (
        FoundHash.objects.filter(
            value__in=[value for _, value in wanted], finding__agency_id=person.agency_id, finding__withdrawn_at=None
        )
        .select_related("finding__person")
        .order_by("-finding_id")
    )
    for row in rows:
        of.setdefault((row.algorithm, row.value), []).append(row.finding)
    return of
