"""Reading the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from tipline.trust.audit.models import Entry, Leaf, Publication, StoredCheckpoint


def latest_of(object_type: str, object_id: int | str) -> QuerySet[Entry]:
    """What was done to one thing, the latest first."""
    return Entry.objects.filter(object_type=object_type, object_id=str(object_id)).order_by("-id")


def entries_of(object_type: str, object_id: int | str) -> Sequence[Entry]:
    """What was done to one thing, oldest first."""
    return list(latest_of(object_type, object_id).reverse())


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show of the log. Empty ones take everything; `action` and `actor` are prefixes; times are from, and before."""

    action: str = ""
    object_type: str = ""
    object_id: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(
    agency_ids: frozenset[int], filters: Filters, *, before_id: int | None = None, limit: int = 100
) -> list[Entry]:
    """Entries that people of these agencies made, the newest first, from before the entry `before_id`; at most `limit`.

    Each has `place`: its place in the tree, or None while it waits for one.
    """
    found = Entry.objects.filter(agency_id__in=agency_ids)
    if filters.action:
        found = found.filter(action__startswith=filters.action)
    if filters.object_type:
        found = found.filter(object_type=filters.object_type)
    if filters.object_id:
        found = found.filter(object_id=filters.object_id)
    if filters.actor:
        found = found.filter(actor_label__istartswith=filters.actor)
    if filters.since:
        found = found.filter(at__gte=filters.since)
    if filters.until:
        found = found.filter(at__lt=filters.until)
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    place = Leaf.objects.filter(entry_id=OuterRef("pk")).values("index")[:1]
    return list(found.annotate(place=Subquery(place)).order_by("-id")[:limit])


def checkpoints(*, before_id: int | None = None, limit: int = 100) -> list[StoredCheckpoint]:
    """Checkpoints, the newest first, from before the one with the id `before_id`, each with its publication if it has one."""
    found = StoredCheckpoint.objects.select_related("publication")
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return list(found.order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class LogState:
    """How the log stands. `entries` are those with a place; times are UTC, None where there is none."""

    entries: int
    pending: int
    oldest_pending_at: datetime | None
    last_checkpoint_size: int
    last_checkpoint_at: datetime | None
    unpublished: int
    oldest_unpublished_at: datetime | None
    last_published_at: datetime | None


_STATE = """
SELECT (SELECT coalesce(max(index) + 1, 0) FROM audit_leaf),
       (SELECT count(*) FROM audit_pending),
       (SELECT e.at FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id ORDER BY p.entry_id LIMIT 1)
"""


def state() -> LogState:
    """How the log stands, cheaply: nothing is counted that grows with it. Of the oldest entry that waits only who sees it learns when."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        entries_placed, pending, oldest = cursor.fetchone() or (0, 0, None)
    last = StoredCheckpoint.objects.order_by("-size", "-id").first()
    waiting = StoredCheckpoint.objects.filter(publication__isnull=True).aggregate(n=Count("pk"), oldest=Min("at"))
    published = Publication.objects.order_by("-checkpoint_id").values_list("at", flat=True).first()
    return LogState(
        entries=entries_placed,
        pending=pending,
        oldest_pending_at=oldest,
        last_checkpoint_size=last.size if last else 0,
        last_checkpoint_at=last.at if last else None,
        unpublished=waiting["n"],
        oldest_unpublished_at=waiting["oldest"],
        last_published_at=published,
    )
