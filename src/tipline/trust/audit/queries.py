"""Reading the log."""

from __future__ import annotations

from collections.abc import Sequence

from tipline.trust.audit.models import Entry


def entries_of(object_type: str, object_id: int | str) -> Sequence[Entry]:
    """What was done to one thing, oldest first."""
    return list(Entry.objects.filter(object_type=object_type, object_id=str(object_id)).order_by("id"))
