"""Sending what waits to a peer: in order, in batches, over one kept connection, and again until it is answered.

A peer that is away, slow or broken costs a bounded time and is tried again after longer and longer pauses. What may not travel, for want of
an agreement in force, waits with the reason and is looked at again; nothing that waits is ever dropped.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import httpx
import structlog
from django.db import transaction
from django.db.models import Q
from pydantic import ValidationError

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import InvalidInputError, NotPermittedError, TransientError
from tipline.core.keys import SigningKey, signing_key
from tipline.exchange.federation.filing import BY
from tipline.exchange.federation.models import Delivery, Kind, Link, Outgoing
from tipline.exchange.federation.payload import make
from tipline.exchange.federation.signing import Answer, Call, check_answer, sign_call
from tipline.exchange.federation.telling import may_go, told_outcome, told_use
from tipline.exchange.federation.trusting import keys_of, settle_keys
from tipline.exchange.federation.wire import (
    LARGEST_ANSWER_BYTES,
    MOST_MESSAGES,
    MOST_REFERRALS,
    PATH,
    VERSION,
    Answered,
    Batch,
    Message,
    Status,
)
from tipline.exchange.parties.descriptor import check_url
from tipline.exchange.parties.models import Peer, PeerState
from tipline.exchange.parties.ourselves import our_keys, our_name
from tipline.exchange.record.model import DataKind, uid
from tipline.exchange.record.models import HopOrigin
from tipline.referrals.models import LIVE
from tipline.trust.agencies.agreements import AgreementTerms, terms_in_force
from tipline.trust.audit.services import Act, record

log = structlog.get_logger(__name__)

TIMES = httpx.Timeout(connect=5, read=30, write=30, pool=5)
LONGEST_CALL_SECONDS = 60
LEASE = timedelta(seconds=90)
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 3600.0
_HELD_PAUSE = timedelta(seconds=60)
_NEEDED = (DataKind.METADATA,)


class LinkError(TransientError):
    """Why nothing could be told to a peer, as its page shows it."""

    def __init__(self, why: str, after_seconds: float | None = None) -> None:
        super().__init__(why)
        self.after_seconds = after_seconds


@contextmanager
def connection_to(peer: Peer) -> Iterator[httpx.Client]:
    """One kept connection to a peer, and to nothing else: no redirect is followed, no proxy of the environment asked."""
    check_url(peer.url)
    with httpx.Client(base_url=peer.url, timeout=TIMES, follow_redirects=False, trust_env=False) as client:
        yield client


def send_waiting(settings: Config, *, seconds: float = 20) -> int:
    """Send to every peer what is due. Returns how many messages were answered. A peer that another worker serves is passed by."""
    done = 0
    for peer in Peer.objects.filter(state=PeerState.ACTIVE).exclude(url="").order_by("name"):
        done += send_to(settings, peer, seconds=seconds)
    return done


def send_to(settings: Config, peer: Peer, *, seconds: float = 20) -> int:
    """Send to one peer what is due, for at most so long. Returns how many messages were answered."""
    if not _claim(peer):
        return 0
    done, until = 0, monotonic() + seconds
    error: LinkError | None = None
    try:
        with connection_to(peer) as client:
            while monotonic() < until:
                answered = _batch(settings, peer, client)
                if answered == 0:
                    break
                done += answered
                Link.objects.filter(peer=peer).update(
                    busy_until=now() + LEASE, last_success_at=now(), failures=0, error="", error_at=None
                )
    except LinkError as found:
        error = found
    except InvalidInputError as found:
        error = LinkError(str(found))
    finally:
        _release(peer, error)
    return done


def _claim(peer: Peer) -> bool:
    at = now()
    Link.objects.get_or_create(peer=peer)
    if not Outgoing.objects.filter(peer=peer, delivery=Delivery.WAITING, next_at__lte=at).exists():
        return False
    free = Q(busy_until__isnull=True) | Q(busy_until__lt=at)
    due = Q(next_at__isnull=True) | Q(next_at__lte=at)
    return bool(Link.objects.filter(free & due, peer=peer).update(busy_until=at + LEASE))


def _release(peer: Peer, error: LinkError | None) -> None:
    link = Link.objects.get(peer=peer)
    link.busy_until = None
    if error is None:
        link.next_at = None
    else:
        link.failures += 1
        link.error, link.error_at = str(error)[:300], now()
        link.next_at = now() + timedelta(seconds=pause_seconds(link.failures, error.after_seconds))
        log.warning("a peer was told nothing", peer=peer.name, failures=link.failures, why=link.error)
    link.save(update_fields=["busy_until", "next_at", "failures", "error", "error_at"])


def pause_seconds(failures: int, asked: float | None = None) -> float:
    """How long to wait after so many failures in a row: doubling up to an hour, scattered, and as long as the peer asks at least."""
    doubled = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * float(2 ** min(failures - 1, 20)))
    scattered = doubled * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
    return min(_LONGEST_PAUSE_SECONDS, max(scattered, asked or 0))


@dataclass(frozen=True, slots=True)
class _Lot:
    """What goes in one call."""

    rows: tuple[Outgoing, ...]
    messages: tuple[Message, ...]
    packages: tuple[bytes, ...]


def due_rows(peer: Peer, at: datetime, most: int = MOST_MESSAGES) -> list[Outgoing]:
    """What is due, oldest first; nothing of a report of which something earlier is not due yet."""
    return list(
        Outgoing.objects.raw(
            """
            SELECT o.* FROM federation_outgoing o
            WHERE o.peer_id = %s AND o.delivery = 'waiting' AND o.next_at <= %s
              AND NOT EXISTS (SELECT 1 FROM federation_outgoing e WHERE e.report_id = o.report_id AND e.peer_id = o.peer_id
                              AND e.id < o.id AND e.delivery = 'waiting' AND e.next_at > %s)
            ORDER BY o.id LIMIT %s
            """,
            [peer.pk, at, at, most],
        ).prefetch_related(
            "referral__to_agency", "referral__from_agency", "outcome__agency", "outcome__outcome", "judgement"
        )
    )


def _batch(settings: Config, peer: Peer, client: httpx.Client) -> int:
    """One call. Returns how many messages it settled, answered by the peer or not to be sent at all."""
    due = due_rows(peer, now())
    if not due:
        return 0
    found = may_go(due)
    for why, some in found.held.items():
        _hold(some, why)
    _end(found.silent, Delivery.DONE, "its word is for nobody outside")
    lot, settled = _lot(peer, found.going)
    settled += len(found.silent)
    if not lot.rows:
        return settled
    key = signing_key(settings)
    batch = Batch.model_construct(
        version=VERSION, keys=our_keys(settings), packages=lot.packages, messages=lot.messages
    )
    answers = _exchange(key, peer, client, _json(batch))
    _settle(peer, lot, answers)
    return settled + sum(1 for one in answers.values() if one.status != "later")


def _json(batch: Batch) -> bytes:
    return json.dumps(
        {
            "version": batch.version,
            "keys": [one.model_dump() for one in batch.keys],
            "packages": [base64.b64encode(one).decode("ascii") for one in batch.packages],
            "messages": [one.model_dump(mode="json") for one in batch.messages],
        },
        separators=(",", ":"),
    ).encode()


def _exchange(key: SigningKey, peer: Peer, client: httpx.Client, body: bytes) -> Mapping[int, Status]:
    """Call, and read the answer: no longer than it may be, for no longer than it may take, signed by the peer for this call.

    Raises
    ------
    LinkError
        saying what went wrong, in words for the page of the link.
    """
    call = Call("POST", f"{peer.url}{PATH}", {"Content-Type": "application/json"})
    nonce = sign_call(key, call, body, us=our_name(), them=peer.name)
    until = monotonic() + LONGEST_CALL_SECONDS
    read = b""
    try:
        with client.stream("POST", PATH, content=body, headers=dict(call.headers)) as response:
            for part in response.iter_raw():  # as they come: who drips is noticed by the clock
                read += part
                if len(read) > LARGEST_ANSWER_BYTES:
                    raise LinkError(f"{peer.name} answers with more than {LARGEST_ANSWER_BYTES} bytes")
                if monotonic() > until:
                    raise LinkError(f"{peer.name} took longer than {LONGEST_CALL_SECONDS} s to answer")
            status, headers = response.status_code, {name.lower(): value for name, value in response.headers.items()}
    except httpx.TimeoutException as error:
        raise LinkError(f"{peer.name} does not answer in time") from error
    except httpx.HTTPError as error:
        raise LinkError(f"{peer.name} cannot be reached: {type(error).__name__}: {str(error)[:150]}") from error
    if status != 200:
        raise LinkError(_words(peer, status, read), _asked(headers.get("retry-after", "")))
    return _read(peer, Answer(status, headers, call), read, nonce)


def _read(peer: Peer, answer: Answer, body: bytes, nonce: str) -> Mapping[int, Status]:
    try:
        found = Answered.model_validate_json(body)
    except ValidationError as error:
        raise LinkError(f"{peer.name} answers with something that is no answer") from error
    try:
        check_answer(keys_of(peer, found.keys), answer, body, nonce)
    except NotPermittedError as error:
        raise LinkError(f"the answer of {peer.name} is not believed: {error}") from error
    settle_keys(peer, found.keys)
    return {one.number: one for one in found.answers}


def _words(peer: Peer, status: int, body: bytes) -> str:
    detail = ""
    try:
        said = json.loads(body)
        detail = str(said.get("detail", ""))[:200] if isinstance(said, dict) else ""
    except ValueError:
        pass
    return f"{peer.name} answers {status}{': ' + detail if detail else ''}"


def _asked(text: str) -> float | None:
    return min(float(text), _LONGEST_PAUSE_SECONDS) if text.isdigit() and len(text) < 9 else None


def _lot(peer: Peer, rows: Sequence[Outgoing]) -> tuple[_Lot, int]:
    """What of these rows can go now, and how many were settled without a call."""
    going: list[tuple[Outgoing, int | None]] = []
    packages: list[bytes] = []
    settled = 0
    groups: dict[tuple[int, int], list[Outgoing]] = {}
    for row in rows:
        if row.kind == Kind.REFERRAL:
            groups.setdefault((row.referral.from_agency_id, row.referral.to_agency_id), []).append(row)
    stays: set[int] = set()  # reports of which something stays
    place: dict[int, int] = {}
    for group in groups.values():
        able, ended = _able(peer, group)
        settled += ended
        stays |= {row.report_id for row in group} - {row.report_id for row, _ in able}
        for start in range(0, len(able), MOST_REFERRALS):
            some = able[start : start + MOST_REFERRALS]
            packages.append(make([row.referral_id for row, _ in some], some[0][1], peer.name))
            place |= {row.pk: len(packages) - 1 for row, _ in some}
    for row in rows:
        if row.kind == Kind.REFERRAL and row.pk in place:
            going.append((row, place[row.pk]))
        elif row.kind != Kind.REFERRAL and row.report_id not in stays:
            going.append((row, None))
    hops = _hops(row for row, _ in going)
    messages = tuple(_message(row, hops[row.referral_id], package) for row, package in going)
    return _Lot(tuple(row for row, _ in going), messages, tuple(packages)), settled


def _able(peer: Peer, group: Sequence[Outgoing]) -> tuple[list[tuple[Outgoing, AgreementTerms]], int]:
    """Of referrals between two agencies: those that may travel now. The others wait with the reason, or have nothing to carry any more."""
    hop = group[0].referral
    gone = [row for row in group if row.referral.state not in LIVE]
    _end(gone, Delivery.DONE, "it had left that desk before it was sent")
    left = [row for row in group if row.referral.state in LIVE]
    terms = terms_in_force(hop.from_agency_id, hop.to_agency_id, now().date())
    names = f"{hop.from_agency.code} to {hop.to_agency.code}"
    if terms is None:
        _hold(left, f"no agreement from {names} is in force")
        return [], len(gone)
    if missing := [kind for kind in _NEEDED if kind.value not in terms.data]:
        _hold(left, f"the agreement from {names} does not let {missing[0].value} travel")
        return [], len(gone)
    bound = _bound([row.report_id for row in left])
    _hold([row for row in left if row.report_id in bound], "it came by an agreement that does not let it go further")
    return [(row, terms) for row in left if row.report_id not in bound], len(gone)


def _bound(report_ids: Sequence[int]) -> set[int]:
    """Reports that came by an agreement that lets them go no further."""
    came = HopOrigin.objects.filter(report_id__in=report_ids).values_list(
        "report_id", "referral__from_agency_id", "referral__to_agency_id"
    )
    today = now().date()
    ways = {(a, b): terms_in_force(a, b, today) for a, b in {(a, b) for _, a, b in came}}
    return {report for report, a, b in came if not ((terms := ways[a, b]) and terms.onward)}


def _hold(rows: Sequence[Outgoing], why: str) -> None:
    """Keep rows waiting, with the reason; said in the log once each time that the reason changes."""
    told = [row for row in rows if row.why != why]
    Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(why=why, next_at=now() + _HELD_PAUSE)
    if told:
        log.error("referrals wait at the border", why=why, rows=len(told))
        record(BY, [Act("federation.held", "report", row.report_id, {"why": why}) for row in told])


def _end(rows: Sequence[Outgoing], delivery: Delivery, why: str) -> None:
    Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(delivery=delivery, why=why, ended_at=now())


def _hops(rows: Iterator[Outgoing]) -> dict[int, str]:
    """What the hops of rows are called: by us if we made them, else by who did."""
    wanted = {row.referral_id for row in rows}
    came = dict(HopOrigin.objects.filter(referral_id__in=wanted).values_list("referral_id", "uid"))
    here = our_name()
    return {pk: came.get(pk) or uid(here, "hop", pk) for pk in wanted}


def _message(row: Outgoing, hop: str, package: int | None) -> Message:
    text = row.referral.answer if row.act in {"return", "recall", "reroute"} else ""
    return Message(
        number=row.pk, kind=row.kind, hop=hop, at=row.at, package=package, act=row.act, reason=row.reason,  # type: ignore[arg-type]  # one of Kind
        text=text[:2000], agency=row.agency or None, outcome=told_outcome(row), feedback=told_use(row),
    )  # fmt: skip


@transaction.atomic
def _settle(peer: Peer, lot: _Lot, answers: Mapping[int, Status]) -> None:
    """Write down what was answered. A message without an answer goes again."""
    done = [row for row in lot.rows if (one := answers.get(row.pk)) and one.status == "done"]
    _end(done, Delivery.DONE, "")
    at = now()
    refused: list[tuple[Outgoing, Status]] = []
    for row in lot.rows:
        one = answers.get(row.pk)
        if one is not None and one.status == "done":
            continue
        row.tries += 1
        if one is not None and one.status == "refused":
            row.delivery, row.ended_at, row.why = Delivery.REFUSED, at, f"{one.code}: {one.text}"[:300]
            refused.append((row, one))
        else:
            row.why = f"{peer.name} says: {one.text}"[:300] if one else f"{peer.name} did not answer it"
            row.next_at = at + timedelta(seconds=min(300.0, pause_seconds(row.tries)))
        row.save(update_fields=["tries", "delivery", "ended_at", "why", "next_at"])
    record(
        BY,
        [
            Act("federation.refused", "report", row.report_id, {"peer": peer.name, "kind": row.kind, "why": row.why})
            for row, _ in refused
        ],
    )
