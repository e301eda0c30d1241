"""Sending what waits to a peer: in order, in batches, over one kept connection, and again until it is answered.

A peer that is away, slow or broken costs a bounded time and is tried again after longer and longer pauses. What may not travel, for want of
an agreement in force or of a version that both sides speak, waits with the reason and is looked at again; nothing that waits is ever dropped.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import httpx
import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from pydantic import ValidationError

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import InvalidInputError, NotPermittedError, TransientError
from tipline.core.keys import signing_key
from tipline.exchange.federation.filing import BY
from tipline.exchange.federation.models import Delivery, Kind, Link, Outgoing
from tipline.exchange.federation.payload import make
from tipline.exchange.federation.recalled import settle_recalls
from tipline.exchange.federation.signing import NONCE, VERSIONS_TAG, Answer, Call, check_answer, sign_call
from tipline.exchange.federation.trusting import keys_of, settle_keys, settle_versions
from tipline.exchange.federation.wire import (
    FORMS,
    LARGEST_ANSWER_BYTES,
    MOST_MESSAGES,
    MOST_REFERRALS,
    VERSIONS_PATH,
    Batch,
    Form,
    Message,
    Spoken,
    Status,
    ToldOutcome,
    agreed_version,
    messages_path,
    our_versions,
)
from tipline.exchange.parties.descriptor import check_url
from tipline.exchange.parties.models import Peer, PeerState
from tipline.exchange.parties.ourselves import our_keys, our_name
from tipline.exchange.record.model import DataKind, uid
from tipline.exchange.record.models import HopOrigin
from tipline.referrals.models import LIVE
from tipline.trust.agencies.agreements import AgreementTerms, terms_between
from tipline.trust.audit.services import Act, record

log = structlog.get_logger(__name__)

TIMES = httpx.Timeout(connect=5, read=30, write=30, pool=5)
LONGEST_CALL_SECONDS = 60
LEASE = timedelta(seconds=90)
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 3600.0
_HELD_PAUSE = timedelta(seconds=60)
LONGEST_REST = timedelta(minutes=5)  # of a message; of a link it is an hour
_NEEDED = (DataKind.METADATA,)
_GONE = frozenset({404, 410})  # how one that no longer speaks a version answers a call of it


class LinkError(TransientError):
    """Why nothing could be told to a peer, as its page shows it."""

    def __init__(self, why: str, after_seconds: float | None = None) -> None:
        super().__init__(why)
        self.after_seconds = after_seconds


@dataclass(frozen=True, slots=True)
class Line:
    """An open connection to a peer."""

    settings: Config
    peer: Peer
    client: httpx.Client


@contextmanager
def connection_to(peer: Peer) -> Iterator[httpx.Client]:
    """One kept connection to a peer, and to nothing else: no redirect is followed, no proxy of the environment asked."""
    check_url(peer.url)
    with httpx.Client(base_url=peer.url, timeout=TIMES, follow_redirects=False, trust_env=False) as client:
        yield client


def send_waiting(settings: Config, *, seconds: float = 20) -> int:
    """Send to every peer what is due, one after the other. Returns how many messages were answered. A peer that another worker serves is passed by."""
    return sum(
        send_to(settings, peer, seconds=seconds) for peer in Peer.objects.filter(pk__in=due_peers()).order_by("name")
    )


def due_peers() -> list[int]:
    """Peers that may be called now and for which something is due."""
    at = now()
    rested = ~Q(link__busy_until__range=(at, at + LEASE)) & ~Q(link__next_at__gt=at, link__error_at__lte=at)
    waits = Outgoing.objects.filter(due(at), peer=OuterRef("pk"), delivery=Delivery.WAITING)
    return list(
        Peer.objects.filter(rested, Exists(waits), state=PeerState.ACTIVE).exclude(url="").values_list("pk", flat=True)
    )


def send_to(settings: Config, peer: Peer, *, seconds: float = 20) -> int:
    """Send to one peer what is due, for at most so long. Returns how many messages were answered."""
    if not _claim(peer):
        return 0
    done, until = 0, monotonic() + seconds
    error: LinkError | None = None
    try:
        with connection_to(peer) as client:
            line = Line(settings, peer, client)
            while monotonic() < until:
                answered = _batch(line)
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
    if not Outgoing.objects.filter(due(at), peer=peer, delivery=Delivery.WAITING).exists():
        return False
    free = ~Q(busy_until__range=(at, at + LEASE))
    rested = ~Q(next_at__gt=at, error_at__lte=at)
    return bool(Link.objects.filter(free, rested, peer=peer).update(busy_until=at + LEASE))


def due(at: datetime) -> Q:
    """Messages whose time has come; also those whose time no pause can have set, but a clock that was ahead and was put right."""
    return Q(next_at__lte=at) | Q(next_at__gt=at + LONGEST_REST)


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
            WHERE o.peer_id = %(peer)s AND o.delivery = 'waiting' AND NOT (o.next_at > %(at)s AND o.next_at <= %(latest)s)
              AND NOT EXISTS (SELECT 1 FROM federation_outgoing e WHERE e.report_id = o.report_id AND e.peer_id = o.peer_id
                              AND e.id < o.id AND e.delivery = 'waiting' AND e.next_at > %(at)s AND e.next_at <= %(latest)s)
            ORDER BY o.id LIMIT %(most)s
            """,
            {"peer": peer.pk, "at": at, "latest": at + LONGEST_REST, "most": most},
        ).prefetch_related("referral__to_agency", "referral__from_agency", "outcome__agency", "heard")
    )


def _batch(line: Line, *, once_more: bool = True) -> int:
    """One call, and another one where the peer went over to another version. Returns how many messages it settled, answered or not to be sent at all."""
    peer = line.peer
    rows = due_rows(peer, now())
    if not rows:
        return 0
    version = agreed_version(peer.versions) or _learnt(line)
    form = FORMS[version]
    lot, settled = _lot(peer, rows, version)
    if not lot.rows:
        return settled
    signing_key(line.settings)  # made by the first call, and then in the list
    batch = Batch.model_construct(
        version=version, versions=our_versions(), keys=our_keys(line.settings), packages=lot.packages, messages=lot.messages
    )  # fmt: skip
    answers = _exchange(line, version, form.write(batch))
    if answers is None:
        _learnt(line, beyond=version)
        return _batch(line, once_more=False) if once_more else 0
    settle(peer, lot.rows, answers)
    return settled + sum(1 for one in answers.values() if one.status != "later")


def _learnt(line: Line, beyond: int = 0) -> int:
    """Ask a peer which versions it speaks now. Returns the one to be spoken, which is another one than `beyond`.

    Raises
    ------
    LinkError
        when there is none in common, or it cannot be asked.
    """
    peer, nonce = line.peer, secrets.token_urlsafe(24)
    call = Call("GET", f"{peer.url}{VERSIONS_PATH}", {NONCE: nonce})
    status, headers, read = _asked_for(line, "GET", VERSIONS_PATH, b"", dict(call.headers))
    if status != 200:
        raise LinkError(_words(peer, status, read), _asked(headers.get("retry-after", "")))
    try:
        found = Spoken.model_validate_json(read)
    except ValidationError as error:
        raise LinkError(f"{peer.name} says of its versions what cannot be read") from error
    try:
        check_answer(keys_of(peer, found.keys), Answer(status, headers, call), read, nonce, tag=VERSIONS_TAG)
    except NotPermittedError as error:
        raise LinkError(f"what {peer.name} says of its versions is not believed: {error}") from error
    settle_keys(peer, found.keys)
    settle_versions(peer, found.versions)
    Link.objects.filter(peer=peer).update(busy_until=now() + LEASE)
    version = agreed_version(peer.versions)
    if version is None or version == beyond:
        theirs, ours = (", ".join(map(str, some)) for some in (peer.versions, our_versions()))
        why = (
            "none in common: one of the two is to be upgraded"
            if version is None
            else f"and yet takes no call of {beyond}"
        )
        raise LinkError(f"{peer.name} speaks versions {theirs} of the wire and this installation {ours}, {why}")
    return version


def _exchange(line: Line, version: int, body: bytes) -> Mapping[int, Status] | None:
    """Call, and read the answer; None: calls of this version are not taken there any more.

    Raises
    ------
    LinkError
        saying what went wrong, in words for the page of the link.
    """
    peer, path = line.peer, messages_path(version)
    call = Call("POST", f"{peer.url}{path}", {"Content-Type": "application/json"})
    nonce = sign_call(signing_key(line.settings), call, body, us=our_name(), them=peer.name)
    status, headers, read = _asked_for(line, "POST", path, body, dict(call.headers))
    if status in _GONE:
        return None
    if status != 200:
        raise LinkError(_words(peer, status, read), _asked(headers.get("retry-after", "")))
    return _read(peer, FORMS[version], Answer(status, headers, call), read, nonce)


def _asked_for(
    line: Line, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """What is answered: no longer than it may be, for no longer than it may take."""
    peer, until, read = line.peer, monotonic() + LONGEST_CALL_SECONDS, b""
    try:
        with line.client.stream(method, path, content=body, headers=dict(headers)) as response:
            for part in response.iter_raw():  # as they come: who drips is noticed by the clock
                read += part
                if len(read) > LARGEST_ANSWER_BYTES:
                    raise LinkError(f"{peer.name} answers with more than {LARGEST_ANSWER_BYTES} bytes")
                if monotonic() > until:
                    raise LinkError(f"{peer.name} took longer than {LONGEST_CALL_SECONDS} s to answer")
            return response.status_code, {name.lower(): value for name, value in response.headers.items()}, read
    except httpx.TimeoutException as error:
        raise LinkError(f"{peer.name} does not answer in time") from error
    except httpx.HTTPError as error:
        raise LinkError(f"{peer.name} cannot be reached: {type(error).__name__}: {str(error)[:150]}") from error


def _read(peer: Peer, form: Form, answer: Answer, body: bytes, nonce: str) -> Mapping[int, Status]:
    try:
        found = form.read_answer(body)
    except ValueError as error:
        raise LinkError(f"{peer.name} answers with something that is no answer") from error
    try:
        check_answer(keys_of(peer, found.keys), answer, body, nonce)
    except NotPermittedError as error:
        raise LinkError(f"the answer of {peer.name} is not believed: {error}") from error
    settle_keys(peer, found.keys)
    settle_versions(peer, found.versions)
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


def _lot(peer: Peer, rows: Sequence[Outgoing], version: int) -> tuple[_Lot, int]:
    """What of these rows can go now, and how many were settled without a call."""
    tongue_tied = [row for row in rows if row.kind not in FORMS[version].kinds]
    _hold(tongue_tied, f"{peer.name} speaks version {version} of the wire, which does not tell this")
    stays = {row.report_id for row in tongue_tied}  # reports of which something stays
    rows = [row for row in rows if row.report_id not in stays]
    going: list[tuple[Outgoing, int | None]] = []
    packages: list[bytes] = []
    settled = 0
    groups: dict[tuple[int, int], list[Outgoing]] = {}
    for row in rows:
        if row.kind == Kind.REFERRAL:
            groups.setdefault((row.referral.from_agency_id, row.referral.to_agency_id), []).append(row)
    place: dict[int, int] = {}
    terms = terms_between(groups, now().date())
    bound = _bound([row.report_id for group in groups.values() for row in group])
    for way, group in groups.items():
        able, ended = _able(group, terms.get(way), bound)
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


def _able(
    group: Sequence[Outgoing], terms: AgreementTerms | None, bound: Collection[int]
) -> tuple[list[tuple[Outgoing, AgreementTerms]], int]:
    """Of referrals between two agencies: those that may travel now. The others wait with the reason, or have nothing to carry any more."""
    hop = group[0].referral
    gone = [row for row in group if row.referral.state not in LIVE]
    _end(gone, Delivery.DONE, "it had left that desk before it was sent")
    left = [row for row in group if row.referral.state in LIVE]
    names = f"{hop.from_agency.code} to {hop.to_agency.code}"
    if terms is None:
        _hold(left, f"no agreement from {names} is in force")
        return [], len(gone)
    if missing := [kind for kind in _NEEDED if kind.value not in terms.data]:
        _hold(left, f"the agreement from {names} does not let {missing[0].value} travel")
        return [], len(gone)
    _hold([row for row in left if row.report_id in bound], "it came by an agreement that does not let it go further")
    return [(row, terms) for row in left if row.report_id not in bound], len(gone)


def _bound(report_ids: Collection[int]) -> set[int]:
    """Reports that came by an agreement that lets them go no further. Two queries."""
    came = list(
        HopOrigin.objects.filter(report_id__in=report_ids).values_list(
            "report_id", "referral__from_agency_id", "referral__to_agency_id"
        )
    )
    terms = terms_between({(a, b) for _, a, b in came}, now().date())
    return {report for report, a, b in came if not ((found := terms.get((a, b))) and found.onward)}


def _hold(rows: Sequence[Outgoing], why: str) -> None:
    """Keep rows waiting, with the reason; said in the log once each time that the reason changes."""
    if not rows:
        return
    told = [row for row in rows if row.why != why]
    Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(why=why, next_at=now() + _HELD_PAUSE)
    if told:
        log.error("referrals wait at the border", why=why, rows=len(told))
        record(BY, [Act("federation.held", "report", row.report_id, {"why": why}) for row in told])


def _end(rows: Sequence[Outgoing], delivery: Delivery, why: str) -> None:
    if not rows:
        return
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
        text=text[:2000], agency=row.agency or None, outcome=_told(row),
    )  # fmt: skip


def _told(row: Outgoing) -> ToldOutcome | None:
    if row.heard is not None:
        one = row.heard
        return ToldOutcome(
            uid=one.uid, agency=one.agency, kind=one.kind, number=one.number, on=one.on, for_senders=one.for_senders,
            recorded_at=one.recorded_at, withdrawn_at=one.withdrawn_at,
        )  # fmt: skip
    if row.outcome is None:
        return None
    ours = row.outcome
    return ToldOutcome(
        uid=f"urn:tipline:{our_name()}:outcome:{ours.pk}", agency=ours.agency.code, kind=ours.kind, number=ours.number,
        on=ours.on, for_senders=ours.for_senders, recorded_at=ours.recorded_at, withdrawn_at=ours.withdrawn_at,
    )  # fmt: skip


@transaction.atomic
def settle(peer: Peer, rows: Sequence[Outgoing], answers: Mapping[int, Status]) -> None:
    """Write down what was answered to messages. One without an answer goes again."""
    at = now()
    done, refused, later = [], [], []
    for row in rows:
        one = answers.get(row.pk)
        if one is not None and one.status == "done":
            done.append(row)
        elif one is not None and one.status == "refused":
            row.tries, row.delivery, row.ended_at, row.why = (
                row.tries + 1,
                Delivery.REFUSED,
                at,
                f"{one.code}: {one.text}"[:300],
            )
            refused.append(row)
        else:
            row.tries, row.why = (
                row.tries + 1,
                f"{peer.name} says: {one.text}"[:300] if one else f"{peer.name} did not answer it",
            )
            row.next_at = at + timedelta(seconds=min(LONGEST_REST.total_seconds(), pause_seconds(row.tries)))
            later.append(row)
    _end(done, Delivery.DONE, "")
    Outgoing.objects.bulk_update([*refused, *later], ["tries", "delivery", "ended_at", "why", "next_at"])
    record(
        BY,
        [
            Act("federation.refused", "report", row.report_id, {"peer": peer.name, "kind": row.kind, "why": row.why})
            for row in refused
        ],
    )
    settle_recalls([(row, answers[row.pk]) for row in refused if row.kind == Kind.RECALL])
