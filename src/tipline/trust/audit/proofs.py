"""Proofs for somebody who trusts nobody: files that `tools/verify_audit.py` checks without Tipline (docs/reference/audit-format.md)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from django.db import connection

from tipline.core.config import Config
from tipline.core.errors import ConflictError, NotFoundError
from tipline.core.keys import listed_keys
from tipline.trust.audit import merkle
from tipline.trust.audit.models import StoredCheckpoint
from tipline.trust.audit.tree import ENTRY_COLUMNS, checkpoint, entry_bytes, stored_hashes

_ENTRY = f"SELECT l.index, {ENTRY_COLUMNS} FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id WHERE e.id = ANY (%s) ORDER BY e.id"  # noqa: S608 - columns of ours


def _base64(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(value).decode() for value in hashes]


def _key(settings: Config, name: str) -> str:
    return next((key.key for key in listed_keys(settings) if key.name == name), "")


def proof(settings: Config, entry_id: int) -> dict[str, Any]:
    """That an entry is in the log as it stands, under a checkpoint made now.

    Raises
    ------
    NotFoundError
        when there is no such entry.
    """
    checkpoint(settings)
    return standing_proof(settings, entry_id)


def standing_proof(settings: Config, entry_id: int) -> dict[str, Any]:
    """That an entry is in the log, under the newest checkpoint there is. Of all other entries it holds hashes.

    Raises
    ------
    NotFoundError
        when there is no such entry, or it is not visible.
    ConflictError
        when it is not under a checkpoint yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [[entry_id]])
        row = cursor.fetchone()
    if row is None:
        raise NotFoundError(f"there is no entry {entry_id} in the log")
    found = _proven(settings, [row])
    if not found:
        raise ConflictError(f"entry {entry_id} is not under a checkpoint yet: one is signed every minute")
    return found[entry_id]


def standing_proofs(settings: Config, entry_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """As `standing_proof`, of many entries by their numbers; those that are not there or not under a checkpoint yet are not among them."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [list(entry_ids)])
        return _proven(settings, cursor.fetchall())


def _proven(settings: Config, rows: Sequence[Sequence[Any]]) -> dict[int, dict[str, Any]]:
    head = StoredCheckpoint.objects.order_by("-size", "-id").first()
    if head is None:
        return {}
    key, hashes = _key(settings, head.key_name), stored_hashes()
    return {
        entry[0]: {
            "format": "tipline-audit-proof/1",
            "entry": entry_bytes(entry).decode(),
            "index": index,
            "path": _base64(merkle.inclusion_proof(hashes, index, head.size)),
            "checkpoint": head.note,
            "key": key,
        }
        for index, *entry in rows
        if index is not None and index < head.size
    }


def consistency(settings: Config, old: int, new: int) -> dict[str, Any]:
    """That the log at the checkpoint of size `new` begins with the log at the checkpoint of size `old`.

    Raises
    ------
    NotFoundError
        when there is no checkpoint of one of the sizes.
    """
    first, second = _of_size(min(old, new)), _of_size(max(old, new))
    return {
        "format": "tipline-audit-consistency/1",
        "old": first.note,
        "new": second.note,
        "path": _base64(merkle.consistency_proof(stored_hashes(), first.size, second.size)),
        "keys": sorted({_key(settings, first.key_name), _key(settings, second.key_name)} - {""}),
    }


def _of_size(size: int) -> StoredCheckpoint:
    found = StoredCheckpoint.objects.filter(size=size).order_by("-id").first()
    if found is None:
        raise NotFoundError(f"there is no checkpoint of size {size}; `tipline audit checkpoints` lists them")
    return found
