"""All requests of a desk that are out, the figures of them, and the directory of holders."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.investigation.process import queries, rates
from tipline.investigation.process.directory import own_directory
from tipline.investigation.process.models import RequestKind
from tipline.investigation.process.platforms import together
from tipline.pipeline.attribution.log_expiry.in_force import recent_directory
from tipline.referrals.counts import SMALLEST_TOLD
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

PER_PAGE = 50


@require_safe
@signed_in
def outstanding(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every request in the person's scope that is not over, what is overdue first. That they were listed is logged."""
    if not may(person, Can.SEE_REPORTS):
        raise NotPermittedError("your role does not include cases")
    which = request.GET.get("show", "all")
    chosen = queries.Filter(
        which if which in queries.WHICH else "all", request.GET.get("holder", "")[:90], request.GET.get("kind", "")
    )
    page = Paginator(queries.outstanding(scope, chosen), PER_PAGE).get_page(request.GET.get("page"))
    record(
        person.actor, [Act("request.listed", "agency", person.agency.code, {"page": page.number, "rows": len(page)})]
    )
    told = queries.alerts(scope, person.agency_id)
    context = {
        "page": page,
        "chosen": chosen,
        "which": queries.WHICH.items(),
        "kinds": RequestKind.choices,
        "holders": queries.holders_of_desk(scope),
        "query": urlencode({"show": chosen.which, "holder": chosen.holder, "kind": chosen.kind}),
        "alerts": [alert for alert in told if alert.acknowledged_at is None],
        "seen_alerts": [alert for alert in told if alert.acknowledged_at is not None],
        "may_write": may(person, Can.WORK_CASES),
        "may_escalated": may(person, Can.ASSIGN_CASES),
    }
    return render(request, "console/requests.html", context)


@require_safe
@signed_in
def figures(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Rates and medians of the person's desk, or (`?all=1`) of it and all that it oversees."""
    overseen = bool(request.GET.get("all"))
    found = rates.rates_for(person, scope, overseen=overseen)
    context = {
        "rates": found,
        "definitions": rates.DEFINITIONS,
        "smallest": SMALLEST_TOLD,
        "oversees": len(scope.agency_ids | scope.count_agency_ids) > 1,
    }
    return render(request, "console/request_rates.html", context)


@require_safe
@signed_in
def holders(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every platform and network of the directories in force, and what each accepts."""
    own = own_directory()
    known = together(own)
    asked = request.GET.get("q", "").strip()[:80]
    rows = queries.listed(known, frozenset(p.key for p in own.platforms) if own else frozenset())
    if asked:
        rows = [row for row in rows if asked.casefold() in f"{row.name} {row.company} {row.key}".casefold()]
    context = {"rows": rows, "version": known.about.version, "networks_version": recent_directory().version, "q": asked}
    return render(request, "console/holders.html", context)


@require_safe
@signed_in
def holder(request: HttpRequest, person: User, scope: Scope, key: str) -> HttpResponse:
    """One holder: whom to write to, what it accepts, what it says of itself, the desk's requests to it, and its rates.

    One in no directory has a page when a request in scope goes to it.
    """
    known = together(own_directory())
    platform = known.by_key(key)
    country, _, network_key = key.partition("/")
    networks = recent_directory()
    network = (
        next((h for where, _, h in networks.holders() if (where, h.key) == (country, network_key)), None)
        if network_key
        else None
    )
    sees = may(person, Can.SEE_REPORTS)
    requests = list(queries.visible_requests(scope).filter(holder_key=key)[:PER_PAGE]) if sees else []
    if platform is None and network is None and not requests:
        raise NotFoundError("there is no such holder of records")
    found = networks.by_key(country, network_key) if network_key else None
    if requests:
        record(person.actor, [Act("request.listed", "agency", person.agency.code, {"rows": len(requests)})])
    counted = sees or may(person, Can.SEE_COUNTS)
    context = {
        "key": key,
        "name": platform.name if platform else network.name if network else requests[0].holder_name,
        "platform": platform,
        "network": network,
        "claims": sorted(found.claims.items()) if network and found else (),
        "contact": platform.contact if platform else found.contact if found else known.unknown,
        "accepts": platform.accepts if platform else () if found else known.unknown_accepts,
        "network_accepts": found.accepts if found else (),
        "requests": requests,
        "sees": sees,
        "rates": rates.rates_for(person, scope).of_holder(key) if counted else (),
        "counted": counted,
        "smallest": SMALLEST_TOLD,
    }
    return render(request, "console/holder.html", context)
