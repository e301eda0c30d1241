"""Whose signature is believed: keys of the peer valid now, and those for which they vouch in the list that came along. What a believed message says of its sender is kept."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.core.keys import VerifyingKey, read_verifying_key
from tipline.exchange.federation.filing import BY
from tipline.exchange.parties.descriptor import DescribedKey, check_key
from tipline.exchange.parties.models import Peer, PeerKey
from tipline.exchange.parties.queries import believed_keys
from tipline.exchange.parties.services import follow_keys, vouched_for
from tipline.trust.audit.services import Act, record


def keys_of(peer: Peer, lines: Sequence[DescribedKey]) -> dict[str, VerifyingKey]:
    """Keys that may sign for a peer at this moment, by their id. Nothing is written: the list is only the peer's word yet."""
    found = {str(key): key for key in believed_keys(peer, now())}
    try:
        for line in lines:
            check_key(line)
        fresh, _ = vouched_for(peer, lines)
    except (InvalidInputError, ValueError):
        return found
    return found | {line.key: read_verifying_key(line.key) for line in fresh if not line.valid_until}


def settle_keys(peer: Peer, lines: Sequence[DescribedKey]) -> None:
    """Keep what a believed message says of the peer's keys, where that is new."""
    known = dict(
        PeerKey.objects.filter(Q(key__in=[line.key for line in lines]), peer=peer).values_list("key", "valid_until")
    )
    if any(line.key not in known or (line.valid_until and known[line.key] is None) for line in lines):
        follow_keys(peer, lines, BY)


@transaction.atomic
def settle_versions(peer: Peer, versions: Sequence[int]) -> None:
    """Keep which versions a peer speaks, as a believed message says, where that is new."""
    told = sorted(set(versions))
    if Peer.objects.filter(pk=peer.pk).exclude(versions=told).update(versions=told):
        record(BY, [Act("peer.versions_told", "peer", peer.name, {"versions": told})])
    peer.versions = told
