"""The list of a desk's bundles, and one of them: its members and why, and the one decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.desk.doing import contacts_of
from tipline.console.fields import Errors, FieldError, placed, sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.investigation.cases.services import open_case
from tipline.investigation.deconfliction import services as deconfliction
from tipline.referrals.bundles import queries, services
from tipline.referrals.bundles.models import Bundle, BundleAct, BundleDecision
from tipline.referrals.models import DESK_REASONS
from tipline.referrals.queue.looks import look
from tipline.referrals.queue.models import PlaceKind
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, may_work_the_desk

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bundles(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Bundles in which something waits; the form makes one of reports by their numbers."""
    _works(person)
    errors: Errors = []
    if request.method == "POST":
        try:
            made = services.make(person, _numbers(request.POST.get("reports", "")), request.POST.get("title", ""))
            messages.success(request, "The bundle is made")
            return redirect("console:bundle", bundle_id=made.pk)
        except InvalidInputError as error:
            errors = [placed(error, "title")]
        except ConflictError as error:
            errors = [("reports", f"{sentence(error)} Nothing was changed.")]
    page = Paginator(queries.bundles_of(person.agency), PER_PAGE).get_page(request.GET.get("page"))
    record(person.actor, [Act("bundle.list_read", "desk", person.agency.code, {"rows": len(page)})])
    context = {
        "page": page, "errors": errors, "given": request.POST, "error_fields": [field for field, _ in errors],
    }  # fmt: skip
    return render(request, "console/bundles.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bundle(request: HttpRequest, person: User, scope: Scope, bundle_id: int) -> HttpResponse:
    """One bundle: what it has in common, its members with why they are in it, and one decision for all that lie here."""
    found = queries.bundle_of(person.agency, bundle_id)
    _works(person)
    errors: Errors = []
    if request.method == "POST":
        try:
            return _act(request, person, found)
        except InvalidInputError as error:
            errors = [placed(error, "act")]
        except ConflictError as error:
            errors = [("members", f"{sentence(error)} Nothing was changed.")]
    since = look(person, PlaceKind.BUNDLE, found.pk)
    page = Paginator(queries.members_of(found), PER_PAGE).get_page(request.GET.get("page"))
    record(person.actor, [Act("bundle.read", "bundle", found.pk, {"rows": len(page)})])
    lying = list(found.members.filter(left_at__isnull=True).values_list("report_id", flat=True)[:500])
    context: dict[str, Any] = {
        "bundle": found,
        "page": page,
        "urgent": [one for one in page if one.urgent],  # type: ignore[attr-defined]
        "looked_at": since,
        "decisions": list(BundleDecision.objects.filter(bundle=found).select_related("by").order_by("-pk")[:20]),
        "acts": [(key, label) for key, label in BundleAct.choices if key in _acts(person)],
        "below": list(Agency.objects.filter(parent=person.agency, active=True).order_by("name")),
        "reasons": DESK_REASONS,
        "errors": errors,
        "given": request.POST,
        "error_fields": [field for field, _ in errors],
    }
    if errors and request.POST.get("act") == BundleAct.ACCEPT:
        context |= contacts_of(person, lying)
    return render(request, "console/bundle.html", context, status=422 if errors else 200)


def _works(person: User) -> None:
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")


def _acts(person: User) -> frozenset[str]:
    """What a bundle can be decided to, at this level of the tree."""
    above = person.agency.parent_id is not None
    below = Agency.objects.filter(parent=person.agency, active=True).exists()
    return frozenset(
        {BundleAct.INFORMATIONAL.value}
        | ({BundleAct.FORWARD.value} if below else set())
        | ({BundleAct.RETURN.value, BundleAct.ACCEPT.value} if above else set())
    )


def _numbers(text: str) -> list[int]:
    words = text.replace(",", " ").split()[:500]
    return [int(one) for one in words if one.isascii() and one.isdigit() and len(one) < 19]


def _act(request: HttpRequest, person: User, found: Bundle) -> HttpResponse:
    given, verb = request.POST, request.POST.get("verb", "")
    if verb == "add":
        number = services.add(person, found.pk, _numbers(given.get("reports", "")), given.get("why", ""))
        messages.success(request, f"{number} put in")
    elif verb == "remove":
        number = services.remove(person, found.pk, _numbers(" ".join(given.getlist("report")[:500])))
        messages.success(request, f"{number} taken out; no rule puts them in again")
    elif verb == "apart":
        services.take_apart(person, found.pk)
        messages.success(request, "The bundle is taken apart; its reports lie on the desk")
        return redirect("console:bundles")
    else:
        decision = _decide(person, found, given)
        waits = f", {len(decision.proposed)} wait for a second person" if decision.proposed else ""
        left = f", {len(decision.left)} left" if decision.left else ""
        messages.success(request, f"Decided: {len(decision.done)} done{waits}{left}")
    return redirect("console:bundle", bundle_id=found.pk)


def _decide(person: User, found: Bundle, given: QueryDict) -> BundleDecision:
    act = given.get("act", "")
    if act not in _acts(person):
        raise InvalidInputError("choose what is decided")
    reason = given.get("reason", "")
    if act == BundleAct.RETURN and reason not in {key for key, _ in DESK_REASONS}:
        raise FieldError("reason", "choose a reason")

    def accept(ids: list[int]) -> object:
        asked = contacts_of(person, ids)
        if asked.get("contacts"):
            if given.get("contacts-read") != str(asked["check"].pk):
                raise FieldError("contacts-read", "read whom to call, and tick that you have")
            deconfliction.acknowledge(person, asked["check"])
        return open_case(person, ids, given.get("title", ""))

    return services.decide(
        person, found.pk, BundleAct(act), reason=reason, note=given.get("note", "").strip(),
        to_agency=Agency.objects.filter(parent=person.agency, code=given.get("agency", ""), active=True).first(),
        urgent_shown=set(_numbers(" ".join(given.getlist("urgent")[:500]))), accept=accept,
    )  # fmt: skip
