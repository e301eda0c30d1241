"""A list as a file, for a stick: NDJSON in the order of its root, and the checkpoint beside it. docs/reference/hash-lists.md"""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import transaction

from tipline.core.errors import ConflictError
from tipline.exchange.hash_lists.feed import edition_at
from tipline.exchange.hash_lists.models import Edition, HashList
from tipline.exchange.hash_lists.publishing import live_entries
from tipline.reports.hashes.words import ALGORITHMS
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record


@transaction.atomic
def taken(hash_list: HashList, actor: Actor) -> tuple[Edition, Iterator[bytes]]:
    """The newest edition and its lines. Nothing is published while they are read: read them within the caller's transaction.

    Raises
    ------
    ConflictError
        when nothing is published.
    """
    locked = HashList.objects.select_for_update().get(pk=hash_list.pk)
    edition = edition_at(locked.pk, locked.head)
    if edition is None:
        raise ConflictError(f"nothing of {locked.name} is published yet")
    record(actor, [Act("hash_list.exported", "hash_list", locked.pk, {"edition": edition.number})])
    return edition, (line(*one) for one in live_entries(locked.pk))


def line(algorithm: str, value: str, category: str) -> bytes:
    """One entry."""
    whole = {"type": ALGORITHMS[algorithm].type, "indicator": value, "category": category}
    return json.dumps(whole, separators=(",", ":")).encode("ascii") + b"\n"
