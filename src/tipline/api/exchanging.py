"""Between institutions, for programs: packages of a desk, links to other installations, agreements, and webhooks of an agency.

What a person must have looked at or heard is not here: comparing a fingerprint, saying where an agency works, signing an agreement,
adding an address that is told.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from tipline.api import given
from tipline.api.asking import Token, asker_of
from tipline.api.casework import page_of
from tipline.api.endpoints import After, Limit
from tipline.api.paths import ThingId
from tipline.api.writing import DONE, REFUSALS, Key, done
from tipline.core.config import config
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.exchange.federation import queries as federation
from tipline.exchange.package import queries as packages
from tipline.exchange.package.format import PackageError, TooLargeError
from tipline.exchange.package.receiving import look, receive
from tipline.exchange.package.sending import hand_over, take_receipt
from tipline.exchange.parties import services as parties
from tipline.exchange.parties.descriptor import read_descriptor
from tipline.exchange.parties.models import PeerState
from tipline.exchange.parties.ourselves import describe, our_name
from tipline.exchange.webhooks import services as webhooks
from tipline.trust.accounts.models import TokenScope, User
from tipline.trust.agencies.models import Agreement
from tipline.trust.visibility import OPERATOR, Scope, acting, may_manage_links, may_work_the_desk

router = Router(tags=["exchange"])
_PACKAGES, _HANDS = Token(TokenScope.PACKAGES), Token(TokenScope.PACKAGES_WRITE)
_LINKS, _KEEPS = Token(TokenScope.LINKS), Token(TokenScope.LINKS_WRITE)
_WEBHOOKS, _TELLS = Token(TokenScope.WEBHOOKS), Token(TokenScope.WEBHOOKS_WRITE)

LARGEST_PACKAGE = 256 * 1024**2  # by this door; the command takes larger ones
_PIECE = 1024**2
_IN_MEMORY = 8 * 1024**2
PeerName = Annotated[str, Path(max_length=40, pattern="^[a-z0-9-]+$", description="what the other installation calls itself")]  # fmt: skip
_BYTES = {"schema": {"type": "string", "format": "binary"}}


def _answers(media: str) -> dict[str, Any]:
    return {"responses": {200: {"content": {media: _BYTES}}}}


def _takes(media: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media: _BYTES}}}


# -- packages ---------------------------------------------------------------------------------------------------


class SentPackageRow(Schema):
    """A package that the desk made."""

    id: int
    uid: UUID
    digest: str = Field(description="SHA-256 of its tag manifest, which names it")
    to: str
    reports: int
    bytes: int
    data: list[str]
    encrypted: bool
    made_at: datetime
    made_by: str
    expires_at: datetime
    received_at: datetime | None = Field(description="by its receipt; null: none came back yet")


class SentPackages(Schema):
    """A page of packages, in order of id."""

    items: list[SentPackageRow]
    next: int | None


class TakenPackageRow(Schema):
    """A package that the desk took in."""

    id: int
    uid: UUID
    digest: str
    from_agency: str
    installation: str
    agreement: str = Field(description="the reference that the sender named")
    reports: int
    new_reports: int
    made_at: datetime
    taken_at: datetime
    taken_by: str


class TakenPackages(Schema):
    """A page of packages, in order of id."""

    items: list[TakenPackageRow]
    next: int | None


class RefusedPackageRow(Schema):
    """A package that was brought and not taken. What it says of itself is only its word."""

    id: int
    claimed_uid: str
    sha256: str = Field(description="of the file that was brought")
    code: str = Field(description="why, by docs/reference/package-format.md")
    message: str
    at: datetime
    by: str


class RefusedPackages(Schema):
    """A page of packages, in order of id."""

    items: list[RefusedPackageRow]
    next: int | None


class Looked(Schema):
    """What a package says, once everything in it was checked. Nothing was taken in."""

    uid: str
    digest: str
    from_agency: str
    from_installation: str
    to_agency: str
    agreement: str
    reports: int
    data: list[str]
    made_at: datetime
    expires_at: datetime
    key: str = Field(description="that signed it, which is one of the sender's")


class Received(Schema):
    """A package that is taken, and the receipt for its sender."""

    uid: str
    digest: str
    from_agency: str
    to_agency: str
    reports: int
    new_reports: int
    again: bool = Field(description="it was taken before, and the receipt is the one of then")
    receipt: str = Field(description="signed; the sender takes it in as it is")


@router.get("/packages/sent", auth=_PACKAGES, response={200: SentPackages, **REFUSALS})
def sent_packages(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Packages that the desk made, and whether their receipts came back."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        page, following = page_of(packages.sent(scope).filter(pk__gt=after), limit)
        asker.note("package.listed", "package", "sent", rows=len(page))
    items = [
        {
            "id": one.pk, "uid": one.uid, "digest": one.digest, "to": one.to_agency.code, "reports": one.reports,
            "bytes": one.bytes, "data": one.data, "encrypted": one.encrypted, "made_at": one.made_at, "made_by": one.made_by,
            "expires_at": one.expires_at, "received_at": one.received_at,
        }
        for one in page
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.get("/packages/taken", auth=_PACKAGES, response={200: TakenPackages, **REFUSALS})
def taken_packages(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Packages that the desk took in."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        page, following = page_of(packages.taken(scope).filter(pk__gt=after), limit)
        asker.note("package.listed", "package", "taken", rows=len(page))
    items = [
        {
            "id": one.pk, "uid": one.uid, "digest": one.digest, "from_agency": one.from_agency.code,
            "installation": one.installation, "agreement": one.agreement, "reports": one.reports,
            "new_reports": one.new_reports, "made_at": one.made_at, "taken_at": one.taken_at, "taken_by": one.taken_by,
        }
        for one in page
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.get("/packages/refused", auth=_PACKAGES, response={200: RefusedPackages, **REFUSALS})
def refused_packages(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Packages that the desk brought and that were not taken, with the reason of each."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        page, following = page_of(packages.refused(scope).filter(pk__gt=after), limit)
        asker.note("package.listed", "package", "refused", rows=len(page))
    items = [
        {
            "id": one.pk, "claimed_uid": one.uid, "sha256": one.digest, "code": one.code, "message": one.message,
            "at": one.at, "by": one.by,
        }
        for one in page
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.get(
    "/packages/taken/{uuidstr:uid}/receipt", auth=_PACKAGES, response={200: None, **REFUSALS},
    summary="The receipt of a package", openapi_extra=_answers("application/json"),
)  # fmt: skip
def package_receipt(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The receipt that was given for a package, as the sender takes it in."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = packages.taken(scope).filter(uid=uid).first()
        if found is None:
            raise NotFoundError(f"no package {uid} was taken here")
        asker.note("package.receipt_read", "package", str(uid))
    return HttpResponse(found.receipt.encode(), content_type="application/json")


@router.post(
    "/packages", auth=_HANDS, response={200: None, **REFUSALS}, summary="Make a package",
    openapi_extra=_answers("application/octet-stream"),
)  # fmt: skip
def make_package(request: HttpRequest, body: given.HandedOver) -> HttpResponse:
    """Hand referrals of the desk over as one signed package, encrypted to the receiver's installation unless that is refused.

    The answer is the file, which is kept nowhere: what got lost is made again, and its receiver knows the reports. `Package-Uid`
    and `Package-Digest` name it. It is an export of the person's, so their role must hand over and export.
    """
    asker = asker_of(request)
    out = io.BytesIO()
    with acting(asker.scope) as scope:
        made = hand_over(
            config(), scope, asker.person, body.referrals, out, encrypt_to="" if body.encrypt else None, note=body.note
        )
        asker.note("api.acted", "api", "api:make_package")
    name = f"tipline-{made.uid}.zip{'.age' if made.encrypted else ''}"
    return HttpResponse(
        out.getvalue(), content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store",
            "Package-Uid": made.uid, "Package-Digest": made.digest,
        },
    )  # fmt: skip


@router.post(
    "/packages/verify", auth=_HANDS, response={200: Looked, **REFUSALS}, openapi_extra=_takes("application/octet-stream")
)  # fmt: skip
def verify_package(request: HttpRequest) -> dict[str, Any]:
    """Check a package as taking it in does, and say what it says; nothing is taken, and a refusal is noted. The body is the file, as it came."""
    asker = asker_of(request)
    if not may_work_the_desk(asker.person):
        raise NotPermittedError("your role takes no packages in")
    with _file_of(request, LARGEST_PACKAGE) as file:
        found = look(asker.person, file)
    if found.refusal is not None:
        raise found.refusal
    if (meta := found.meta) is None:
        raise PackageError("it says nothing of itself")
    asker.note("package.verified", "package", meta.uid)
    return {
        "uid": meta.uid, "digest": found.manifest, "from_agency": meta.sender.agency, "from_installation": meta.sender.installation,
        "to_agency": meta.receiver.agency, "agreement": meta.agreement, "reports": meta.reports,
        "data": [kind.value for kind in meta.data], "made_at": meta.made_at, "expires_at": meta.expires_at, "key": found.key,
    }  # fmt: skip


@router.post(
    "/packages/receive", auth=_HANDS, response={200: Received, **REFUSALS}, openapi_extra=_takes("application/octet-stream")
)  # fmt: skip
def receive_package(request: HttpRequest) -> dict[str, Any]:
    """Take a package in: its reports come to the desk. The same one again gives the same receipt, so it needs no key."""
    asker = asker_of(request)
    with _file_of(request, LARGEST_PACKAGE) as file:
        taken = receive(config(), asker.person, file)  # a refusal is noted, which is to stay
    asker.note("api.acted", "api", "api:receive_package")
    return {
        "uid": taken.uid, "digest": taken.digest, "from_agency": taken.from_agency, "to_agency": taken.to_agency,
        "reports": taken.reports, "new_reports": taken.new_reports, "again": taken.again, "receipt": taken.receipt.decode(),
    }  # fmt: skip


@router.post("/packages/receipts", auth=_HANDS, response=DONE)
def take_package_receipt(request: HttpRequest, body: given.Receipt, key: Key = "") -> dict[str, Any]:
    """Take the receipt of a package in: its referrals are received. `number`: the package. The same one twice changes nothing."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        if not may_work_the_desk(person):
            raise NotPermittedError("your role takes no receipts in")
        found = take_receipt(scope, person.actor, body.receipt.encode())
        return {"done": "received", "id": found.pk, "number": str(found.uid), "count": found.reports}

    return done(request, key, act)


def _file_of(request: HttpRequest, most: int) -> BinaryIO:
    """The body as a file, which is on disk where it is large."""
    out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever called closes it
    size = 0
    while piece := request.read(_PIECE):
        size += len(piece)
        if size > most:
            out.close()
            raise TooLargeError(
                f"by this door a package has at most {most:,} bytes: `tipline package receive` takes larger ones"
            )
        out.write(piece)
    out.seek(0)
    return cast("BinaryIO", out)


# -- links ------------------------------------------------------------------------------------------------------


class PeerRow(Schema):
    """Another installation, and how the link to it does."""

    name: str
    url: str = Field(description="empty: by stick alone")
    state: str
    state_why: str
    waiting: int = Field(description="messages that are not answered yet")
    held: int = Field(description="of them, those that may not go now")
    refused: int
    oldest_at: datetime | None = Field(description="since when the oldest waits")
    last_success_at: datetime | None
    last_heard_at: datetime | None
    failures: int = Field(description="in a row")
    error: str = Field(description="of the last one, in words")
    next_at: datetime | None


class PeerKeyRow(Schema):
    """A key of another installation."""

    key: str
    state: str
    valid_from: datetime
    endorsed: bool
    revoked_why: str


class HeldRow(Schema):
    """Why messages wait, and how many."""

    why: str
    count: int


class WholePeer(PeerRow):
    """One of them, with its keys, its agencies, and counts by kind."""

    fingerprint: str
    keys: list[PeerKeyRow]
    agencies: list[str]
    sent: dict[str, int]
    taken: dict[str, int]
    held_by: list[HeldRow]


class AgreementRow(Schema):
    """By what one agency hands reports to another."""

    id: int
    from_agency: str
    to_agency: str
    reference: str
    since: date
    until: date | None = Field(description="the first day no longer in force; null: no end is set")
    law: str
    purposes: list[str]
    data: list[str] = Field(description="kinds of data that it lets travel")
    retention_days: int | None
    onward: bool = Field(description="whether what came by it may go further")


class Agreements(Schema):
    """A page of agreements, in order of id."""

    items: list[AgreementRow]
    next: int | None


def _keeper(person: User) -> None:
    if not may_manage_links(person):
        raise NotFoundError("links are the business of the topmost administrators of this installation")


def _may_keep(person: User) -> None:
    if not may_manage_links(person):
        raise NotPermittedError("links are the business of the topmost administrators of this installation")


@router.get("/links", auth=_LINKS, response={200: list[PeerRow], **REFUSALS})
def links(request: HttpRequest) -> list[dict[str, Any]]:
    """Every other installation that this one exchanges with, by name, and how the link to it does."""
    asker = asker_of(request)
    _keeper(asker.person)
    with acting(OPERATOR):  # counts of the whole installation, and no report
        found = federation.links()
        asker.note("peer.listed", "peer", "all", rows=len(found))
    return found


@router.get("/links/{slug:name}", auth=_LINKS, response={200: WholePeer, **REFUSALS})
def read_link(request: HttpRequest, name: PeerName) -> dict[str, Any]:
    """One of them, with its keys, the agencies that work there, and why messages wait. It names no report."""
    asker = asker_of(request)
    _keeper(asker.person)
    with acting(OPERATOR):
        found = federation.link(parties.peer_named(name))
        asker.note("peer.read", "peer", name)
    # `held` is a number of the row and a list of the page: here each has its own name
    return found | {"held": sum(one["count"] for one in found["held"]), "held_by": found["held"]}


@router.get("/descriptor", auth=_LINKS, response={200: None, **REFUSALS}, openapi_extra=_answers("application/json"))
def own_descriptor(request: HttpRequest) -> HttpResponse:
    """The descriptor of this installation, for another to add. It holds no secret; its fingerprint is read aloud by people."""
    asker = asker_of(request)
    _keeper(asker.person)
    with acting(OPERATOR):
        found = describe(config())
        asker.note("peer.described", "installation", found.name)
    return HttpResponse(found.model_dump_json(indent=2).encode(), content_type="application/json")


@router.post("/links", auth=_KEEPS, response=DONE)
def add_link(request: HttpRequest, body: given.Described, key: Key = "") -> dict[str, Any]:
    """Take in a descriptor. A new installation is only invited: nothing goes there before a person compared its fingerprint.

    Of a known one it changes the address, and by endorsements the keys. `done`: its state.
    """

    def act(person: User, scope: Scope) -> dict[str, Any]:
        _may_keep(person)
        made = parties.add_peer(read_descriptor(body.descriptor.encode()), our_name(), person.actor)
        return {"done": made.state, "number": made.name}

    return done(request, key, act)


def _moved(request: HttpRequest, key: str, name: str, state: PeerState, why: str) -> dict[str, Any]:
    def act(person: User, scope: Scope) -> dict[str, Any]:
        _may_keep(person)
        parties.set_state(parties.peer_named(name), state, why, person.actor)
        return {"done": state.value, "number": name}

    return done(request, key, act)


@router.post("/links/{slug:name}/suspend", auth=_KEEPS, response=DONE)
def suspend_link(request: HttpRequest, name: PeerName, body: given.Why, key: Key = "") -> dict[str, Any]:
    """Exchange nothing with it for now. What waits for it waits on."""
    return _moved(request, key, name, PeerState.SUSPENDED, body.why)


@router.post("/links/{slug:name}/resume", auth=_KEEPS, response=DONE)
def resume_link(request: HttpRequest, name: PeerName, body: given.Nothing, key: Key = "") -> dict[str, Any]:
    """Exchange with it again, once it was suspended."""
    return _moved(request, key, name, PeerState.ACTIVE, "")


@router.post("/links/{slug:name}/retry", auth=_KEEPS, response=DONE)
def retry_link(request: HttpRequest, name: PeerName, body: given.Retried, key: Key = "") -> dict[str, Any]:
    """Try now what waits, and if it is asked for also what the other side refused. `count`: how many messages."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        _may_keep(person)
        with acting(OPERATOR):  # messages of every desk, and none of them is read
            count = federation.retry_now(parties.peer_named(name), person.actor, refused=body.refused)
        return {"done": "retried", "number": name, "count": count}

    return done(request, key, act)


@router.post("/links/{slug:name}/keys/revoke", auth=_KEEPS, response=DONE)
def revoke_link_key(request: HttpRequest, name: PeerName, body: given.RevokedKey, key: Key = "") -> dict[str, Any]:
    """Believe a key of it no more: neither what it signs from now on, nor what it vouches for."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        _may_keep(person)
        parties.revoke_key(parties.peer_named(name), body.key, body.why, person.actor)
        return {"done": "revoked", "number": name}

    return done(request, key, act)


@router.get("/agreements", auth=Token(), response={200: Agreements, **REFUSALS})
def agreements(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """By what agencies hand reports to each other, those that ended too. It holds no report data: every token opens it."""
    asker_of(request)
    found = Agreement.objects.select_related("from_agency", "to_agency").filter(pk__gt=after)
    page, following = page_of(found, limit)
    items = [
        {
            "id": one.pk, "from_agency": one.from_agency.code, "to_agency": one.to_agency.code, "reference": one.reference,
            "since": one.since, "until": one.until, "law": one.law, "purposes": one.purposes, "data": one.data,
            "retention_days": one.retention_days, "onward": one.onward,
        }
        for one in page
    ]  # fmt: skip
    return {"items": items, "next": following}


# -- webhooks ---------------------------------------------------------------------------------------------------


class WebhookRow(Schema):
    """An address of the agency that is told of events. Its secret is shown once, on screen."""

    id: int
    url: str
    events: list[str]
    active: bool
    waiting: int
    created_at: datetime
    last_success_at: datetime | None
    failing_since: datetime | None
    last_error: str
    disabled_at: datetime | None = Field(description="by the software, after failing too long")
    old_secret_until: datetime | None = Field(description="until when messages are signed with the secret before too")


class DeliveryRow(Schema):
    """An event for a webhook: what waits to be told, and what was told in the last month."""

    id: int
    message_id: str = Field(description="as `webhook-id` names it")
    type: str
    object: str
    object_id: int
    at: datetime = Field(description="when it happened")
    attempts: int
    next_at: datetime | None = Field(description="null: it was taken")
    delivered_at: datetime | None
    status: int | None = Field(description="of the last answer; null: none came")


class Deliveries(Schema):
    """A page of deliveries, in order of id."""

    items: list[DeliveryRow]
    next: int | None


@router.get("/webhooks", auth=_WEBHOOKS, response={200: list[WebhookRow], **REFUSALS})
def read_webhooks(request: HttpRequest) -> list[dict[str, Any]]:
    """Every webhook of the agency, at most ten, and how it does."""
    asker = asker_of(request)
    return [_webhook(one) for one in webhooks.subscriptions_of(asker.person)]


@router.get("/webhooks/{int:webhook_id}", auth=_WEBHOOKS, response={200: WebhookRow, **REFUSALS})
def read_webhook(request: HttpRequest, webhook_id: ThingId) -> dict[str, Any]:
    """One of them."""
    return _webhook(webhooks.subscription_of(asker_of(request).person, webhook_id))


def _webhook(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "url": one.url, "events": one.events, "active": one.active, "waiting": one.waiting,
        "created_at": one.created_at, "last_success_at": one.last_success_at, "failing_since": one.failing_since,
        "last_error": one.last_error, "disabled_at": one.disabled_at, "old_secret_until": one.old_secret_until,
    }  # fmt: skip


@router.get("/webhooks/{int:webhook_id}/deliveries", auth=_WEBHOOKS, response={200: Deliveries, **REFUSALS})
def deliveries(request: HttpRequest, webhook_id: ThingId, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """What waits to be told, and what was told in the last month."""
    found = webhooks.subscription_of(asker_of(request).person, webhook_id)
    page, following = page_of(found.deliveries.filter(pk__gt=after), limit)
    items = [
        {
            "id": one.pk, "message_id": one.message_id, "type": one.kind, "object": one.object_type,
            "object_id": int(one.object_id), "at": one.at, "attempts": one.attempts,
            "next_at": None if one.delivered_at else one.next_at, "delivered_at": one.delivered_at, "status": one.status,
        }
        for one in page
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.post("/webhooks/{int:webhook_id}/test", auth=_TELLS, response=DONE)
def try_webhook(request: HttpRequest, webhook_id: ThingId, body: given.Nothing, key: Key = "") -> dict[str, Any]:
    """Have a test told, within a minute or so, also to one that is switched off."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        webhooks.test(person, webhook_id)
        return {"done": "tested", "id": webhook_id}

    return done(request, key, act)


@router.post("/webhooks/{int:webhook_id}/replay", auth=_TELLS, response=DONE)
def replay_webhook(request: HttpRequest, webhook_id: ThingId, body: given.Replayed, key: Key = "") -> dict[str, Any]:
    """Switch it on and tell what it missed; with `since` also what was told and happened after that. `count`: how many wait."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "replayed", "id": webhook_id, "count": webhooks.replay(person, webhook_id, body.since)}

    return done(request, key, act)


@router.post("/webhooks/{int:webhook_id}/deliveries/{int:delivery_id}/replay", auth=_TELLS, response=DONE)
def replay_delivery(
    request: HttpRequest, webhook_id: ThingId, delivery_id: ThingId, body: given.Nothing, key: Key = ""
) -> dict[str, Any]:
    """Tell one event again, with the same `webhook-id`, or at once if it waits."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        webhooks.replay_one(person, webhook_id, delivery_id)
        return {"done": "replayed", "id": delivery_id}

    return done(request, key, act)
