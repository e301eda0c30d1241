"""Lists of an agency: their rules, and who may read them. Each function is one transaction with its entry of the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.exchange.hash_lists.access import key_of, make_secret
from tipline.exchange.hash_lists.findings import allowed
from tipline.exchange.hash_lists.models import Edition, HashList, Subscriber
from tipline.exchange.hash_lists.publishing import publish
from tipline.exchange.parties.services import peer_named
from tipline.reports.hashes.words import ALGORITHMS, LISTED
from tipline.trust.accounts.models import Reporter, ReporterKind, User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_NAME = 40
MOST_OF_AN_AGENCY = 20
MOST_SUBSCRIBERS = 200
DEFAULT_DAYS, MOST_DAYS = 365, 730
MOST_NEEDED = 5


def refuse_who_publishes_none(person: User) -> None:
    """Refuse whoever publishes no lists.

    Raises
    ------
    NotPermittedError
        when the role does not include it.
    """
    if not may(person, Can.PUBLISH_HASHES):
        raise NotPermittedError("lists are the business of supervisors")


def lists_of(person: User) -> QuerySet[HashList]:
    """Lists of the agency that were not ended, with the number of those who may read each and when one last did.

    Raises
    ------
    NotPermittedError
        when the person has no use for them.
    """
    allowed(person)
    return _counted(HashList.objects.filter(agency_id=person.agency_id))


def lists_in(scope: Scope) -> QuerySet[HashList]:
    """As `lists_of`, of the agencies whose reports somebody sees; for the operator all."""
    every = HashList.objects.all()
    return _counted(every if scope.everything else every.filter(agency_id__in=scope.agency_ids))


def _counted(found: QuerySet[HashList]) -> QuerySet[HashList]:
    live = Q(subscribers__ended_at=None)
    return (
        found.filter(ended_at=None)
        .select_related("agency")
        .annotate(
            subscriber_count=Count("subscribers", filter=live), last_read=Max("subscribers__last_read_at", filter=live)
        )
        .order_by("name")
    )


def list_of(person: User, which: int | str) -> HashList:
    """One of them, by number or name.

    Raises
    ------
    NotFoundError
        when there is none, or it is another agency's.
    """
    found = lists_of(person)
    found = found.filter(name=which) if isinstance(which, str) else found.filter(pk=which)
    one = found.first() if isinstance(which, str) or which < 2**63 else None
    if one is None:
        raise NotFoundError(f"there is no list {which}")
    return one


def with_newest(found: QuerySet[HashList]) -> list[tuple[HashList, Edition | None]]:
    """Lists, each with what is published of it now. Two queries."""
    rows = list(found)
    heads = Edition.objects.filter(hash_list__in=rows).order_by("hash_list_id", "-number").distinct("hash_list_id")
    newest = {edition.hash_list_id: edition for edition in heads}
    return [(one, newest.get(one.pk)) for one in rows]


def list_to_publish(person: User, which: int | str) -> HashList:
    """One of them, for whoever publishes it or hands it out as a file.

    Raises
    ------
    NotPermittedError
        when the person publishes none.
    """
    refuse_who_publishes_none(person)
    return list_of(person, which)


def publish_by(person: User, which: int | str) -> Edition | None:
    """Have a person publish the next edition; None when nothing changed."""
    return publish(list_to_publish(person, which), person.actor)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a new list is to be."""

    name: str
    title: str
    categories: Sequence[str]
    algorithms: Sequence[str] = ()
    needs: int = 2
    by_hand: bool = False
    automatic: bool = False


@transaction.atomic
def add_list(person: User, rules: Rules) -> HashList:
    """Begin a list. Nothing is handed out before its first edition is published.

    Raises
    ------
    InvalidInputError
        for a rule that is none; the error begins with its field.
    ConflictError
        when the agency has a list of that name, or too many.
    """
    refuse_who_publishes_none(person)
    if not _NAME.fullmatch(rules.name) or len(rules.name) > LONGEST_NAME:
        raise InvalidInputError(f"name: small letters, digits and single hyphens, {LONGEST_NAME} at most")
    title = rules.title.strip()
    if not title or len(title) > 200 or not title.isprintable():
        raise InvalidInputError("title: 1 to 200 characters that say what the list is")
    _among("categories", rules.categories, LISTED)
    _among("algorithms", rules.algorithms, ALGORITHMS)
    if not rules.categories:
        raise InvalidInputError("categories: choose at least one")
    if not 1 <= rules.needs <= MOST_NEEDED:
        raise InvalidInputError(f"needs: 1 to {MOST_NEEDED} people")
    User.objects.select_for_update().get(pk=person.pk)
    mine = HashList.objects.filter(agency_id=person.agency_id)
    if mine.filter(name=rules.name).exists():
        raise ConflictError("name: the agency has, or had, a list of this name")
    if mine.filter(ended_at=None).count() >= MOST_OF_AN_AGENCY:
        raise ConflictError(f"there are {MOST_OF_AN_AGENCY} lists already: end one first")
    made = HashList.objects.create(
        agency_id=person.agency_id, name=rules.name, title=title, categories=sorted(set(rules.categories)),
        algorithms=sorted(set(rules.algorithms)), needs=rules.needs, by_hand=rules.by_hand, automatic=rules.automatic,
        created_by=person, created_at=now(),
    )  # fmt: skip
    detail = {"name": made.name, "categories": made.categories, "needs": made.needs, "automatic": made.automatic}
    record(person.actor, [Act("hash_list.added", "hash_list", made.pk, detail)])
    return made


def _among(field: str, given: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise InvalidInputError(f"{field}: {unknown[0][:40]!r} is none; there are {', '.join(known)}")


@transaction.atomic
def end_list(person: User, which: int | str) -> HashList:
    """Hand out nothing more of a list. Subscribers' keys end with it."""
    found = list_to_publish(person, which)
    at = now()
    HashList.objects.filter(pk=found.pk).update(ended_at=at)
    ended = Subscriber.objects.filter(hash_list_id=found.pk, ended_at=None).update(ended_at=at)
    record(person.actor, [Act("hash_list.ended", "hash_list", found.pk, {"subscribers": ended})])
    return found


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscriber just made: the only time that its key is at hand."""

    subscriber: Subscriber
    key: str


def subscribers_of(hash_list: HashList) -> QuerySet[Subscriber]:
    """Who may read it, the newest first; those whose key ran out too, until they are ended."""
    return hash_list.subscribers.filter(ended_at=None).select_related("provider", "peer", "created_by").order_by("-id")


@transaction.atomic
def subscribe(
    person: User, which: int | str, name: str, *, provider: str = "", peer: str = "", days: int = DEFAULT_DAYS
) -> Subscribed:
    """Let somebody read a list, with a key that is in the answer and nowhere else.

    Parameters
    ----------
    provider, peer
        the user name of a provider, or the name of a peer, that it is; at most one of the two. It then ends when the provider is switched
        off or the peer is no longer active.

    Raises
    ------
    InvalidInputError
        for a name or a time that is none.
    NotFoundError
        for a provider or peer that is not there.
    """
    found = list_to_publish(person, which)
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise InvalidInputError("name: 1 to 200 characters that say who it is")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInputError(f"days: 1 to {MOST_DAYS}; a key always ends")
    if provider and peer:
        raise InvalidInputError("provider: it is a provider or a peer, not both")
    reporter = (
        Reporter.objects.filter(username=provider, kind=ReporterKind.PROVIDER, active=True).first()
        if provider
        else None
    )
    if provider and reporter is None:
        raise NotFoundError(f"provider: there is no active provider {provider[:60]!r}")
    HashList.objects.select_for_update().get(pk=found.pk)
    if subscribers_of(found).count() >= MOST_SUBSCRIBERS:
        raise ConflictError(f"{MOST_SUBSCRIBERS} may read it already: end one first")
    secret, digest = make_secret()
    at = now()
    made = Subscriber.objects.create(
        hash_list_id=found.pk, name=name, provider=reporter, peer=peer_named(peer) if peer else None, key_hash=digest,
        created_by=person, created_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    detail = {"subscriber": made.pk, "days": days, "provider": provider[:60], "peer": peer[:60]}
    record(person.actor, [Act("hash_list.subscribed", "hash_list", found.pk, detail)])
    return Subscribed(made, key_of(made.pk, secret))


@transaction.atomic
def unsubscribe(person: User, which: int | str, number: int) -> Subscriber:
    """End a subscriber's key at once.

    Raises
    ------
    NotFoundError
        when the list has no such subscriber.
    """
    found = list_to_publish(person, which)
    one = subscribers_of(found).filter(pk=number).first() if 0 < number < 2**63 else None
    if one is None:
        raise NotFoundError(f"list {found.name} has no subscriber {number}")
    Subscriber.objects.filter(pk=one.pk).update(ended_at=now())
    record(person.actor, [Act("hash_list.unsubscribed", "hash_list", found.pk, {"subscriber": one.pk})])
    return one
