"""Lists of known hashes for programs: what each holds and how its imports did; no hash. A person's token with `hashes:read`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from tipline.api.asking import Token, asker_of
from tipline.pipeline.matching.lists.models import ListImport
from tipline.pipeline.matching.lists.queries import imports_of, list_of, lists_of
from tipline.pipeline.matching.models import KnownList
from tipline.trust.accounts.models import TokenScope

MOST_LISTS, IMPORTS = 1_000, 50

router = Router(tags=["hash lists"])


@router.get("/hashes/known", auth=Token(TokenScope.HASHES), include_in_schema=False)
def known_lists(request: HttpRequest) -> dict[str, Any]:
    """The lists that the person may know of, by name."""
    return {"items": [_described(one) for one in lists_of(asker_of(request).person)[:MOST_LISTS]]}


@router.get("/hashes/known/{int:list_id}", auth=Token(TokenScope.HASHES), include_in_schema=False)
def known_list(request: HttpRequest, list_id: int) -> dict[str, Any]:
    """One of them, with its newest imports and what was wrong in them."""
    found = list_of(asker_of(request).person, list_id)
    return _described(found) | {"imports": [_import(row) for row in imports_of(found)[:IMPORTS]]}


def _described(one: KnownList) -> dict[str, Any]:
    kinds: Iterable[Any] = one.counts.all()
    counts = {row.algorithm: {"live": row.live, "revoked": row.revoked} for row in kinds}
    return {
        "id": one.pk, "name": one.name, "title": one.title, "publisher": one.publisher, "agency": one.agency.code if one.agency else None,
        "category": one.category, "confidence": one.confidence, "revision": one.revision, "counts": counts,
        "entries": sum(row["live"] for row in counts.values()), "changed_at": one.changed_at, "ended_at": one.ended_at,
    }  # fmt: skip


def _import(row: ListImport) -> dict[str, Any]:
    plain = (
        "id", "file_name", "sha256", "size_bytes", "form", "at", "state", "done_bytes", "rows", "added", "changed", "revoked", "unrevoked", "same",
        "duplicates", "flagged", "refused", "faults", "error", "revision", "ended_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in plain}
