"""The whole file of a case as a download, with a reason and a fresh sign-in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import fresh, signed_in
from tipline.console.cases.pages import case_page
from tipline.console.fields import Errors, placed
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.exhibits.case_file import LONGEST_REASON, SHORTEST_REASON, export_case
from tipline.investigation.exhibits.case_tables import case_tables, left_out_by_reason
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may

_HELD_BYTES = 8 * 1024**2
_PIECE_BYTES = 64 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def export(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Say why, and download. That it went out, with the SHA-256 of its manifest, is an entry of the log."""
    context = case_page(person, scope, case_id, "case-exhibits")
    if not may(person, Can.EXPORT):
        raise NotFoundError(f"there is no case {case_id}")
    errors: Errors = []
    if request.method == "POST":
        file = tempfile.SpooledTemporaryFile(_HELD_BYTES)  # noqa: SIM115 - the answer closes it
        try:
            export_case(config(), scope, person, case_id, request.POST.get("reason", ""), file)  # type: ignore[arg-type]
        except (InvalidInputError, ConflictError) as error:
            file.close()
            errors = [placed(error, "reason")]
        else:
            file.seek(0)
            return StreamingHttpResponse(  # type: ignore[return-value]
                _parts(file),
                content_type="application/zip",
                headers={
                    "Content-Disposition": f'attachment; filename="case-{case_id}.zip"',
                    "Cache-Control": "no-store",
                },
            )
    context |= {
        "errors": errors,
        "given": request.POST if not errors or "child" not in errors[0][1] else {},
        "tables": case_tables(),
        "left_out": left_out_by_reason(),
        "shortest": SHORTEST_REASON,
        "longest": LONGEST_REASON,
    }
    return render(request, "console/case_export.html", context, status=422 if errors else 200)


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces; it is gone when all of it is sent, or when nobody takes any more."""
    with file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
