"""Saying what a file is, from the page of a report or an exhibit. By its hashes: nothing is shown or opened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.exchange.hash_lists import findings, lists, sources
from tipline.investigation.exhibits import queries
from tipline.reports.hashes.words import ALGORITHMS, CATEGORIES
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

SHOWN = 20  # hashes that the page lists; a tool's category may have a million


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_report(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Say what a reported file is."""
    file = request.POST.get("file", "") or request.GET.get("file", "")
    hashes = sources.of_reported_file(scope, report_id, file)
    back = f"{reverse('console:report', args=[report_id])}#files"
    context = {"of": f"a file of report {report_id}", "back": back, "file": file}
    return _answer(request, person, hashes, findings.Source("report", str(report_id)), context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_exhibit(request: HttpRequest, person: User, scope: Scope, case_id: int, exhibit_id: int) -> HttpResponse:
    """Say what an exhibit is, or the files on it that a tool put into a category."""
    case = case_page(person, scope, case_id, "case-exhibits")
    if not case["may_write"]:
        raise NotFoundError(f"there is no case {case_id} to write in")
    exhibit = queries.exhibit_of(case["case"], exhibit_id).exhibit
    given = request.POST if request.method == "POST" else request.GET
    category = given.get("tool_category", "")
    hashes = sources.of_exhibit(exhibit, category)
    context = case | {
        "of": f"exhibit {exhibit.number}", "back": reverse("console:case-exhibit", args=[case_id, exhibit_id]),
        "tool_categories": [name for name, _ in queries.categories_of(exhibit) if name], "tool_category": category,
    }  # fmt: skip
    return _answer(request, person, hashes, findings.Source("exhibit", str(exhibit.pk)), context)


def _answer(
    request: HttpRequest, person: User, hashes: sources.Hashes, source: findings.Source, context: dict[str, Any]
) -> HttpResponse:
    findings.allowed(person)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        given = request.POST
        try:
            made = findings.find(
                person,
                hashes,
                given.get("category", ""),
                given.get("reason", ""),
                source,
                hash_list=given.get("list", ""),
            )
        except (InvalidInputError, ConflictError) as error:
            field, _, words = str(error).partition(": ")
            at = field if words and field in {"category", "reason", "list"} else "category"
            errors = [(at, (words if words and at == field else str(error)).capitalize())]
        else:
            messages.success(
                request,
                f"Finding {made.pk}: {CATEGORIES[made.category].label}. It counts as your word; lists may need a second person's",
            )
            return redirect(context["back"])
    standing = {one.pk: one for said in findings.standing_on(person, hashes[:SHOWN]).values() for one in said}
    context |= {
        "hashes": [(ALGORITHMS[kind].label, value) for kind, value in hashes[:SHOWN]], "more": max(0, len(hashes) - SHOWN),
        "standing": [(one, CATEGORIES[one.category].label) for one in standing.values()], "categories": CATEGORIES.values(),
        "by_hand": [one for one in lists.lists_of(person) if one.by_hand], "given": request.POST, "errors": errors,
        "error_fields": [field for field, _ in errors],
    }  # fmt: skip
    return render(request, "console/finding.html", context, status=422 if errors else 200)
