"""Reading the parties: whose key it is, where an agency works, what may travel."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from tipline.core.keys import VerifyingKey, read_verifying_key
from tipline.exchange.parties.models import Peer, PeerKey, PeerState, RemoteDesk
from tipline.exchange.record.model import DataKind
from tipline.trust.agencies.agreements import AgreementTerms


def believed_keys(peer: Peer, at: datetime) -> list[VerifyingKey]:
    """Keys whose signature of a moment is believed: valid then as the peer says, and not revoked until now."""
    rows = PeerKey.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=at), peer=peer, valid_from__lte=at, revoked_at__isnull=True
    )
    return [read_verifying_key(row.key) for row in rows.order_by("-valid_from", "id")]


def key_named(key_id: str) -> PeerKey | None:
    """The key that a message names, of whatever peer, also a revoked one: whoever refuses it says why."""
    return PeerKey.objects.select_related("peer").filter(key=key_id).first()


def peer_of(agency_id: int) -> Peer | None:
    """The installation where an agency works; None: this one."""
    found = RemoteDesk.objects.select_related("peer").filter(agency_id=agency_id).first()
    return found.peer if found else None


def exchanges_with(peer: Peer) -> bool:
    """Whether anything goes there or is taken from there."""
    return peer.state == PeerState.ACTIVE


def lets(terms: AgreementTerms | None, kind: DataKind) -> bool:
    """Whether terms let this kind of data travel."""
    return terms is not None and kind.value in terms.data
