"""Reading refused documents: their bytes only where they are asked for by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Func, IntegerField, QuerySet

from tipline.core.errors import NotFoundError
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.trust.accounts.models import Reporter


def _sized() -> QuerySet[Any]:
    return RefusedDocument.objects.select_related("reporter").annotate(
        size_bytes=Func("body", function="octet_length", output_field=IntegerField())
    )


def newest_refused(reporter: Reporter | None, limit: int) -> Sequence[Any]:
    """The newest, of one provider or of all, each with `size_bytes` and without its body."""
    rows = _sized().defer("body").order_by("-received_at", "-id")
    return list((rows.filter(reporter=reporter) if reporter else rows)[:limit])


def refused_document(number: int) -> Any:
    """One with its body and `size_bytes`.

    Raises
    ------
    NotFoundError
        when there is none; retention takes them with time.
    """
    found = _sized().filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        raise NotFoundError(f"refused document {number} does not exist; `tipline refused list` shows those that do")
    return found
