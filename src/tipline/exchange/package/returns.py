"""Returns: what became of handed-over reports, as a signed file, for where there is no wire.

A return carries the messages that wait for a peer, as the wire would (docs/reference/federation.md): states, progress, recalls, outcomes,
feedback, retention. Each has its number, and its effect once, whether it comes by wire, by one stick or by several. The answer goes back the
same way; what it does not settle is in the next return.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID, uuid4

from django.db import connection, transaction
from pydantic import AwareDatetime, Field, StringConstraints, ValidationError

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.core.keys import VerifyingKey, signing_key
from tipline.exchange.federation.inbox import take_batch
from tipline.exchange.federation.models import Delivery, Kind, Outgoing
from tipline.exchange.federation.sending import messages_of, settle, sift
from tipline.exchange.federation.trusting import keys_of, settle_keys
from tipline.exchange.federation.wire import Batch, Message, Status
from tipline.exchange.package.format import (
    AddresseeError,
    AlteredError,
    ExpiredError,
    NotAPackageError,
    PackageError,
    RecordError,
    ReplayedError,
    RevokedKeyError,
    UnknownSignerError,
)
from tipline.exchange.package.models import RefusedPackage, TakenReturn
from tipline.exchange.package.reading import CLOCKS_DIFFER
from tipline.exchange.package.statements import LARGEST, InvalidSignature, read_statement, write_statement
from tipline.exchange.parties.descriptor import DescribedKey
from tipline.exchange.parties.models import Peer
from tipline.exchange.parties.ourselves import our_keys, our_name
from tipline.exchange.parties.queries import believed_keys, exchanges_with, key_named
from tipline.exchange.parties.services import peer_named
from tipline.exchange.record.model import Part, Sha256, Text
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, acting

FORMAT, ANSWER_FORMAT = "tipline-package-return/1", "tipline-package-return-answer/1"
MOST = 5_000
# A stick is no call that somebody waits for.
_PATIENCE_SECONDS = 3600.0
_LOCK = 0x72657475  # advisory: one return at a time

_Uid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
_Keys = Annotated[tuple[DescribedKey, ...], Field(min_length=1, max_length=500)]


class _Head(Part):
    """What a return and its answer both say: which one, of when, from whom to whom, by which keys."""

    uid: _Uid
    made_at: AwareDatetime
    sender: Text
    receiver: Text
    keys: _Keys


class Return(_Head):
    """What is signed of a return."""

    format: Literal["tipline-package-return/1"] = "tipline-package-return/1"
    messages: tuple[Message, ...] = Field(min_length=1, max_length=MOST)


class ReturnAnswer(_Head):
    """What is signed of its answer. `digest`: SHA-256 of what was signed of the return."""

    format: Literal["tipline-package-return-answer/1"] = "tipline-package-return-answer/1"
    digest: Sha256
    answers: tuple[Status, ...] = Field(max_length=MOST)


@dataclass(frozen=True, slots=True)
class Made:
    """A return that was made."""

    uid: str
    digest: str
    messages: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """A return that is taken, and its answer. `again`: it was taken before, and the answer is the one of then."""

    uid: str
    peer: str
    messages: int
    answer: bytes
    again: bool


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def make_return(settings: Config, peer_name: str, by: Actor) -> Made:
    """Everything that waits to be told to a peer, but referrals: these go as packages.

    Raises
    ------
    NotFoundError
        when there is no such peer.
    ConflictError
        when nothing is exchanged with it, or nothing waits.
    """
    peer = peer_named(peer_name)
    if not exchanges_with(peer):
        raise ConflictError(f"nothing is exchanged with {peer.name}: it is {peer.get_state_display().lower()}")
    waiting = Outgoing.objects.filter(peer=peer, delivery=Delivery.WAITING).exclude(kind=Kind.REFERRAL).order_by("id")
    related = ("referral__to_agency", "referral__from_agency", "outcome__agency", "outcome__outcome", "judgement")
    rows = sift(list(waiting.select_related(*related)[:MOST]))
    if not rows:
        raise ConflictError(f"nothing waits to be told to {peer.name}")
    key = signing_key(settings)
    said = Return(
        uid=str(uuid4()), made_at=now(), sender=our_name(), receiver=peer.name, keys=our_keys(settings), messages=messages_of(rows)
    )  # fmt: skip
    body, text = write_statement(said, FORMAT, key)
    if len(body) > LARGEST:
        raise InvalidInputError(f"a return has at most {LARGEST:,} bytes")
    record(
        by,
        [
            Act(
                "package.return_made",
                "peer",
                peer.name,
                {"uid": said.uid, "digest": _digest(text), "messages": len(rows)},
            )
        ],
    )
    return Made(said.uid, _digest(text), len(rows), body)


def take_return(settings: Config, body: bytes, by: Actor) -> Taken:
    """Take a return in and give its answer; the same one again gives the same answer. A refusal is noted.

    Raises
    ------
    PackageError
        one of its classes, with its `code`.
    """
    try:
        with acting(OPERATOR):
            return _take(settings, body, by)
    except PackageError as error:
        _refuse(body, by, error)
        raise


def _refuse(body: bytes, by: Actor, error: PackageError) -> None:
    """Note that a return was not taken."""
    claimed = ""
    with suppress(PackageError):
        claimed = _read(body)[0].uid
    with acting(OPERATOR):
        RefusedPackage.objects.create(
            digest=hashlib.sha256(body).hexdigest(), code=error.code, message=str(error)[:500], uid=claimed, at=now(), by=by.label
        )  # fmt: skip
        record(by, [Act("package.refused", "package", claimed or "return", {"code": error.code})])


def _read(body: bytes) -> tuple[Return, VerifyingKey, str]:
    try:
        text, key = read_statement(body, FORMAT)
        return Return.model_validate_json(text), key, text
    except InvalidSignature as error:
        raise AlteredError("the signature of the return does not hold: it was altered") from error
    except (ValidationError, ValueError) as error:
        raise NotAPackageError("the file is no return") from error


def _take(settings: Config, body: bytes, by: Actor) -> Taken:
    said, key, text = _read(body)
    with connection.cursor() as cursor:  # the same one brought twice at once is taken once
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    peer = _sender(said, key)
    found = TakenReturn.objects.filter(uid=said.uid).first()
    if found is not None:
        if found.digest != _digest(text):
            raise ReplayedError(
                f"return {said.uid} was taken on {found.taken_at:%Y-%m-%d %H:%M} UTC with another content: this one is not it"
            )
        return Taken(said.uid, peer.name, found.messages, found.answer.encode(), again=True)
    if any(message.kind == "referral" for message in said.messages):
        raise RecordError("a return hands no reports over: these come as packages")
    settle_keys(peer, said.keys)
    batch = Batch.model_construct(version=1, versions=(1,), keys=said.keys, packages=(), messages=said.messages)
    answers = tuple(take_batch(peer, batch, seconds=_PATIENCE_SECONDS))
    at, signer = now(), signing_key(settings)
    answered = ReturnAnswer(
        uid=said.uid, made_at=at, sender=our_name(), receiver=peer.name, keys=our_keys(settings), digest=_digest(text), answers=answers
    )  # fmt: skip
    answer, _ = write_statement(answered, ANSWER_FORMAT, signer)
    TakenReturn.objects.create(
        uid=UUID(said.uid), digest=_digest(text), peer=peer, key=str(key), made_at=said.made_at, taken_at=at, taken_by=by.label,
        messages=len(answers), answer=answer.decode(),
    )  # fmt: skip
    counts = {state: sum(one.status == state for one in answers) for state in ("done", "refused", "later")}
    record(by, [Act("package.return_taken", "peer", peer.name, {"uid": said.uid, "digest": _digest(text), **counts})])
    return Taken(said.uid, peer.name, len(answers), answer, again=False)


def _sender(said: _Head, key: VerifyingKey) -> Peer:
    """Who signed, whom it is for, and when: as a package is asked."""
    peer = Peer.objects.filter(name=said.sender).first()
    if peer is None or not exchanges_with(peer):
        raise UnknownSignerError(f"no active peer {said.sender[:80]!r} is known here")
    known = key_named(str(key))
    if known is not None and known.revoked_at is not None:
        raise RevokedKeyError(
            f"it is signed by {key.name}, which was revoked on {known.revoked_at:%Y-%m-%d}: {known.revoked_why}"
        )
    believed = {*map(str, believed_keys(peer, said.made_at)), *keys_of(peer, said.keys)}
    if str(key) not in believed:
        raise UnknownSignerError(f"it is signed by {key.name}, which is no key of {peer.name} at that time")
    if said.receiver != our_name():
        raise AddresseeError(f"it is for {said.receiver[:80]}, not for this installation")
    if said.made_at > now() + CLOCKS_DIFFER:
        raise ExpiredError(
            f"it was made in the future, on {said.made_at:%Y-%m-%d %H:%M} UTC: see that both clocks are right"
        )
    return peer


@transaction.atomic
def take_answer(body: bytes, by: Actor) -> tuple[str, Mapping[str, int]]:
    """Take the answer to a return: what the other side took or refused is done with, the rest is told again. Twice changes nothing.

    Returns
    -------
    the peer, and how many messages were done, refused, and are told again.

    Raises
    ------
    PackageError
        one of its classes, when it is no answer, altered, not the peer's, or for another installation.
    """
    try:
        text, key = read_statement(body, ANSWER_FORMAT)
        said = ReturnAnswer.model_validate_json(text)
    except InvalidSignature as error:
        raise AlteredError("the signature of the answer does not hold: it was altered") from error
    except (ValidationError, ValueError) as error:
        raise NotAPackageError("the file is no answer to a return") from error
    peer = _sender(said, key)
    answers = {one.number: one for one in said.answers}
    waiting = Outgoing.objects.filter(peer=peer, delivery=Delivery.WAITING, pk__in=answers).exclude(kind=Kind.REFERRAL)
    rows = list(waiting.select_related("referral").order_by("id"))
    settle(peer, rows, answers)
    settle_keys(peer, said.keys)
    counts = {state: sum(answers[row.pk].status == state for row in rows) for state in ("done", "refused", "later")}
    record(by, [Act("package.return_answered", "peer", peer.name, {"uid": said.uid, **counts})])
    return peer.name, counts
