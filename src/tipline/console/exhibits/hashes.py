"""Taking over hashes from a tool's file, sent by a form. The file is hashed, read and forgotten."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.console.fields import Errors, FieldError, placed
from tipline.console.uploads import takes_files, too_large
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.exhibits import importing, layouts, queries
from tipline.investigation.exhibits.tables import ENCODINGS, UnknownLayoutError
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

# What takes longer than somebody waits for a page is for `tipline case import-hashes`.
MOST_BYTES = 50 * 1024**2
LABELS = {
    "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512", "name": "Name or path", "size": "Size in bytes",
    "category": "Category, as the tool calls it",
}  # fmt: skip


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def import_page(request: HttpRequest, person: User, scope: Scope, case_id: int, exhibit_id: int) -> HttpResponse:
    """Take over the hashes of a file, or say of one whose columns nobody knows which is which."""
    context = case_page(person, scope, case_id, "case-exhibits")
    if not context["may_write"]:
        raise NotFoundError(f"there is no case {case_id} to write in")
    context["exhibit"] = queries.exhibit_of(context["case"], exhibit_id).exhibit
    errors: Errors = []
    heads: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            return _imported(request, person, context)
        except UnknownLayoutError as error:
            heads, errors = (
                error.heads,
                [("file", f"No layout fits this table. Its columns are: {', '.join(error.heads)[:500]}.")],
            )
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "file")]
    mapped = [
        {"name": name, "label": LABELS[name], "given": request.POST.get(f"column_{name}", "")}
        for name in layouts.FIELDS
    ]
    context |= {
        "errors": errors,
        "error_fields": [field for field, _ in errors],
        "given": request.POST,
        "heads": heads,
        "mapped": mapped,
        "open": bool(heads) or any(one["given"] for one in mapped),
        "layouts": layouts.layouts(),
        "encodings": ENCODINGS.items(),
        "encoding": request.POST.get("encoding", ""),  # `given.encoding` would be what the form itself came in
        "most": MOST_BYTES // 1024**2,
    }
    return render(request, "console/exhibit_import.html", context, status=422 if errors else 200)


def _imported(request: HttpRequest, person: User, context: dict[str, Any]) -> HttpResponse:
    case_id, exhibit_id = context["case"].pk, context["exhibit"].pk
    sent = request.FILES.get("file")
    if too_large(request):
        raise FieldError(
            "file", f"the file is larger than {MOST_BYTES // 1024**2} MB: use `tipline case import-hashes`"
        )
    if not isinstance(sent, UploadedFile) or sent.file is None:
        raise FieldError("file", "choose the file that the tool wrote")
    columns: dict[str, str] = {name: request.POST.get(f"column_{name}", "").strip() for name in layouts.FIELDS}
    columns = {name: head for name, head in columns.items() if head}
    how = importing.How(columns or None, request.POST.get("encoding", ""))
    name = request.POST.get("layout_name", "").strip()
    with transaction.atomic():  # the layout is kept only when it read something
        made = importing.import_hashes(person, case_id, exhibit_id, cast(BinaryIO, sent.file), sent.name or "", how)
        if name and columns:
            layouts.save_layout(person, name, columns)
    told = f"{made.hashes:,} hashes of {made.rows:,} rows taken over"
    messages.success(request, f"{told}, {made.refused:,} refused" if made.refused else told)
    return redirect("console:case-exhibit", case_id=case_id, exhibit_id=exhibit_id)
