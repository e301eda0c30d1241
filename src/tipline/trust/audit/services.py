"""Writing to the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tipline.core.clock import now
from tipline.trust.actors import Actor
from tipline.trust.audit.canonical import detail_text

# One statement for any number of entries: with each its mark that it waits for its place in the tree. The ids are taken first,
# so that nothing has to be read back: who may write an entry may not always read it.
_NEW = {
    # most acts come alone, and intake pays for each: plain values are planned and sent in half the time of arrays
    True: "SELECT nextval('audit_entry_id_seq') AS id, %s AS action, %s AS object_type, %s AS object_id, %s::jsonb AS detail",
    False: "SELECT nextval('audit_entry_id_seq') AS id, a.*"
    " FROM unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[]) AS a(action, object_type, object_id, detail)",
}
_INSERT = {
    alone: f"""
WITH new AS MATERIALIZED ({new}), entries AS (
    INSERT INTO audit_entry (id, at, actor_kind, actor_id, actor_label, agency_id, action, object_type, object_id, detail)
    SELECT id, %s::timestamptz, %s, %s::bigint, %s, %s::bigint, action, object_type, object_id, detail FROM new
)
INSERT INTO audit_pending (entry_id) SELECT id FROM new
"""  # noqa: S608 - statements of ours
    for alone, new in _NEW.items()
}


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be logged: `action` on an object, with ids, codes and counts as `detail`.

    `detail` holds strings, whole numbers below 2**53, booleans, None, and lists and mappings of those.
    """

    action: str
    object_type: str
    object_id: str | int
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(actor: Actor, acts: Iterable[Act]) -> None:
    """Log what `actor` did, inside the caller's transaction: both happen or neither does. One statement.

    Raises
    ------
    TypeError
        when a detail holds what an entry may not hold: a fault of ours, told to the writer and not to the sequencer.
    """
    done = list(acts)
    if not done:
        return
    columns: tuple[list[str], ...] = (
        [act.action for act in done],
        [act.object_type for act in done],
        [str(act.object_id) for act in done],
        [detail_text(act.detail) for act in done],
    )
    alone = len(done) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT[alone],
            [
                *(column[0] if alone else column for column in columns),
                now(), actor.kind.value, actor.id, actor.label, actor.agency_id,
            ],
        )  # fmt: skip
