"""Refused documents: keeping them, of every door; and reading them, their bytes only where they are asked for by number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Func, IntegerField, QuerySet

from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.trust.accounts.models import Reporter
from tipline.trust.visibility import acting, provider_scope


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that was refused: as it came, or empty where it must not be kept, and what it was answered with."""

    body: bytes
    code: int
    description: str
    sha256: str = ""

    @property
    def digest(self) -> str:
        """Of the document as it came."""
        return self.sha256 or hashlib.sha256(self.body).hexdigest()


def keep_refused(
    reporter: Reporter, documents: Iterable[Kept], *, call: str, request_id: str, sandbox: bool = False
) -> None:
    """Keep documents that one call brought. What is no text is not kept, and only its digest is."""
    at = now()
    with acting(provider_scope(reporter.pk)):
        RefusedDocument.objects.bulk_create(
            RefusedDocument(
                reporter=reporter, sandbox=sandbox, call=call, code=one.code, description=one.description,
                body=_text_of(one.body), sha256=one.digest, request_id=request_id, received_at=at,
            )
            for one in documents
        )  # fmt: skip


def _text_of(body: bytes) -> bytes:
    """What may be kept of a refused body: text, or nothing. What is no text may be a picture, sent to the wrong call."""
    if b"\0" in body:
        return b""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        # a bound of ours may cut a letter in two
        return body[: error.start] if error.reason == "unexpected end of data" else b""
    return body


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
