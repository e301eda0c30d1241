"""Keys of subscribers: `NUMBER|SECRET`, the form in which clients of ThreatExchange carry their application's number with its secret.

The secret is 256 bits of chance, so its SHA-256 is kept and nobody guesses it (see `trust.accounts.tokens`).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from django.db.models import Q

from tipline.core.addresses import neighbourhood
from tipline.core.clock import now
from tipline.core.limits import Buckets
from tipline.exchange.hash_lists.models import Subscriber
from tipline.exchange.parties.models import PeerState
from tipline.trust.accounts.tokens import TokenRefusedError, TooManyAttemptsError

# Clients of ThreatExchange want eight digits; agencies, which own descriptors, have smaller numbers.
_FIRST = 10_000_000
_KEY = re.compile(r"([0-9]{8,18})\|([A-Za-z0-9_-]{43})")
_READ_EVERY = timedelta(minutes=1)

_wrong = Buckets(per_second=0.2, burst=10)


def make_secret() -> tuple[str, str]:
    """A new secret, and what is kept of it."""
    secret = secrets.token_urlsafe(32)
    return secret, _digest(secret)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def number_of(subscriber_id: int) -> int:
    """The number that a subscriber's key begins with."""
    return _FIRST + subscriber_id


def key_of(subscriber_id: int, secret: str) -> str:
    """The key as the subscriber gets it."""
    return f"{number_of(subscriber_id)}|{secret}"


def take_key(text: str, address: str) -> Subscriber:
    """The subscriber whose key it is, with its list and the list's agency.

    Parameters
    ----------
    address
        where the request came from.

    Raises
    ------
    TokenRefusedError
        when it opens nothing: mistyped, ended, run out, of a list that ended, of a provider or peer that is no longer taken.
    TooManyAttemptsError
        when too many wrong ones came from there.
    """
    shaped = _KEY.fullmatch(text)
    found = None
    if shaped is not None:
        found = (
            Subscriber.objects.filter(
                Q(provider=None) | Q(provider__active=True), Q(peer=None) | Q(peer__state=PeerState.ACTIVE),
                pk=int(shaped[1]) - _FIRST, key_hash=_digest(shaped[2]), ended_at=None, hash_list__ended_at=None,
                expires_at__gt=now(),
            )
            .select_related("hash_list__agency", "provider", "peer")
            .first()
        )  # fmt: skip
    if found is None:
        if seconds := _wrong.take(neighbourhood(address)):
            raise TooManyAttemptsError(seconds)
        raise TokenRefusedError("the key is not valid: mistyped, ended, or run out")
    return found


def note_read(subscriber: Subscriber, position: int) -> bool:
    """Keep that a subscriber has the list up to a position. Returns whether that is news: a minute, or further than before."""
    at = now()
    fresh = Subscriber.objects.filter(
        Q(last_read_at=None) | Q(last_read_at__lt=at - _READ_EVERY) | ~Q(last_read_to=position), pk=subscriber.pk
    )
    return fresh.update(last_read_at=at, last_read_to=position) > 0


def forget_all() -> None:
    """Fill every bucket of this module (tests)."""
    _wrong.forget_all()
