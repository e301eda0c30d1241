"""API tokens: `tipline_`, thirty random characters, and a checksum of six.

The thirty characters of base62 are 178 bits of chance. A slow hash protects what people can remember and others can guess;
nobody guesses 178 bits, so SHA-256 is enough, and a request costs microseconds. The token is found by its hash through
an index, so no comparison in our code takes longer for a better guess.

The prefix and the checksum (CRC-32 of everything before it, as GitHub does it) let scanners find a token that was committed
somewhere, and let us tell a typing mistake from a guess without asking the database.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Func

from tipline.core.addresses import neighbourhood, read_networks, within
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, TiplineError
from tipline.core.limits import Buckets
from tipline.trust.accounts.models import ApiToken, TokenScope, User
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import token_scopes_of

PREFIX = "tipline_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM = 30
_CHECKSUM = 6
_LENGTH = len(PREFIX) + _RANDOM + _CHECKSUM

DEFAULT_DAYS = 90
MOST_DAYS = 365
MOST_TOKENS = 20  # of one person, that still work
MOST_NETWORKS = 20
MOST_ADDRESSES = 20  # that a token remembers
USED_EVERY = timedelta(minutes=1)

# Wrong tokens of one address: a mistake in a script is a few, a search is many.
_wrong = Buckets(per_second=0.2, burst=10)
# Refusals that are written to the log: one a minute of each token, and of everybody who has none a few altogether.
_noted = Buckets(per_second=1 / 60, burst=1)
_noted_unknown = Buckets(per_second=1 / 60, burst=5)


class TokenRefusedError(TiplineError):
    """This token opens nothing: mistyped, unknown, ended, revoked, or not from here. To whoever sent it these look the same."""


class TooManyAttemptsError(TiplineError):
    """Too many wrong tokens from one address. `seconds`: when to try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many wrong tokens from this address; wait and try again")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made: the only time that its text is at hand."""

    token: ApiToken
    text: str


def _base62(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), _CHECKSUM)


def _make_text() -> str:
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return body + _checksum(body)


def well_formed(text: str) -> bool:
    """Whether a text has the form of a token and its checksum is right."""
    if len(text) != _LENGTH or not text.startswith(PREFIX) or not (text.isascii() and text[len(PREFIX) :].isalnum()):
        return False
    return text[-_CHECKSUM:] == _checksum(text[:-_CHECKSUM])


def hash_of(text: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def add_token(
    person: User,
    name: str,
    scopes: Iterable[str],
    actor: Actor,
    *,
    days: int = DEFAULT_DAYS,
    networks: Sequence[str] = (),
) -> NewToken:
    """Make a token for a person. Its text is in the answer, and nowhere else.

    Raises
    ------
    InvalidInputError
        for no name, no scope, one that does not exist, an end too far off, or a network that is none.
    NotPermittedError
        for a scope that the person's role does not include.
    ConflictError
        when the person has too many already.
    """
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise InvalidInputError("name: 1 to 100 characters that say what the token is for")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInputError(f"days: 1 to {MOST_DAYS}; a token always ends")
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in TokenScope.values]
    if unknown or not wanted:
        what = f"{unknown[0]!r} is none" if unknown else "choose at least one"
        raise InvalidInputError(f"scopes: {what}; there are {', '.join(TokenScope.values)}")
    beyond = [scope for scope in wanted if scope not in token_scopes_of(person)]
    if beyond:
        raise NotPermittedError(f"scopes: the role {person.role} does not include {', '.join(beyond)}")
    User.objects.select_for_update().get(pk=person.pk)
    if person.tokens.filter(revoked_at__isnull=True, expires_at__gt=now()).count() >= MOST_TOKENS:
        raise ConflictError(f"there are {MOST_TOKENS} tokens already: revoke one that is no longer used")
    text = _make_text()
    token = ApiToken.objects.create(
        person=person, name=name, token_hash=hash_of(text), scopes=wanted, networks=read_networks(networks, MOST_NETWORKS),
        expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    detail = {"person": person.pk, "scopes": wanted, "days": days, "networks": token.networks}
    record(actor, [Act("token.created", "token", token.pk, detail)])
    return NewToken(token, text)


@transaction.atomic
def revoke_token(token_id: int, actor: Actor, *, of: User | None = None) -> ApiToken:
    """End a token at once. `of`: only if it is this person's.

    Raises
    ------
    NotFoundError
        when there is none, or it is somebody else's.
    """
    tokens = (
        ApiToken.objects.select_for_update().filter(pk=token_id) if 0 < token_id < 2**63 else ApiToken.objects.none()
    )
    token = (tokens if of is None else tokens.filter(person=of)).first()
    if token is None:
        raise NotFoundError(f"there is no token {token_id}")
    if token.revoked_at is None:
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        record(actor, [Act("token.revoked", "token", token.pk, {"person": token.person_id})])
    return token


def tokens_of(person: User) -> list[ApiToken]:
    """A person's tokens, the newest first; those that ended are kept."""
    return list(person.tokens.order_by("-id")[:200])


def take_token(text: str, address: str) -> ApiToken:
    """The token that a request carries, with its person, the agency and what it oversees. One query; now and then a write.

    Parameters
    ----------
    address
        where the request came from (`core.clients.client_address`).

    Raises
    ------
    TokenRefusedError
        when it opens nothing.
    TooManyAttemptsError
        when too many wrong ones came from this address; right ones still work.
    """
    token = _find(text) if well_formed(text) else None
    refused = "unknown" if token is None else _refusal(token, address)
    if token is None or refused:
        place = neighbourhood(address)
        _note_refusal(token, refused, address)
        seconds = _wrong.take(place)
        if seconds:
            raise TooManyAttemptsError(seconds)
        raise TokenRefusedError("the token is not valid: mistyped, ended, revoked, or not from this network")
    _note_use(token, neighbourhood(address))
    return token


def _find(text: str) -> ApiToken | None:
    overseen = Func(
        F("person__agency_id"), function="tipline_overseen", output_field=ArrayField(models.BigIntegerField())
    )
    token = (
        ApiToken.objects.select_related("person__agency")
        .annotate(overseen=overseen)
        .filter(token_hash=hash_of(text))
        .first()
    )
    if token is not None:
        token.person.__dict__["overseen"] = token.overseen  # as a session's person comes (accounts/backend.py)
    return token


def _refusal(token: ApiToken, address: str) -> str:
    """Why a token that exists opens nothing, for the log; empty when it does."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at <= now():
        return "expired"
    if not token.person.is_active:
        return "person inactive"
    if token.networks and not within(address, token.networks):
        return "network"
    return ""


def _note_refusal(token: ApiToken | None, why: str, address: str) -> None:
    if token is None:
        if not _noted_unknown.take("everybody"):
            record(
                Actor(ActorKind.SYSTEM, None, "api"), [Act("token.refused", "token", "unknown", {"address": address})]
            )
    elif not _noted.take(token.pk):
        record(token.person.actor, [Act("token.refused", "token", token.pk, {"why": why, "address": address})])


def _note_use(token: ApiToken, place: str) -> None:
    """Remember when and from where, at most once a minute; a place that is new is an entry of the log."""
    at = now()
    new = bool(place) and place not in token.addresses
    if not new and token.last_used_at is not None and at - token.last_used_at < USED_EVERY:
        return
    with transaction.atomic():
        places = [*token.addresses, place][-MOST_ADDRESSES:] if new else token.addresses
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at, addresses=places)
        if new:
            record(token.person.actor, [Act("token.new_address", "token", token.pk, {"address": place})])


def forget_all() -> None:
    """Fill every bucket of this module (tests)."""
    for buckets in (_wrong, _noted, _noted_unknown):
        buckets.forget_all()
