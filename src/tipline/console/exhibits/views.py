"""Pages of exhibits. Each act is one call of a service; what is wrong stands on the form, and nothing was changed."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.console.downloads import printed
from tipline.console.fields import Errors, FieldError, placed, sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.printing.model import Document
from tipline.investigation.exhibits import papers, queries, services
from tipline.investigation.exhibits.custody import Entry
from tipline.investigation.exhibits.hashes import Algorithm, read_hash
from tipline.investigation.exhibits.models import CustodyKind, ExhibitKind
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

TEXTS = ("description", "place", "taken_by", "from_whom", "make", "model", "serial", "seal_number", "memo", "recording")


@require_safe
@signed_in
def exhibits(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """The exhibits of a case, who has each, and which reports name the same files. That they were listed is logged."""
    context = case_page(person, scope, case_id, "case-exhibits")
    case = context["case"]
    kept = queries.exhibits_of(case)
    at_once = sum(one.exhibit.hash_count for one in kept) <= queries.MATCHED_AT_ONCE  # type: ignore[attr-defined]
    context |= {
        "kept": kept,
        "matches": queries.matches_of(scope, [one.exhibit for one in kept]) if at_once else (),
        "matched": at_once,
        "files": queries.files_to_take(case) if context["may_write"] else (),
        "scheme": services.scheme_of(case.agency),
        "may_number": context["may_write"] and may(person, Can.ASSIGN_CASES),
        "may_export": may(person, Can.EXPORT),
    }
    record(person.actor, [Act("case.exhibits_listed", "case", case.pk, {"exhibits": len(kept)})])
    return render(request, "console/exhibits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Take an exhibit in."""
    context = _writable(person, scope, case_id)
    errors: Errors = []
    if request.method == "POST":
        try:
            made = services.take_in(person, case_id, _taken(request.POST, person))
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "description")]
        else:
            messages.success(request, f"{made.number} is taken in")
            return redirect("console:case-exhibit", case_id=case_id, exhibit_id=made.pk)
    context |= {
        "errors": errors, "error_fields": [field for field, _ in errors], "given": request.POST, "zone": person.agency.timezone,
        "kinds": [choice for choice in ExhibitKind.choices if choice[0] != ExhibitKind.REPORTED_FILE],
        "algorithms": [{"value": a.value, "label": a.label, "given": request.POST.get(f"hash_{a.value}", "")} for a in Algorithm],
    }  # fmt: skip
    return render(request, "console/exhibit_form.html", context, status=422 if errors else 200)


def _taken(given: Mapping[str, str], person: User) -> services.Taken:
    if given.get("kind") not in ExhibitKind.values:
        raise FieldError("kind", "choose what kind of exhibit it is")
    texts = {name: given.get(name, "") for name in TEXTS}
    for name, words in (("place", "the place"), ("taken_by", "by whom it was taken")):
        if not texts[name].strip():
            raise FieldError(name, f"say {words}")
    hashes = {algorithm: given.get(f"hash_{algorithm.value}", "").strip() for algorithm in Algorithm}
    for algorithm, value in hashes.items():
        try:
            if value:
                read_hash(algorithm, value)
        except InvalidInputError as error:
            raise FieldError(f"hash_{algorithm.value}", str(error)) from error
    return services.Taken(
        kind=ExhibitKind(given["kind"]), at=_moment(given.get("at", ""), "at", person), hashes=hashes, **texts
    )


def _moment(text: str, field: str, person: User) -> datetime:
    """A time as a form has it, in the desk's zone."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(person.agency.timezone))
    except (ValueError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise FieldError(field, "give the day and the time") from error


def _writable(person: User, scope: Scope, case_id: int) -> dict[str, Any]:
    context = case_page(person, scope, case_id, "case-exhibits")
    if not context["may_write"]:
        raise NotFoundError(f"there is no case {case_id} to write in")
    return context


@require_POST
@signed_in
def reported_file(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Make the hashes of a reported file an exhibit."""
    _writable(person, scope, case_id)
    report, _, file = request.POST.get("file", "").partition(":")
    if not (report.isascii() and report.isdigit() and len(report) < 19):
        raise NotFoundError("no report of this case has this file")
    try:
        made = services.take_in_reported_file(person, case_id, int(report), file, person.name)
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, sentence(error))
        return redirect("console:case-exhibits", case_id=case_id)
    messages.success(request, f"{made.number} is taken in: hashes, and no media")
    return redirect("console:case-exhibit", case_id=case_id, exhibit_id=made.pk)


@require_POST
@signed_in
def numbering(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Set how the agency numbers its exhibits."""
    _writable(person, scope, case_id)
    try:
        services.set_scheme(person, request.POST.get("pattern", ""))
    except InvalidInputError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "New exhibits of your agency are numbered so from now on")
    return redirect("console:case-exhibits", case_id=case_id)


@require_safe
@signed_in
def exhibit(request: HttpRequest, person: User, scope: Scope, case_id: int, exhibit_id: int) -> HttpResponse:
    """One exhibit with its chain. That it was read is logged."""
    return _exhibit_page(request, person, scope, case_id, exhibit_id)


@require_POST
@signed_in
def custody(request: HttpRequest, person: User, scope: Scope, case_id: int, exhibit_id: int) -> HttpResponse:
    """Write an entry of custody, or one that corrects another."""
    _writable(person, scope, case_id)
    try:
        entry = _entry(request.POST, person)
        chain = services.write_custody(person, case_id, exhibit_id, entry)
    except (InvalidInputError, ConflictError) as error:
        return _exhibit_page(request, person, scope, case_id, exhibit_id, [placed(error, "kind")])
    if max(chain.steps, key=lambda step: step.entry.position).equal is False:
        messages.error(request, "Written. A hash is NOT the recorded one: the exhibit does not count as verified")
    else:
        messages.success(request, f"Written. {chain.now.holder} has the exhibit")
    return redirect("console:case-exhibit", case_id=case_id, exhibit_id=exhibit_id)


def _entry(given: Mapping[str, str], person: User) -> Entry:
    if given.get("kind") not in CustodyKind.values:
        raise FieldError("kind", "choose what happened")
    corrects = given.get("corrects", "").strip()
    if corrects and not (corrects.isascii() and corrects.isdigit() and len(corrects) < 9):
        raise FieldError("corrects", "choose the entry that is corrected")
    names = ("from_holder", "to_holder", "place", "purpose", "seal_number", "hash_algorithm", "hash_value", "late_reason", "correction_reason")  # fmt: skip
    texts: dict[str, Any] = {name: given.get(name, "") for name in names}
    return Entry(
        kind=CustodyKind(given["kind"]),
        at=_moment(given.get("at", ""), "at", person),
        corrects=int(corrects) if corrects else None,
        **texts,
    )


def _exhibit_page(
    request: HttpRequest, person: User, scope: Scope, case_id: int, exhibit_id: int, errors: Errors | None = None
) -> HttpResponse:
    context = case_page(person, scope, case_id, "case-exhibits")
    case = context["case"]
    kept = queries.exhibit_of(case, exhibit_id)
    counted = {step.entry.position for step in kept.chain.steps}
    asked = request.GET.get("matches") == "1"
    at_once = asked or kept.exhibit.hash_count <= queries.MATCHED_AT_ONCE  # type: ignore[attr-defined]
    written = {row.position: row for row in kept.written}
    context |= {
        "kept": kept,
        "exhibit": kept.exhibit,
        "steps": [(step, written[step.entry.position]) for step in kept.chain.steps],
        "superseded": [
            (row, getattr(row, "corrected_by", None)) for row in kept.written if row.position not in counted
        ],
        "kinds": [choice for choice in CustodyKind.choices if choice[0] != CustodyKind.RECEIVED],
        "correctable": [row for row in kept.written if row.position in counted],
        "algorithms": Algorithm.choices,
        "imports": queries.imports_of(kept.exhibit),
        "categories": queries.categories_of(kept.exhibit),
        "matched": at_once,
        "matches": queries.matches_of(scope, [kept.exhibit]) if at_once else (),
        "zone": person.agency.timezone,
        "errors": errors or [],
        "error_fields": [field for field, _ in errors or ()],
        "given": request.POST,
    }
    if not errors:
        record(person.actor, [Act("case.exhibit_read", "case", case.pk, {"exhibit": kept.exhibit.pk})])
    return render(request, "console/exhibit.html", context, status=422 if errors else 200)


@require_safe
@signed_in
def label(request: HttpRequest, person: User, scope: Scope, case_id: int, exhibit_id: int) -> HttpResponse:
    """The label, to be printed."""
    return _paper(person, scope, case_id, exhibit_id, "label")


@require_safe
@signed_in
def custody_sheet(request: HttpRequest, person: User, scope: Scope, case_id: int, exhibit_id: int) -> HttpResponse:
    """The sheet of the chain of custody, to be printed."""
    return _paper(person, scope, case_id, exhibit_id, "custody")


def _paper(person: User, scope: Scope, case_id: int, exhibit_id: int, what: str) -> HttpResponse:
    case = case_page(person, scope, case_id, "case-exhibits")["case"]
    kept = queries.exhibit_of(case, exhibit_id)
    made: Document = papers.label(case, kept) if what == "label" else papers.custody_sheet(case, kept)
    record(person.actor, [Act("case.exhibit_printed", "case", case.pk, {"exhibit": kept.exhibit.pk, "paper": what})])
    return printed(made, f"exhibit-{kept.exhibit.pk}-{what}.pdf")
