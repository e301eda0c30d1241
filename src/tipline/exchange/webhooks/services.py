"""Subscriptions of an agency, for its administrators. Each function is one transaction with its entry of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.exchange.webhooks.events import EVENTS, TEST
from tipline.exchange.webhooks.models import Delivery, Subscription
from tipline.exchange.webhooks.sending import read_url
from tipline.exchange.webhooks.signing import make_secret
from tipline.trust.accounts.encryption import encrypt
from tipline.trust.accounts.models import User
from tipline.trust.audit.models import Leaf
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may

MOST_OF_AN_AGENCY = 10
KEPT = timedelta(days=30)  # what was told, so that it can be told again
OVERLAP = timedelta(hours=24)  # for how long the secret before signs too, so that a program can change to the new one


@dataclass(frozen=True, slots=True)
class Made:
    """A subscription just made: the only time that its secret is at hand."""

    subscription: Subscription
    secret: str


def _allowed(person: User) -> None:
    if not may(person, Can.MANAGE_WEBHOOKS):
        raise NotPermittedError("webhooks are the business of administrators")


def subscriptions_of(person: User) -> QuerySet[Subscription]:
    """Those of the administrator's agency that were not ended, with `waiting`: how many events wait to be told.

    Raises
    ------
    NotPermittedError
        when the person is no administrator.
    """
    _allowed(person)
    waiting = Count("deliveries", filter=Q(deliveries__delivered_at__isnull=True))
    return (
        Subscription.objects.filter(agency_id=person.agency_id, ended_at=None)
        .select_related("created_by")
        .annotate(waiting=waiting)
        .order_by("id")
    )


def subscription_of(person: User, pk: int) -> Subscription:
    """One of them.

    Raises
    ------
    NotFoundError
        when there is none, or it is another agency's.
    """
    found = subscriptions_of(person).filter(pk=pk).first()
    if found is None:
        raise NotFoundError(f"there is no webhook {pk}")
    return found


def failing(person: User) -> QuerySet[Subscription]:
    """Those of the person's agency that were switched off since they failed: what an administrator is alerted of."""
    return Subscription.objects.filter(agency_id=person.agency_id, ended_at=None, disabled_at__isnull=False)


@transaction.atomic
def subscribe(person: User, url: str, events: Iterable[str]) -> Made:
    """Tell an address of events from now on. The secret is in the answer, and nowhere else in the clear.

    Raises
    ------
    InvalidInputError
        for an address that may not be told, or an event that does not exist.
    ConflictError
        when the agency has too many.
    """
    _allowed(person)
    wanted = sorted(set(events))
    if not wanted or not set(wanted) <= set(EVENTS):
        raise InvalidInputError("events: choose at least one of the list")
    address = read_url(url)
    User.objects.select_for_update().get(pk=person.pk)
    if Subscription.objects.filter(agency_id=person.agency_id, ended_at=None).count() >= MOST_OF_AN_AGENCY:
        raise ConflictError(f"there are {MOST_OF_AN_AGENCY} webhooks already: end one first")
    secret = make_secret()
    newest = Leaf.objects.aggregate(newest=Max("index"))["newest"]
    made = Subscription.objects.create(
        agency_id=person.agency_id, url=address, events=wanted, secret=encrypt(secret),
        up_to=-1 if newest is None else newest, created_by=person, created_at=now(),
    )  # fmt: skip
    record(person.actor, [Act("webhook.added", "webhook", made.pk, {"events": wanted})])
    return Made(made, secret)


@transaction.atomic
def rotate(person: User, pk: int) -> Made:
    """Give a webhook a new secret. For a day messages are signed with the one before too; one still older signs nothing from now on."""
    found = Subscription.objects.select_for_update().get(pk=subscription_of(person, pk).pk)
    secret = make_secret()
    found.old_secret, found.old_secret_until = found.secret, now() + OVERLAP
    found.secret = encrypt(secret)
    found.save(update_fields=["secret", "old_secret", "old_secret_until"])
    record(person.actor, [Act("webhook.secret_rotated", "webhook", found.pk)])
    return Made(found, secret)


@transaction.atomic
def end(person: User, pk: int) -> None:
    """Tell an address nothing more. What waited is forgotten."""
    found = subscription_of(person, pk)
    Subscription.objects.filter(pk=found.pk).update(ended_at=now(), active=False, secret="", old_secret="")
    Delivery.objects.filter(subscription_id=found.pk).delete()
    record(person.actor, [Act("webhook.ended", "webhook", found.pk)])


@transaction.atomic
def test(person: User, pk: int) -> None:
    """Have a test told, within a minute or so, also to one that is switched off."""
    found = subscription_of(person, pk)
    at = now()
    Delivery.objects.create(
        subscription_id=found.pk, kind=TEST, object_type="webhook", object_id=str(found.pk), at=at, next_at=at
    )
    record(person.actor, [Act("webhook.tested", "webhook", found.pk)])


@transaction.atomic
def replay(person: User, pk: int, since: datetime | None = None) -> int:
    """Switch it on, and tell what it missed now; with `since` also what it was told already and happened after that.

    Returns how many events wait. The log is read on from where it was left, so that nothing between is missing.
    """
    found = subscription_of(person, pk)
    if since is not None and not now() - KEPT <= since <= now():
        raise InvalidInputError(f"since: a moment within the last {KEPT.days} days")
    Subscription.objects.filter(pk=found.pk).update(active=True, disabled_at=None, failing_since=None, last_error="")
    rows = Delivery.objects.filter(subscription_id=found.pk)
    if since is not None:
        rows.filter(at__gte=since).update(delivered_at=None)
    waiting = rows.filter(delivered_at=None).update(attempts=0, next_at=now())
    record(person.actor, [Act("webhook.replayed", "webhook", found.pk, {"events": waiting})])
    return waiting


@transaction.atomic
def replay_one(person: User, pk: int, delivery_id: int) -> None:
    """Tell one event again, or at once if it waits.

    Raises
    ------
    NotFoundError
        when this webhook has none of that number.
    ConflictError
        when the webhook is switched off: it is told what it missed first.
    """
    found = subscription_of(person, pk)
    if not found.active:
        raise ConflictError("the webhook is switched off: have it told what it missed, which switches it on")
    told = Delivery.objects.filter(pk=delivery_id, subscription_id=found.pk)
    if not told.update(delivered_at=None, attempts=0, next_at=now()):
        raise NotFoundError(f"webhook {pk} has no delivery {delivery_id}")
    record(person.actor, [Act("webhook.replayed", "webhook", found.pk, {"events": 1, "delivery": delivery_id})])
