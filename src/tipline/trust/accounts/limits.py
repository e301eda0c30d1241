"""Limits on tries to sign in: in the database, so that they hold for all web processes and over a restart.

An address that was typed is counted whether it has an account or not, so that a lockout tells nobody which accounts exist.
A lockout ends by itself; tries meanwhile do not prolong it, or anybody could keep an officer out for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from tipline.core.clock import now
from tipline.core.errors import TiplineError
from tipline.trust.accounts.models import Tries, TriesKind, User

WINDOW = timedelta(minutes=15)  # tries older than this no longer count
LOCKOUT = timedelta(minutes=15)
# How many tries go wrong before everything is refused. A police station may share one address, so it may try more often.
MOST: dict[TriesKind, int] = {TriesKind.ACCOUNT: 10, TriesKind.ADDRESS: 60, TriesKind.FACTOR: 5}
# On a training range a hall of hundreds types codes from cards, all from one address; a code has 78 bits, and an account still 10 tries.
MOST_OF_A_HALL = 2_000


class TooManyTriesError(TiplineError):
    """The limit is reached. Says nothing of whether there is such an account."""

    def __init__(self, *, began: bool) -> None:
        super().__init__("Too many tries. Wait a quarter of an hour, or ask your administrator to unlock you")
        self.began = began


def take(kind: TriesKind, what: str) -> None:
    """Count one try before it is judged, so that of a hundred at once not all are judged.

    Raises
    ------
    TooManyTriesError
        when nothing may be tried for a while; its `began` is true for the try that started the lockout.
    """
    at, key = now(), _key(kind, what)
    with transaction.atomic():
        Tries.objects.bulk_create([Tries(kind=kind, key=key, count=0, since=at)], ignore_conflicts=True)
        tries = Tries.objects.select_for_update().get(kind=kind, key=key)
        locked = tries.locked_until is not None and tries.locked_until > at
        if not locked and (tries.locked_until is not None or tries.since < at - WINDOW):
            tries.count, tries.since, tries.locked_until = 0, at, None
        most = MOST_OF_A_HALL if settings.RANGE and kind == TriesKind.ADDRESS else MOST[kind]
        began = not locked and tries.count >= most
        if began:
            tries.locked_until = at + LOCKOUT
        if not locked:
            tries.count += 1
            tries.save()
    if locked or began:  # outside of the transaction, or the count would be rolled back
        raise TooManyTriesError(began=began)


def forgive(kind: TriesKind, what: str) -> None:
    """The try was right: it and those before it no longer count. Of a network address only the one does."""
    rows = Tries.objects.filter(kind=kind, key=_key(kind, what))
    if kind != TriesKind.ADDRESS:
        rows.delete()
        return
    with transaction.atomic():
        for tries in rows.select_for_update():
            tries.count = max(0, tries.count - 1)
            tries.save(update_fields=["count"])


def unlock(person: User) -> bool:
    """End a person's lockouts; whether there was one."""
    keys = [_key(TriesKind.ACCOUNT, person.email), _key(TriesKind.FACTOR, str(person.pk))]
    return bool(Tries.objects.filter(key__in=keys).delete()[0])


def locked_until(people: Iterable[User]) -> dict[int, datetime]:
    """Of these people those that are locked out, and until when. One query."""
    keys = {
        _key(kind, what): p.pk
        for p in people
        for kind, what in ((TriesKind.ACCOUNT, p.email), (TriesKind.FACTOR, str(p.pk)))
    }
    ends: dict[int, datetime] = {}
    for key, until in Tries.objects.filter(key__in=keys, locked_until__gt=now()).values_list("key", "locked_until"):
        if until is not None:
            ends[keys[key]] = max(until, ends.get(keys[key], until))
    return ends


def forget_old() -> int:
    """Remove what no longer counts."""
    old = Tries.objects.filter(since__lt=now() - WINDOW - LOCKOUT).exclude(locked_until__gt=now())
    return old.delete()[0]


def _key(kind: TriesKind, what: str) -> str:
    return salted_hmac("tipline.tries", f"{kind.value}:{what.lower()}", algorithm="sha256").hexdigest()
