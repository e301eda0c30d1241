"""Reading the log."""

from __future__ import annotations

from collections.abc import Sequence

from tipline.trust.audit.models import Entry


def entries_of(object_type: str, object_id: int | str) -> Sequence[Entry]:
    """What was done to one thing, oldest first."""
    return list(Entry.objects.filter(object_type=object_type, object_id=str(object_id)).order_by("id"))


def entries(
    agency_ids: frozenset[int],
    *,
    action: str = "",
    object_type: str = "",
    object_id: str = "",
    actor: str = "",
    before_id: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Entries that people of these agencies made, the newest first, from before the entry `before_id`; at most `limit`.

    Empty filters take everything; `action` and `actor` are prefixes.
    """
    found = Entry.objects.filter(agency_id__in=agency_ids)
    if action:
        found = found.filter(action__startswith=action)
    if object_type:
        found = found.filter(object_type=object_type)
    if object_id:
        found = found.filter(object_id=object_id)
    if actor:
        found = found.filter(actor_label__istartswith=actor)
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return list(found.order_by("-id")[:limit])
