"""Taking up with a peer, following its keys, and parting from it. Each act is written to the log."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.keys import read_verifying_key
from tipline.exchange.parties.descriptor import DescribedKey, Descriptor, endorsed_by, fingerprint, spoken
from tipline.exchange.parties.models import Peer, PeerKey, PeerState, RemoteDesk
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record

LONGEST_WHY = 300


def peer_named(name: str) -> Peer:
    """The peer of this name.

    Raises
    ------
    NotFoundError
        naming it.
    """
    peer = Peer.objects.filter(name=name).first()
    if peer is None:
        raise NotFoundError(f"there is no peer {name[:60]!r}; `tipline peer list` shows them")
    return peer


@transaction.atomic
def add_peer(descriptor: Descriptor, our_name: str, actor: Actor) -> Peer:
    """Take in the descriptor of an installation. Nothing goes there before somebody compared its fingerprint (`confirm_peer`).

    One of a peer that is known changes its address and, by endorsements, its keys.

    Raises
    ------
    InvalidInputError
        when it is this installation's own.
    ConflictError
        when a peer of that name is known, and no endorsement leads from its keys to this one's.
    """
    if descriptor.name == our_name:
        raise InvalidInputError("this is the descriptor of this very installation: give it to the other side")
    at = now()
    known = Peer.objects.select_for_update().filter(name=descriptor.name).first()
    if known and known.state != PeerState.ENDED:
        follow_keys(known, descriptor.keys, actor)
        _refuse_strange(known, descriptor)
        known.url, known.versions = descriptor.url.rstrip("/"), list(descriptor.versions)
        known.age_recipient = descriptor.age_recipient
        known.save(update_fields=["url", "versions", "age_recipient"])
        record(actor, [Act("peer.updated", "peer", known.name, {"url": known.url})])
        return known
    mark = fingerprint(descriptor.name, [line.key for line in descriptor.keys])
    fresh = {
        "url": descriptor.url.rstrip("/"), "state": PeerState.INVITED, "state_at": at, "state_why": "",
        "age_recipient": descriptor.age_recipient, "fingerprint": mark, "versions": list(descriptor.versions),
        "added_at": at, "added_by": actor.label, "added_by_person_id": _person(actor), "confirmed_at": None, "confirmed_by": "",
    }  # fmt: skip
    peer, _ = Peer.objects.update_or_create(name=descriptor.name, defaults=fresh)
    taken = PeerKey.objects.filter(key__in=[line.key for line in descriptor.keys]).exclude(peer=peer).first()
    if taken:
        raise ConflictError(f"a key of this descriptor is {taken.peer.name}'s: one installation, one name")
    _write_keys(peer, descriptor.keys, at, endorsed=False)
    record(actor, [Act("peer.added", "peer", peer.name, {"url": peer.url, "fingerprint": mark})])
    return peer


def _person(actor: Actor) -> int | None:
    return actor.id if actor.kind == ActorKind.PERSON else None


def _refuse_strange(peer: Peer, descriptor: Descriptor) -> None:
    if not PeerKey.objects.filter(peer=peer, key=descriptor.keys[-1].key, revoked_at__isnull=True).exists():
        raise ConflictError(
            f"{peer.name} is known with other keys, and none of them vouches for the one in use here: ask there what happened; "
            "`tipline peer end` and add it again if it lost its keys"
        )


def _write_keys(peer: Peer, lines: Sequence[DescribedKey], at: datetime, *, endorsed: bool) -> None:
    PeerKey.objects.bulk_create(
        (
            PeerKey(
                peer=peer, key=line.key, valid_from=datetime.fromisoformat(line.valid_from),
                valid_until=datetime.fromisoformat(line.valid_until) if line.valid_until else None,
                endorsed=endorsed, added_at=at,
            )
            for line in lines
        ),
        update_conflicts=True, unique_fields=["key"], update_fields=["valid_until"],
    )  # fmt: skip


@transaction.atomic
def confirm_peer(peer: Peer, heard: str, actor: Actor) -> None:
    """Say that the fingerprint was read aloud by somebody of the other side, and is the same. By another person than who added it.

    Parameters
    ----------
    heard
        the ten groups of four, as heard.

    Raises
    ------
    InvalidInputError
        when they are another installation's.
    ConflictError
        when the peer waits for no confirmation, or the same person added it.
    """
    peer = Peer.objects.select_for_update().get(pk=peer.pk)
    if peer.state != PeerState.INVITED:
        raise ConflictError(f"{peer.name} is {PeerState(peer.state).label.lower()}: it waits for no comparison")
    if peer.added_by_person_id is not None and peer.added_by_person_id == _person(actor):
        raise ConflictError("another person than the one who added it compares the fingerprint")
    digits = re.sub(r"[\s-]", "", heard).lower()
    if not hmac.compare_digest(digits.encode(), spoken(peer.fingerprint).replace(" ", "").encode()):
        raise InvalidInputError(
            f"that is not the fingerprint of the descriptor of {peer.name} that was added here: one of the two is not who it says"
        )
    at = now()
    peer.state, peer.state_at, peer.confirmed_at, peer.confirmed_by = PeerState.ACTIVE, at, at, actor.label
    peer.save(update_fields=["state", "state_at", "confirmed_at", "confirmed_by"])
    record(actor, [Act("peer.confirmed", "peer", peer.name, {"fingerprint": peer.fingerprint})])


@transaction.atomic
def set_state(peer: Peer, state: PeerState, why: str, actor: Actor) -> None:
    """Suspend a peer, take it up again, or end it. What waits for it waits on; nothing is lost.

    Raises
    ------
    InvalidInputError
        without a reason.
    ConflictError
        when its state does not lead there.
    """
    if state != PeerState.ACTIVE and (not why.strip() or len(why) > LONGEST_WHY):
        raise InvalidInputError(f"say in 1 to {LONGEST_WHY} characters why")
    peer = Peer.objects.select_for_update().get(pk=peer.pk)
    leads = {
        PeerState.SUSPENDED: {PeerState.ACTIVE}, PeerState.ACTIVE: {PeerState.SUSPENDED},
        PeerState.ENDED: {PeerState.INVITED, PeerState.ACTIVE, PeerState.SUSPENDED},
    }.get(state, set())  # fmt: skip
    if peer.state not in leads:
        raise ConflictError(f"{peer.name} is {PeerState(peer.state).label.lower()}: that does not lead there")
    peer.state, peer.state_at, peer.state_why = state, now(), why.strip()
    peer.save(update_fields=["state", "state_at", "state_why"])
    record(actor, [Act(f"peer.{state.value}", "peer", peer.name, {"why": why.strip()})])


@transaction.atomic
def revoke_key(peer: Peer, key: str, why: str, actor: Actor) -> None:
    """Believe a key no more: neither what it signs from now on, nor what it vouches for.

    Raises
    ------
    InvalidInputError
        without a reason.
    NotFoundError
        when the peer has no such key.
    """
    if not why.strip() or len(why) > LONGEST_WHY:
        raise InvalidInputError(f"say in 1 to {LONGEST_WHY} characters why")
    found = [
        one for one in PeerKey.objects.select_for_update().filter(peer=peer) if key in {one.key, one.key.split("+")[0]}
    ]
    if not found:
        raise NotFoundError(f"{peer.name} has no key {key[:80]!r}; `tipline peer show {peer.name}` lists them")
    at = now()
    for one in found:
        one.revoked_at, one.revoked_why = one.revoked_at or at, one.revoked_why or why.strip()
        one.save(update_fields=["revoked_at", "revoked_why"])
    record(actor, [Act("peer.key_revoked", "peer", peer.name, {"key": key[:200], "why": why.strip()})])


def follow_keys(peer: Peer, lines: Sequence[DescribedKey], actor: Actor) -> int:
    """Believe keys for which a key believed before vouched, one after the other. Returns how many are new.

    A revoked key vouches for nothing; what it vouched for once, before it was revoked, was compared or followed then.
    """
    fresh, ended = vouched_for(peer, lines)
    if PeerKey.objects.filter(key__in=[line.key for line in fresh]).exists():
        raise ConflictError("one of these keys is another peer's")
    at = now()
    _write_keys(peer, ended, at, endorsed=False)
    _write_keys(peer, fresh, at, endorsed=True)
    if fresh:
        record(actor, [Act("peer.key_followed", "peer", peer.name, {"key": line.key}) for line in fresh])
    return len(fresh)


def vouched_for(peer: Peer, lines: Sequence[DescribedKey]) -> tuple[list[DescribedKey], list[DescribedKey]]:
    """Of a peer's list: new keys for which a key believed before vouched, and keys that are believed already."""
    believed = {one.key for one in PeerKey.objects.filter(peer=peer, revoked_at__isnull=True)}
    revoked = {one.key for one in PeerKey.objects.filter(peer=peer, revoked_at__isnull=False)}
    fresh: list[DescribedKey] = []
    known: list[DescribedKey] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if line.key in believed:
            known.append(line)
        elif (
            before is not None and line.key not in revoked and before.key in believed
            and endorsed_by(line, read_verifying_key(before.key))
        ):  # fmt: skip
            believed.add(line.key)
            fresh.append(line)
    return fresh, known


@transaction.atomic
def place_desk(agency: Agency, peer: Peer, actor: Actor) -> None:
    """Say that an agency of the tree works at a peer. What is referred to it from now on crosses."""
    RemoteDesk.objects.update_or_create(agency=agency, defaults={"peer": peer, "since": now()})
    record(actor, [Act("peer.desk_placed", "agency", agency.pk, {"peer": peer.name})])


@transaction.atomic
def take_desk_back(agency: Agency, actor: Actor) -> None:
    """Say that an agency works here again.

    Raises
    ------
    NotFoundError
        when it works nowhere else.
    """
    gone, _ = RemoteDesk.objects.filter(agency=agency).delete()
    if not gone:
        raise NotFoundError(f"{agency.code} works in this installation already")
    record(actor, [Act("peer.desk_taken_back", "agency", agency.pk, {})])
