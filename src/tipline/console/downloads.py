"""Files that a page hands out: saved by the browser and never shown in it. No cache keeps them (`console.security`)."""

from __future__ import annotations

from django.http import HttpResponse

from tipline.core.printing.model import Document
from tipline.core.printing.pdf import to_pdf

PDF = "application/pdf"


def attached(content: bytes | str, media_type: str, name: str) -> HttpResponse:
    """A file with its name, which is made of codes and numbers and needs no quoting."""
    return HttpResponse(content, media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def printed(document: Document, name: str) -> HttpResponse:
    """A document as PDF."""
    return attached(to_pdf(document), PDF, name)
