"""The endpoints. Each authorises by its token, reads within `acting`, and logs what it read in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tipline.api import schemas
from tipline.api.asking import Token, TokenAsPassword, asker_of
from tipline.core.clock import now
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import counted, visible_case, visible_cases, with_operations, with_parts
from tipline.investigation.chain import chain
from tipline.investigation.legal.clocks.feed import calendar
from tipline.investigation.legal.clocks.queries import running, told
from tipline.investigation.outcomes import queries as outcomes
from tipline.investigation.outcomes.figures import with_outcomes
from tipline.investigation.outcomes.kinds import KINDS, label_of
from tipline.referrals.counts import counts_of
from tipline.reports.masking import outside
from tipline.reports.models import Identifier, Report, ReportState
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import TokenScope
from tipline.trust.agencies.queries import Node, tree
from tipline.trust.audit.queries import Filters, entries
from tipline.trust.visibility import Can, acting, may

MOST = 200
MOST_CLOCKS = 2_000
_ID = 2**63 - 1

After = Annotated[int, Query(ge=0, le=_ID, description="only what has a higher id than this")]
Before = Annotated[int | None, Query(ge=1, le=_ID, description="only what has a lower id than this")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]


router = Router(tags=["people"])

_REFUSALS = {401: schemas.Problem, 429: schemas.Problem}
_SCOPED = {**_REFUSALS, 403: schemas.Problem, 422: schemas.Problem}
_ONE = {**_SCOPED, 404: schemas.Problem}


@router.get("/me", auth=Token(), response={200: schemas.Me, **_REFUSALS})
def me(request: HttpRequest) -> dict[str, Any]:
    """Whom the token acts for, and what it opens now."""
    asker = asker_of(request)
    person = asker.person
    return {
        "email": person.email, "name": person.name, "role": person.role, "agency": person.agency,
        "token": asker.token.pk, "scopes": sorted(scope.value for scope in asker.scopes), "expires_at": asker.token.expires_at,
    }  # fmt: skip


@router.get("/reports", auth=Token(TokenScope.REPORTS), response={200: schemas.Reports, **_SCOPED})
def reports(
    request: HttpRequest, after: After = 0, limit: Limit = 50, state: ReportState | None = None
) -> dict[str, Any]:
    """The reports that the person's agency holds or held, in order of id, so that the last id leads to what came since."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = (
            visible_reports(scope)
            .filter(pk__gt=after)
            .select_related("reporter", "receiving_agency", "log_clock")
            .order_by("pk")
        )
        if state is not None:
            found = found.filter(state=state)
        page = list(found.defer("details", "escalation")[: limit + 1])
        asker.note("report.listed", "report", "list", after=str(after), count=len(page[:limit]))
    return {"items": [_head(report) for report in page[:limit]], "next": _next(page, limit)}


def _head(report: Report) -> dict[str, Any]:
    clock = getattr(report, "log_clock", None)
    return {
        "id": report.pk, "reporter": report.reporter.name, "receiving_agency": report.receiving_agency.code,
        "state": report.state, "processing": report.processing, "received_at": report.received_at,
        "finished_at": report.finished_at,
        "incident": {
            "type": report.incident_type, "at": report.incident_at, "at_text": report.incident_at_text,
            "platform": report.platform, "escalated": report.escalated,
        },
        "log": clock and {
            "next_likely_gone_at": clock.next_likely_gone_at, "holder": clock.holder_name or None, "all_gone_at": clock.all_gone_at,
            "addresses": clock.sightings, "preserved": clock.preserved,
        },
    }  # fmt: skip


def _next(page: list[Any], limit: int) -> int | None:
    return page[limit - 1].pk if len(page) > limit else None


@router.get("/reports/{int:report_id}", auth=Token(TokenScope.REPORTS), response={200: schemas.ReportChain, **_ONE})
def report(request: HttpRequest, report_id: int) -> dict[str, Any]:
    """One report: everything known of it and done with it. That it was read is logged."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = chain(scope, report_id)
        asker.note("report.read", "report", report_id)
    return found


@router.get("/cases", auth=Token(TokenScope.CASES), response={200: schemas.Cases, **_SCOPED})
def cases(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """The cases of the person's agency in order of id; an investigator's are those they are assigned to."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        page = list(
            counted(with_operations(scope, visible_cases(scope))).filter(pk__gt=after).order_by("pk")[: limit + 1]
        )
        asker.note("case.listed", "case", "list", after=str(after), count=len(page[:limit]))
    items = [
        {**_case(case), "reports": vars(case)["report_count"], "handles": vars(case)["handle_count"]}
        for case in page[:limit]
    ]
    return {"items": items, "next": _next(page, limit)}


def _case(case: Case) -> dict[str, Any]:
    known = vars(case)["operations"]
    return {
        "id": case.pk, "number": case.number, "title": case.title, "agency": case.agency.code, "state": case.state,
        "operation": next((one["name"] for one in known), None), "operations": known, "opened_at": case.opened_at,
    }  # fmt: skip


@router.get("/cases/{int:case_id}", auth=Token(TokenScope.CASES), response={200: schemas.WholeCase, **_ONE})
def case(request: HttpRequest, case_id: int) -> dict[str, Any]:
    """One case. That it was read is logged."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = with_parts(visible_case(scope, case_id))
        said = outcomes.of_case(found)
        asker.note("case.read", "case", found.pk)
    return {
        **_case(found),
        "opened_by": found.opened_by.name,
        "offences": [offence.label for offence in found.offences.all()],
        "handles": [
            {"value": outside_of(handle.identifier), "platform": handle.identifier.scope, "report": handle.report_id}
            for handle in found.handles.all()
        ],
        "reports": [link.report_id for link in found.case_reports.all()],
        "outcomes": [
            {
                "id": row.pk,
                "kind": row.kind,
                "label": label_of(row.kind),
                "code": KINDS[row.kind].code if row.kind in KINDS else None,
                "number": row.number,
                "on": row.on,
                "reports": vars(row)["of_reports"],
                "recorded_at": row.recorded_at,
                "withdrawn": row.withdrawn_at is not None,
            }
            for row in reversed(said)
        ],
        "people": [
            {"name": work.person.name, "role": work.person.role, "since": work.assigned_at}
            for work in getattr(found, "assigned", ())
        ],
    }


def outside_of(identifier: Identifier) -> str:
    """An account away from its report: masked when some report says, perhaps later, that it is a child's."""
    return outside(identifier.kind, identifier.value, of_child=identifier.of_child, names_child=identifier.names_child)


@router.get("/clocks", auth=Token(TokenScope.CASES), response={200: list[schemas.Clock], **_SCOPED})
def clocks(request: HttpRequest) -> list[dict[str, Any]]:
    """The running clocks of the person's desk, the soonest first, at most two thousand."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = list(running(scope, asker.person.agency)[:MOST_CLOCKS])
        asker.note("clock.listed", "agency", asker.person.agency.code, count=len(found))
    return [told(clock, now()) for clock in found]


@router.get(
    "/clocks.ics", auth=[Token(TokenScope.CASES), TokenAsPassword(TokenScope.CASES)],
    response={200: None, **_SCOPED}, summary="Clocks as a calendar",
)  # fmt: skip
def clocks_calendar(request: HttpRequest) -> HttpResponse:
    """The same as a calendar (RFC 5545). A calendar program gives the token as the password, with any name."""
    asker = asker_of(request)
    person = asker.person
    with acting(asker.scope) as scope:
        found = list(running(scope, person.agency).select_related("agency", "case")[:MOST_CLOCKS])
        asker.note("clock.listed", "agency", person.agency.code, count=len(found), form="calendar")
    body = calendar(found, f"Clocks of {person.agency.name}", now(), request.build_absolute_uri("/").rstrip("/"))
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})


@router.get("/counts", auth=Token(TokenScope.COUNTS), response={200: schemas.AllCounts, **_ONE})
def counts(
    request: HttpRequest,
    agency: Annotated[str, Query(max_length=40, description="code of an agency; empty: the person's own")] = "",
) -> dict[str, Any]:
    """The figures of an agency, each with the sentence that defines it. Small numbers are hidden from who sees no reports."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = with_outcomes(
            counts_of(scope, agency or asker.person.agency.code, suppressed=not may(asker.person, Can.SEE_REPORTS))
        )
    figures = [
        {**asdict(figure), "parts": [{**asdict(part), "text": part.text} for part in figure.parts]}
        for figure in found.figures
    ]
    return {"agency": found.agency, "suppressed": found.suppressed, "figures": figures}


@router.get("/log", auth=Token(TokenScope.LOG), response={200: schemas.Log, **_SCOPED})
def log(
    request: HttpRequest,
    before: Before = None,
    limit: Limit = 50,
    action: Annotated[str, Query(max_length=60, description="only actions that begin with this")] = "",
) -> dict[str, Any]:
    """What people of the auditor's agency did, the newest first."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        filters = Filters(action=action.replace("\0", ""))
        page = entries(scope.log_agency_ids, filters, before_id=before, limit=limit + 1)
        asker.note("log.read", "log", "list", before=str(before or ""), count=len(page[:limit]))
    items = [
        {
            "id": e.pk, "at": e.at, "actor_kind": e.actor_kind, "actor": e.actor_label, "action": e.action,
            "object_type": e.object_type, "object_id": e.object_id, "detail": e.detail,
        }
        for e in page[:limit]
    ]  # fmt: skip
    return {"items": items, "next": _next(page, limit)}


@router.get("/agencies", auth=Token(), response={200: list[schemas.AgencyNode], **_REFUSALS})
def agencies(request: HttpRequest) -> list[dict[str, Any]]:
    """The tree of agencies, the top first. It holds no report data: every token opens it."""
    return list(_nodes(tree(), None))


def _nodes(nodes: list[Node], above: str | None) -> Iterator[dict[str, Any]]:
    for node in nodes:
        one = node.agency
        yield {
            "code": one.code, "name": one.name, "kind": one.kind, "parent": above, "timezone": one.timezone,
            "languages": one.languages.split(), "active": one.active, "places": list(node.places),
        }  # fmt: skip
        yield from _nodes(node.children, one.code)
