"""Cases handed from one agency to another: what waits for an answer, and what went."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import signed_in
from tipline.console.fields import Errors, placed
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases import transfer
from tipline.investigation.cases.records import TransferState
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

PER_PAGE = 50


@require_safe
@signed_in
def transfers(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What was handed from and to the person's agency, what waits first."""
    page = Paginator(transfer.transfers_of(person), PER_PAGE).get_page(request.GET.get("page"))
    if not scope.empty:
        record(person.actor, [Act("case.transfers_listed", "agency", person.agency.code, {"rows": len(page)})])
    return render(request, "console/case_transfers.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, transfer_id: int) -> HttpResponse:
    """One transfer, with what the receiver is told before it decides."""
    found = transfer.transfers_of(person).filter(pk=transfer_id).first()
    if found is None:
        raise NotFoundError(f"there is no transfer {transfer_id}")
    errors: Errors = []
    if request.method == "POST":
        try:
            if request.POST.get("decision") == "accept":
                case = transfer.accept_transfer(person, found.pk)
                messages.success(request, f"The case is yours: {case.number}. Assign people, and name the officer")
                return redirect("console:case", case_id=case.pk)
            transfer.refuse_transfer(person, found.pk, request.POST.get("answer", ""))
            messages.success(request, "The case stays with its sender, who reads why")
            return redirect("console:case-transfers")
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "answer")]
            found.refresh_from_db()
    else:
        record(person.actor, [Act("case.transfer_read", "transfer", found.pk)])
    decides = (
        found.state == TransferState.OFFERED
        and found.to_agency_id == person.agency_id
        and may(person, Can.ASSIGN_CASES)
    )
    context = {"transfer": found, "decides": decides, "errors": errors, "error_fields": [f for f, _ in errors]}
    return render(request, "console/case_transfer.html", context, status=422 if errors else 200)
