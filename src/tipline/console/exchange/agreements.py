"""Agreements: what each lets travel and until when, how it came to be, and setting, renewing and ending one by two people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.agencies.manage import found_agency, managed, manages
from tipline.console.authorise import fresh, signed_in
from tipline.console.exchange.pages import must_manage_links, with_tabs
from tipline.console.fields import Errors, FieldError, placed
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.exchange.federation.watching import endings
from tipline.exchange.parties.models import RemoteDesk
from tipline.trust.accounts.models import User
from tipline.trust.agencies import proposals
from tipline.trust.agencies.agreements import Bounds
from tipline.trust.agencies.models import Agency, AgreedData, Agreement, AgreementProposal, Verdict
from tipline.trust.visibility import OPERATOR, Can, Scope, acting, agencies_of, may, may_work_the_desk

_FIELDS = ("from", "to", "reference", "law", "since", "until", "purposes", "retention_days", "reason")


def _must_see(person: User) -> frozenset[int] | None:
    """Whose agreements a person sees: those of their agency and of those it oversees; who manages links, all."""
    if may_work_the_desk(person):
        return agencies_of(person)
    must_manage_links(person)
    return None


def _managed(person: User, code: str) -> Agency:
    """The agency that hands out, whose supervisor this person is."""
    return managed(person, code, "your role proposes and decides no agreements")


@require_safe
@signed_in
def agreements(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The latest agreement of every two agencies, and what waits for a second person."""
    agencies = _must_see(person)
    either = Q() if agencies is None else Q(from_agency__in=agencies) | Q(to_agency__in=agencies)
    latest = Agreement.objects.filter(either).order_by("from_agency_id", "to_agency_id", "-since", "-id")
    rows = latest.distinct("from_agency_id", "to_agency_id").select_related("from_agency", "to_agency")
    waiting = AgreementProposal.objects.filter(either, verdict=Verdict.OPEN).select_related("from_agency", "to_agency")
    remote = dict(RemoteDesk.objects.values_list("agency_id", "peer__name"))
    listed = [_row(one, remote) for one in rows]
    with acting(OPERATOR if agencies is None else scope):
        ending = endings(agencies)
    context = with_tabs(
        person, "agreements", endings=ending, waiting=list(waiting.order_by("id")), may_propose=may(person, Can.MANAGE_ROUTING),
        crossing=[row for row in listed if row["peer"]], inside=[row for row in listed if not row["peer"]],
    )  # fmt: skip
    return render(request, "console/agreements.html", context)


def _row(one: Agreement, remote: dict[int, str]) -> dict[str, Any]:
    today = now().date()
    days = None if one.until is None else (one.until - today).days
    if days is not None and days <= 0:
        state, tone = "ended", "quiet"
    elif one.since > today:
        state, tone = "not yet in force", "wait"
    elif days is not None and days <= 30:
        state, tone = f"ends in {days} day{'' if days == 1 else 's'}", "warn"
    else:
        state, tone = "in force", "good"
    peer = remote.get(one.to_agency_id) or remote.get(one.from_agency_id)
    return {"one": one, "state": state, "tone": tone, "peer": peer, "data": [AgreedData(kind) for kind in one.data]}


@require_safe
@signed_in
def history(request: HttpRequest, person: User, scope: Scope, giver: str, taker: str) -> HttpResponse:
    """Everything that was agreed between two agencies, and who proposed and decided it."""
    agencies = _must_see(person)
    two = Agency.objects.in_bulk([giver[:40], taker[:40]], field_name="code")
    if len(two) != 2 or (agencies is not None and not agencies & {one.pk for one in two.values()}):
        raise NotFoundError("there is no agreement between these two")
    between = {"from_agency": two[giver], "to_agency": two[taker]}
    remote = dict(RemoteDesk.objects.filter(agency__in=two.values()).values_list("agency_id", "peer__name"))
    rows = Agreement.objects.filter(**between).select_related("from_agency", "to_agency").order_by("-since", "-id")
    asked = AgreementProposal.objects.filter(**between).order_by("-id")
    mine = may(person, Can.MANAGE_ROUTING) and manages(person, two[giver])
    context = with_tabs(
        person, "agreements", giver=two[giver], taker=two[taker], rows=[_row(one, remote) for one in rows], manages=mine,
        proposals=[(one, _terms(one), one.proposed_by_person_id == person.pk) for one in asked],
    )  # fmt: skip
    return render(request, "console/agreement.html", context)


def _terms(one: AgreementProposal) -> list[tuple[str, str]]:
    """The terms that were proposed, in words."""
    terms = one.terms
    if one.asks == "end":
        return [("Ends on", terms["until"])]
    return [
        ("Rests on", terms["reference"]), ("Law", terms["law"] or "not named"), ("Since", terms["since"]), ("Until", terms["until"] or "no end"),
        ("Purposes", "; ".join(terms["purposes"]) or "not named"), ("Data", "; ".join(AgreedData(kind).label for kind in terms["data"])),
        ("Kept for", f"{terms['retention_days']} days" if terms["retention_days"] else "as the receiver's rules say"),
        ("Handing on", "allowed" if terms["onward"] else "not allowed"),
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def propose(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Propose an agreement: a new one, or one after the present terms of two agencies (`?from=` and `?to=`)."""
    if not may(person, Can.MANAGE_ROUTING):
        raise NotPermittedError("your role proposes no agreements")
    errors: Errors = []
    if request.method == "POST":
        given = {name: request.POST.get(name, "").replace("\r\n", "\n").strip()[:8000] for name in _FIELDS}
        given |= {"data": request.POST.getlist("data"), "onward": request.POST.get("onward", "")}  # type: ignore[dict-item]
        try:
            made = _propose(person, given)
            messages.success(request, "Proposed. Nothing is changed before a second supervisor approves it")
            return redirect("console:agreement", made.from_agency.code, made.to_agency.code)
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "reference")]
    else:
        given = _before(person, request.GET.get("from", ""), request.GET.get("to", ""))
    context = with_tabs(
        person, "agreements", given=given, errors=errors, kinds=AgreedData.choices,
        codes=Agency.objects.filter(active=True).order_by("code").values_list("code", "name"),
    )  # fmt: skip
    return render(request, "console/agreement_new.html", context, status=422 if errors else 200)


def _before(person: User, giver: str, taker: str) -> dict[str, Any]:
    """What the form begins with: the terms of the last agreement between the two."""
    given: dict[str, Any] = dict.fromkeys(_FIELDS, "")
    given |= {
        "from": giver or person.agency.code,
        "to": taker,
        "since": now().date().isoformat(),
        "data": ["metadata"],
        "onward": "1",
    }
    if giver:
        _managed(person, giver)
        last = (
            Agreement.objects.filter(from_agency__code=giver[:40], to_agency__code=taker[:40])
            .order_by("-since", "-id")
            .first()
        )
        if last:
            given |= {
                "reference": last.reference, "law": last.law, "purposes": "\n".join(last.purposes), "data": list(last.data),
                "retention_days": str(last.retention_days or ""), "onward": "1" if last.onward else "",
            }  # fmt: skip
    return given


def _propose(person: User, given: dict[str, Any]) -> AgreementProposal:
    try:
        giver = _managed(person, given["from"].upper())
        taker = found_agency(given["to"].upper())
    except NotFoundError as error:
        raise FieldError("to" if "such" in str(error) else "from", str(error)) from error
    if giver == taker:
        raise FieldError("to", f"{giver.code} needs no agreement with itself")
    if not given["reference"]:
        raise FieldError("reference", "say what the agreement is: number, date, order")
    if not given["reason"]:
        raise FieldError("reason", "say why, for the second supervisor")
    until = _day("until", given["until"]) if given["until"] else None
    since = _day("since", given["since"])
    if until is not None and until <= now().date():
        raise FieldError("until", "give a day that is yet to come")
    days = given["retention_days"]
    if days and not (days.isascii() and days.isdigit() and 0 < int(days[:9]) < 100_000 and len(days) < 7):
        raise FieldError("retention_days", "give a number of days, or leave it empty")
    bounds = Bounds(
        given["law"], tuple(filter(None, map(str.strip, given["purposes"].split("\n")))), frozenset(given["data"]),
        int(days) if days else None, bool(given["onward"]),
    )  # fmt: skip
    return proposals.propose_agreement(
        giver, taker, given["reference"], person.actor, since=since, until=until, bounds=bounds, reason=given["reason"]
    )


@require_POST
@signed_in
@fresh
def end(request: HttpRequest, person: User, scope: Scope, giver: str, taker: str) -> HttpResponse:
    """Propose that what is in force between two agencies ends."""
    agency = _managed(person, giver)
    try:
        on = _day("until", request.POST.get("until", "").strip())
        proposals.propose_end(agency, found_agency(taker), on, person.actor, reason=request.POST.get("reason", ""))
        messages.success(request, "Proposed. It ends when a second supervisor approves it")
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, placed(error, "")[1])
    return redirect("console:agreement", giver, taker)


@require_POST
@signed_in
@fresh
def decide(request: HttpRequest, person: User, scope: Scope, proposal_id: int) -> HttpResponse:
    """Approve or refuse what another supervisor proposed, or withdraw one's own proposal."""
    if not may(person, Can.MANAGE_ROUTING):
        raise NotPermittedError("your role decides no agreements")
    found = AgreementProposal.objects.select_related("from_agency", "to_agency").filter(pk=proposal_id).first()
    if found is None or not manages(person, found.from_agency):
        raise NotFoundError("there is no such proposal")
    verb = request.POST.get("verb", "")
    try:
        if verb not in {Verdict.APPROVED, Verdict.REFUSED, Verdict.WITHDRAWN}:
            raise InvalidInputError("choose what to do with the proposal")
        done = proposals.decide(found.pk, Verdict(verb), request.POST.get("why", "").strip(), person.actor)
        messages.success(request, f"{Verdict(done.verdict).label}, with your name")
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, placed(error, "")[1])
    return redirect("console:agreement", found.from_agency.code, found.to_agency.code)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldError(field, "give a day as 2026-12-31") from error
