"""Writing to the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tipline.core.clock import now
from tipline.trust.actors import Actor
from tipline.trust.audit.models import Entry


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be logged: `action` on an object, with ids, codes and counts as `detail`."""

    action: str
    object_type: str
    object_id: str | int
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(actor: Actor, acts: Iterable[Act]) -> None:
    """Log what `actor` did, inside the caller's transaction: both happen or neither does."""
    at = now()
    Entry.objects.bulk_create(
        Entry(
            at=at,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_label=actor.label,
            agency_id=actor.agency_id,
            action=act.action,
            object_type=act.object_type,
            object_id=str(act.object_id),
            detail=dict(act.detail),
        )
        for act in acts
    )
