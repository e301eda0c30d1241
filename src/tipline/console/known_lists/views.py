"""Lists that came in, for those who work with reports; their files, revocations and end for supervisors and administrators of the agency."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.fields import sentence
from tipline.console.uploads import takes_files, too_large
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.sql import counts
from tipline.pipeline.matching.hashes import Fault
from tipline.pipeline.matching.lists import managing, queries
from tipline.pipeline.matching.lists.forms import LABELS, form_named
from tipline.pipeline.matching.lists.importing import How
from tipline.pipeline.matching.lists.models import ImportState
from tipline.pipeline.matching.lists.services import LONGEST_NAME, MOST_UPLOAD_BYTES, Terms
from tipline.pipeline.matching.lists.words import CATEGORIES, UNSPECIFIED, kind_called
from tipline.pipeline.matching.models import KnownList
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may

FORM_BYTES = 64 * 1024
REFRESH_SECONDS = 5
IMPORTS, REPORTS = 20, 50  # that a list's page shows
MOST_COUNTED = 10_000
_KINDS = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "pdq": "PDQ",
    "photodna": "PhotoDNA",
    "sha512": "SHA-512",
    "tmk": "TMK+PDQF",
}
_BAD = {ImportState.REFUSED: "urgent", ImportState.FAILED: "urgent", ImportState.DONE: "good"}


@require_safe
@signed_in
def known_lists(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The lists, with what each holds and how its newest import did."""
    page = Paginator(queries.lists_of(person), 100).get_page(request.GET.get("page"))
    rows = list(page)
    newest = queries.newest_imports(rows)
    shown = [(one, newest.get(one.pk), sum(kind.live for kind in one.counts.all())) for one in rows]
    running = any(last is not None and not last.ended for _, last, _ in shown)
    context = {
        "rows": shown, "page": page, "manages": may(person, Can.MANAGE_KNOWN_HASHES), "finds": may(person, Can.FIND_HASHES), "running": running,
        "refresh_seconds": REFRESH_SECONDS,
    }  # fmt: skip
    return render(request, "console/known_lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Begin a list."""
    queries.refuse_who_manages_none(person)
    given = request.POST
    context: dict[str, Any] = {
        "given": given,
        "categories": CATEGORIES.items(),
        "chosen": given.get("category", UNSPECIFIED),
        "longest": LONGEST_NAME,
    }
    if request.method != "POST":
        return render(request, "console/known_list_new.html", context)
    try:
        made = managing.add_by(person, given.get("name", "").strip(), _terms(request))
    except (InvalidInputError, ConflictError) as error:
        field, _, words = str(error).partition(": ")
        at = field if words and field in {"name", "title", "publisher", "category", "confidence"} else "name"
        context |= {
            "errors": [(at, (words if words and at == field else str(error)).capitalize())],
            "error_fields": [at],
        }
        return render(request, "console/known_list_new.html", context, status=422)
    messages.success(request, f"{made.name} is begun. Send its first file below")
    return redirect("console:known-list", list_id=made.pk)


def _terms(request: HttpRequest) -> Terms:
    given = request.POST
    text = given.get("confidence", "").strip() or "1"
    try:
        confidence = float(text) if len(text) < 20 else -1.0
    except ValueError:
        confidence = -1.0
    return Terms(given.get("title", ""), given.get("publisher", ""), given.get("category", "")[:40], confidence)


@require_safe
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, list_id: int) -> HttpResponse:
    """A list: what it holds, its imports, and the reports in scope with files that it knows."""
    found = queries.list_of(person, list_id)
    imports = list(queries.imports_of(found)[:IMPORTS])
    known = queries.reports_known(scope, found)
    manages = may(person, Can.MANAGE_KNOWN_HASHES) and found.agency_id == person.agency_id and found.ended_at is None
    kinds = list(found.counts.all())
    sees = may(person, Can.SEE_REPORTS)
    for row in imports:
        row.tone = _BAD.get(ImportState(row.state), "quiet")  # type: ignore[attr-defined]  # for the template
    context = {
        "list": found, "imports": imports, "manages": manages, "sees": sees, "category": CATEGORIES.get(found.category, found.category),
        "kinds": [(_KINDS.get(kind.algorithm, kind.algorithm), kind.live, kind.revoked) for kind in kinds],
        "live": sum(kind.live for kind in kinds), "source": getattr(found, "source", None),
        "known": list(known[:REPORTS]) if sees else [],
        "reports": counts({"reports": (known.values("report_id"), MOST_COUNTED)})["reports"] if sees else 0, "most": MOST_COUNTED,
        "run": _run(found), "running": any(not row.ended for row in imports),
        "categories": CATEGORIES.items(), "kind_names": _KINDS.items(), "forms": [(form.value, LABELS[form]) for form in LABELS],
        "most_mebibytes": MOST_UPLOAD_BYTES // 2**20,
    }  # fmt: skip
    return render(request, "console/known_list.html", context)


def _run(found: KnownList) -> Any:
    """How matching history against it does."""
    runs = getattr(found, "runs", None)
    return runs.order_by("-id").first() if runs is not None else None


@takes_files(MOST_UPLOAD_BYTES + FORM_BYTES)
@require_POST
@signed_in
def file(request: HttpRequest, person: User, scope: Scope, list_id: int) -> HttpResponse:
    """Send a file of a list; a worker imports it."""
    queries.list_to_manage(person, list_id)
    sent = request.FILES.get("file")
    try:
        if too_large(request):
            raise InvalidInputError(f"file: {MOST_UPLOAD_BYTES // 2**20} MiB at most")
        if not isinstance(sent, UploadedFile):
            raise InvalidInputError("file: choose one")
        kind = request.POST.get("kind", "")
        if kind and not kind_called(kind[:60]):
            raise InvalidInputError("kind: choose one of the list")
        how = How(
            form_named(request.POST.get("form", "")),
            kind_called(kind[:60]),
            "replaces" in request.POST,
            "confirmed" in request.POST,
        )
        made = managing.put_by(person, list_id, sent.name or "", sent.chunks(1024 * 1024), how)
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, sentence(error))
        return redirect("console:known-list", list_id=list_id)
    messages.success(request, "The file is here, and is imported next")
    return redirect("console:known-list-import", list_id=list_id, import_id=made.pk)


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope, list_id: int) -> HttpResponse:
    """Say anew what a list is, take one hash back, or end the list."""
    verb, given = request.POST.get("verb", ""), request.POST
    try:
        if verb == "change":
            messages.success(request, f"{managing.change_by(person, list_id, _terms(request)).name} is changed")
        elif verb == "revoke":
            managing.revoke_by(
                person, list_id, given.get("kind", ""), given.get("hash", "")[:2_000], given.get("reason", "")
            )
            messages.success(request, "The hash is revoked. What it matched ends in a moment")
        elif verb == "end":
            messages.success(
                request, f"{managing.end_by(person, list_id).name} is ended: nothing is matched against it"
            )
            return redirect("console:known-lists")
        else:
            queries.list_to_manage(person, list_id)
            messages.error(request, "Choose what to do with it.")
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, sentence(error))
    except NotFoundError as error:
        queries.list_to_manage(person, list_id)  # of another agency it is not there; else the hash is not
        messages.error(request, sentence(error))
    return redirect("console:known-list", list_id=list_id)


@require_safe
@signed_in
def one_import(request: HttpRequest, person: User, scope: Scope, list_id: int, import_id: int) -> HttpResponse:
    """An import: how far it is, what it changed, and what was wrong, by line."""
    found = queries.list_of(person, list_id)
    row = queries.imports_of(found).filter(pk=import_id).first() if import_id < 2**63 else None
    if row is None:
        raise NotFoundError(f"list {found.name} has no import {import_id}")
    faults = row.faults or {}
    words = dict(Fault.choices)
    context = {
        "list": found, "row": row, "form": LABELS.get(row.form, row.form), "tone": _BAD.get(ImportState(row.state), "quiet"),  # type: ignore[call-overload]  # a name of a form is one
        "wrong": [(name.replace("_", " "), number) for name, number in faults.get("counts", {}).items()],
        "first": faults.get("first", []), "duplicates": faults.get("duplicates", []),
        "flagged": [(words.get(name, name), number) for name, number in faults.get("flagged", {}).items()],
        "refresh_seconds": REFRESH_SECONDS,
    }  # fmt: skip
    return render(request, "console/known_list_import.html", context)
