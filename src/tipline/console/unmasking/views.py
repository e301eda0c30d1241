"""Pages about seeing a child's data."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.fields import sentence
from tipline.console.unmasking.session import current, forget, remember
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.reports import unmasking as services
from tipline.reports.models import UnmaskingCode
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def unmask(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """The form that asks for a reason, and the unmasking itself."""
    if not may(person, Can.UNMASK):
        raise NotFoundError(f"report {report_id} does not exist")
    report = visible_report(scope, report_id)
    errors: list[tuple[str, str]] = []
    given = {"code": request.POST.get("code", ""), "reason": request.POST.get("reason", "")}
    if request.method == "POST":
        try:
            remember(
                request, services.unmask(person, scope, report_id, services.Reason(given["code"], given["reason"]))
            )
            return redirect("console:report", report_id=report_id)
        except InvalidInputError as error:
            errors = [("reason" if given["code"] in UnmaskingCode.values else "code", sentence(error))]
            if isinstance(error, services.NamesChildError):
                given["reason"] = ""  # it is not shown again
    context = {
        "report_id": report.pk,
        "codes": UnmaskingCode.choices,
        "given": given,
        "errors": errors,
        "error_fields": [field for field, _ in errors],
        "minutes": services.LASTS.seconds // 60,
        "shortest": services.SHORTEST_REASON,
        "longest": services.LONGEST_REASON,
    }
    return render(request, "console/unmask.html", context, status=422 if errors else 200)


@require_POST
@signed_in
def mask_again(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Mask the child's data again at once."""
    visible_report(scope, report_id)
    running = current(request, person, report_id)
    if running is not None:
        services.mask_again(person, running)
    forget(request, report_id)
    return redirect("console:report", report_id=report_id)


@require_safe
@signed_in
def unmaskings(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What the agency's people unmasked."""
    page = Paginator(services.unmaskings(person), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "unreviewed": services.unreviewed(person), "may_open": may(person, Can.SEE_REPORTS)}
    return render(request, "console/unmaskings.html", context)


@require_POST
@signed_in
def review(request: HttpRequest, person: User, scope: Scope, unmasking_id: int) -> HttpResponse:
    """Mark one as reviewed."""
    try:
        services.review(person, unmasking_id, request.POST.get("note", ""))
        messages.success(request, "Marked as reviewed")
    except (ConflictError, InvalidInputError) as error:
        messages.error(request, sentence(error))
    return redirect("console:unmaskings")
