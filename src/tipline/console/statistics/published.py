"""What goes out: reports that the desk gets by itself, transparency reports, yearly returns. Each act is one call of a service."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.downloads import attached, printed
from tipline.console.fields import Errors, sentence
from tipline.console.statistics.views import allowed
from tipline.core.clock import now, zone_of
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.sql import together
from tipline.referrals.counts import countable
from tipline.statistics import returns
from tipline.statistics.catalogue import newest
from tipline.statistics.publishing import release, services
from tipline.statistics.publishing.models import (
    Method,
    PublishedFile,
    Rhythm,
    Schedule,
    ScheduledReport,
    State,
    Transparency,
)
from tipline.statistics.publishing.periods import Period
from tipline.statistics.publishing.schedules import Wanted, end, start
from tipline.statistics.tables import DIMENSIONS
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

MOST_LISTED = 60
LANGUAGES = {"en": "English", "hi": "Hindi", "mr": "Marathi"}


# -- reports that a desk gets by itself -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reports(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The desk's scheduled reports with their files, and the form for one more."""
    allowed(person)
    errors: Errors = []
    if request.method == "POST":
        try:
            start(person, _wanted(request))
        except (InvalidInputError, ConflictError, NotFoundError) as error:
            errors = [("figures", sentence(error))]
        else:
            messages.success(request, "It is made from now on; the first one when the present period is over")
            return redirect("console:statistics-reports")
    own = person.agency_id
    running, made, files = together(
        Schedule.objects.filter(agency_id=own, ended_at__isnull=True).order_by("pk"),
        ScheduledReport.objects.filter(agency_id=own).select_related("schedule").order_by("-after", "-pk")[:MOST_LISTED],
        PublishedFile.objects.filter(agency_id=own, scheduled__isnull=False).defer("body").order_by("-scheduled_id", "name")[: 13 * MOST_LISTED],
    )  # fmt: skip
    titles = {figure.definition.name: figure.definition.title for figure in newest()}
    of_report: dict[int, list[PublishedFile]] = {}
    for file in files:
        of_report.setdefault(file.scheduled_id, []).append(file)
    context = {
        "here": "reports", "errors": errors, "given": request.POST, "languages": LANGUAGES, "rhythms": Rhythm.choices,
        "running": [(one, [_words(figure, titles) for figure in one.figures], LANGUAGES[one.language]) for one in running],
        "made": [(one, Period(one.first_day, one.after).text, of_report.get(one.pk, [])) for one in made],
        "choices": _choices(),
    }  # fmt: skip
    return render(request, "console/statistics_reports.html", context, status=422 if errors else 200)


def _choices() -> list[tuple[str, str]]:
    """Figures whole, and cut by each dimension, as a form offers them."""
    found = []
    for figure in newest():
        definition = figure.definition
        found.append((definition.name, definition.title))
        found += [(f"{definition.name}:{one.value}", f"{definition.title}, by {DIMENSIONS[one].lower()}") for one in definition.by]  # fmt: skip
    return found


def _words(one: dict[str, Any], titles: dict[str, str]) -> str:
    by = " and ".join(one["by"])
    return f"{titles.get(one['figure'], one['figure'])}{f', by {by}' if by else ''}"


def _wanted(request: HttpRequest) -> Wanted:
    given = request.POST
    figures = [(name, tuple(by.split(",")) if by else ()) for name, _, by in (text[:120].partition(":") for text in given.getlist("figures"))]  # fmt: skip
    return Wanted(
        figures, given.get("rhythm", ""), given.get("language", ""), "pdf" in given.getlist("files"), "csv" in given.getlist("files")
    )  # fmt: skip


@require_POST
@signed_in
def report_end(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Make no more of it."""
    allowed(person)
    try:
        end(person, number)
        messages.success(request, "No more of it is made. What was made stays here")
    except ConflictError as error:
        messages.error(request, sentence(error))
    return redirect("console:statistics-reports")


@require_safe
@signed_in
def file(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """A file as it was made. That it left the software is an entry of the log."""
    allowed(person)
    found = PublishedFile.objects.filter(pk=number, agency_id__in=scope.count_agency_ids).first()
    if found is None:
        raise NotFoundError(f"there is no file {number}")
    record(person.actor, [Act("statistics.file_taken", "published_file", found.pk, {"sha256": found.sha256})])
    return attached(bytes(found.body), found.media_type, found.name)


# -- transparency reports -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def transparency(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every transparency report that this person may know of, and the form that prepares one."""
    allowed(person)
    errors: Errors = []
    if request.method == "POST":
        given = request.POST
        try:
            made = services.prepare(person, given.get("when", ""), given.get("method", ""), given.get("epsilon", ""))
        except (InvalidInputError, ConflictError) as error:
            errors = [(_field(error), sentence(error))]
        else:
            messages.success(request, "Prepared. Another person reads it and releases it")
            return redirect("console:statistics-release", made.pk)
    rows = services.visible_reports(scope).defer("content")[:MOST_LISTED]
    this_year = now().astimezone(zone_of(person.agency.timezone)).year
    context = {
        "here": "transparency", "errors": errors, "error_fields": [field for field, _ in errors], "given": request.POST, "methods": Method.choices,
        "rows": [(one, Period(one.since, one.until).text) for one in rows],
        "times": [text for year in range(this_year, this_year - 4, -1) for text in (f"{year}-H2", f"{year}-H1", str(year))],
    }  # fmt: skip
    return render(request, "console/statistics_transparency.html", context, status=422 if errors else 200)


def _field(error: Exception) -> str:
    return "epsilon" if "epsilon" in str(error) else "when"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def one_transparency(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """One report, as it would be published: a second person releases it, or it is ended."""
    allowed(person)
    made = services.visible_report(scope, number)
    errors: Errors = []
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "release":
                services.release(person, made.pk)
                messages.success(request, "Released. Its files are below; to publish them is your agency’s own act")
            else:
                services.refuse(person, made.pk, request.POST.get("reason", ""))
                messages.success(request, "It is not released")
            return redirect("console:statistics-release", made.pk)
        except (InvalidInputError, ConflictError) as error:
            errors = [("reason", sentence(error))]
    own = made.agency_id == person.agency_id
    waits = made.state == State.PREPARED and own
    context = {
        "here": "transparency", "errors": errors, "given": request.POST, "made": made, "period": Period(made.since, made.until).text,
        "method_text": made.content["method_text"], "tables": [_published(table) for table in made.content["tables"]],
        "files": made.files.defer("body").order_by("name"), "own": made.preparer_id == person.pk,
        "may_release": waits and may(person, Can.PUBLISH) and made.preparer_id != person.pk,
        "may_refuse": waits and (may(person, Can.PUBLISH) or made.preparer_id == person.pk),
    }  # fmt: skip
    return render(request, "console/statistics_release.html", context, status=422 if errors else 200)


def _published(table: dict[str, Any]) -> dict[str, Any]:
    return table | {"lines": release.lines_of(table), "privacy": release.privacy_of(table), "id": f"{table['figure']}-{'-'.join(table['by'])}"}  # fmt: skip


@require_safe
@signed_in
def preview(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """The PDF as it would be released, with a mark on every page that it is not."""
    allowed(person)
    made: Transparency = services.visible_report(scope, number)
    if made.state == State.RELEASED:
        raise NotFoundError("it is released: its files are on its page")
    return printed(release.document_of(made), f"draft-transparency-{made.pk}.pdf")


# -- yearly returns -------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def yearly(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """A yearly return, filled: to read and to compare with the official form."""
    context = _filled(request, person, scope)
    template = context["template"]
    files = [(kind, reverse("console:statistics-return-file", args=[template.name, kind])) for kind in ("ods", "csv")]
    status = 422 if context["errors"] else 200
    return render(request, "console/statistics_returns.html", context | {"files": files}, status=status)


@require_safe
@signed_in
def yearly_file(request: HttpRequest, person: User, scope: Scope, name: str, kind: str) -> HttpResponse:
    """The same as ODS or CSV."""
    makers = {
        "ods": ("application/vnd.oasis.opendocument.spreadsheet", returns.to_ods),
        "csv": ("text/csv; charset=utf-8", returns.to_csv),
    }
    if kind not in makers:
        raise NotFoundError("returns are ODS or CSV")
    context = _filled(request, person, scope, name)
    if context["errors"]:
        raise NotFoundError(context["errors"][0][1])
    template, year, agency = context["template"], context["year"], context["agency"]
    media_type, make = makers[kind]
    body = make(template, agency, year, context["filled"])
    told = {"agency": agency, "year": year, "kind": kind, "suppressed": context["suppressed"]}
    record(person.actor, [Act("statistics.return_taken", "return", template.name, told)])
    return attached(body, media_type, f"{template.name}-{agency}-{year}.{kind}")


def _filled(request: HttpRequest, person: User, scope: Scope, name: str = "") -> dict[str, Any]:
    """A return that the address asks for; the last year that is over, of the own agency, where it says nothing."""
    allowed(person)
    template = returns.template_of(name or request.GET.get("return") or next(iter(returns.templates())))
    last = now().astimezone(zone_of(person.agency.timezone)).year - 1
    text, agency = request.GET.get("year") or str(last), (request.GET.get("agency") or person.agency.code)[:40]
    suppressed = not may(person, Can.SEE_REPORTS)
    context: dict[str, Any] = {
        "here": "returns", "template": template, "templates": list(returns.templates().values()), "agencies": countable(scope), "agency": agency,
        "errors": [], "suppressed": suppressed, "filled": (), "year": last, "years": range(last + 1, last - 9, -1),
    }  # fmt: skip
    try:
        if not (text.isascii() and text.isdigit() and 2000 <= int(text[:6]) <= last + 1):
            raise InvalidInputError(f"{text[:12]!r} is no year of a return: choose one up to {last + 1}")
        context["year"] = int(text)
        context["filled"] = returns.fill(
            scope, template, agency, int(text), suppressed=suppressed, agencies=context["agencies"]
        )
    except (InvalidInputError, ConflictError) as error:
        context["errors"] = [("year", sentence(error))]
    return context
