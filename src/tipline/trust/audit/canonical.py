"""The bytes of an entry that the tree is built of: RFC 8785 (JSON canonical form), described in docs/reference/audit-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785

VERSION = 1


def canonical(
    entry_id: int,
    at: datetime,
    actor_kind: str,
    actor_id: int | None,
    actor_label: str,
    agency_id: int | None,
    action: str,
    object_type: str,
    object_id: str,
    detail: Mapping[str, Any],
) -> bytes:
    """An entry as UTF-8. Every column of the row is in it, so that no change of any of them goes unseen."""
    return rfc8785.dumps(
        {
            "v": VERSION,
            "id": entry_id,
            "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "actor": {"kind": actor_kind, "id": actor_id, "label": actor_label},
            "agency": agency_id,
            "action": action,
            "object": {"type": object_type, "id": object_id},
            "detail": dict(detail),
        }
    )
