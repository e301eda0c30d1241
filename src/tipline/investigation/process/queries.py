"""Reading requests, within what somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as Either
from django.db.models.functions import Coalesce

from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.core.sql import together
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.process.holders import Holder, HolderKind, holders_among, traced_clocks, traced_handles
from tipline.investigation.process.models import (
    OUT,
    AlertKind,
    Request,
    RequestAlert,
    RequestEvent,
    RequestItem,
    RequestKind,
    RequestState,
)
from tipline.investigation.process.platforms import PlatformFile
from tipline.pipeline.attribution.log_expiry.in_force import recent_directory
from tipline.reports.masking import outside
from tipline.reports.models import Identifier, Sighting
from tipline.trust.visibility import Scope

ENDS_SOON = timedelta(days=7)
MOST_LISTED = 200
# Why a request needs somebody now; what a page shows first comes first.
URGENT_ALERTS = (AlertKind.TERM_OVER, AlertKind.ESCALATE, AlertKind.ENDED)


def visible_requests(scope: Scope) -> QuerySet[Request]:
    """The requests of the cases in scope, with `item_count`, `first_gone_at` (the soonest end of a log that it asks about)."""
    return (
        Request.objects.filter(case__in=visible_cases(scope).order_by().values("pk"))
        .select_related("case", "agency", "made_by")
        .annotate(**_of_items())
        .order_by("-pk")
    )


def _of_items() -> dict[str, Any]:
    """`item_count` and `first_gone_at`, as sub-selects: PostgreSQL works them out for the rows of a page, after sorting."""
    items = RequestItem.objects.filter(request=OuterRef("pk")).order_by()
    counted = items.values("request").annotate(n=Count("pk")).values("n")
    first = items.filter(gone_at__isnull=False).order_by("gone_at").values("gone_at")[:1]
    return {"item_count": Coalesce(Subquery(counted), Value(0)), "first_gone_at": Subquery(first)}


def requests_of(case: Case) -> list[Request]:
    """All requests of a case that was read as visible: what needs somebody first, the ended ones last. With alerts. Two queries."""
    live = RequestAlert.objects.filter(ended_at=None).order_by("due_at")
    found = (
        Request.objects.filter(case=case)
        .annotate(**_of_items())
        .prefetch_related(Prefetch("alerts", live, to_attr="live_alerts"))
        .order_by("pk")
    )
    return sorted(found, key=_order)


def _order(request: Request) -> tuple[int, datetime, int]:
    place = {RequestState.DRAFTED: 0, RequestState.SENT: 1, RequestState.REMINDED: 1, RequestState.REPLIED: 2}
    ends = [at for at in (getattr(request, "first_gone_at", None), request.preserved_until, request.term_at) if at]
    return place.get(RequestState(request.state), 3), min(ends, default=request.made_at), request.pk


def visible_request(scope: Scope, case_id: int, request_id: int) -> Request:
    """One request of a case with what it asks about, its events (`history`) and live alerts (`live_alerts`).

    Raises
    ------
    NotFoundError
        when there is none, or its case is not in scope.
    """
    found = (
        visible_requests(scope)
        .filter(pk=request_id, case_id=case_id)
        .prefetch_related(
            Prefetch("items", RequestItem.objects.order_by("gone_at", "pk"), to_attr="asked"),
            Prefetch("events", RequestEvent.objects.select_related("person").order_by("pk"), to_attr="history"),
            Prefetch("alerts", RequestAlert.objects.filter(ended_at=None).order_by("due_at"), to_attr="live_alerts"),
        )
        .first()
    )
    if found is None:
        raise NotFoundError(f"there is no request {request_id} in this case")
    return found


def shown_texts(items: Sequence[RequestItem]) -> dict[int, str]:
    """Item → its text as it may be shown. What turned out to be a child's since the letter was written is masked. One query."""
    sightings = Sighting.objects.filter(pk__in=[i.sighting_id for i in items if i.sighting_id], child__isnull=False)
    identifiers, children = together(
        Identifier.objects.filter(pk__in={item.identifier_id for item in items}),
        sightings.values_list("pk", flat=True),
    )
    known = {one.pk: one for one in identifiers}
    of_children, shown = set(children), {}
    for item in items:
        found = known.get(item.identifier_id)
        child = item.sighting_id in of_children
        shown[item.pk] = (
            outside(found.kind, item.text, of_child=found.of_child or child, names_child=found.names_child)
            if found
            else item.text
        )
    return shown


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a holder by one kind of request: how much of what it holds, and where the latest stands."""

    kind: RequestKind
    accepted: bool
    form: str
    asked: int
    latest: Request | None

    @property
    def label(self) -> str:
        """The kind in words."""
        return self.kind.label


@dataclass(frozen=True, slots=True)
class HolderOfCase:
    """A holder of the case's records, with what was asked of it."""

    holder: Holder
    kinds: tuple[Asked, ...]


def holders_with_requests(case: Case) -> list[HolderOfCase]:
    """Everybody who holds records of the case, the soonest log end first, with what was asked of each."""
    asked: dict[tuple[str, str], set[tuple[int, int | None]]] = {}
    latest: dict[tuple[str, str], Request] = {}
    items, clocks, handles = together(
        RequestItem.objects.filter(case=case)
        .exclude(request__state=RequestState.WITHDRAWN)
        .select_related("request")
        .order_by("request_id"),
        traced_clocks(case),
        traced_handles(case),
    )
    for item in items:
        key = (item.request.holder_key, item.request.kind)
        asked.setdefault(key, set()).add((item.identifier_id, item.sighting_id))
        latest[key] = item.request
    made = []
    for holder in holders_among(clocks, handles):
        forms: dict[str, str] = {one.asking: one.form for one in holder.accepts}
        sought = {(one.identifier_id, one.sighting_id) for one in holder.sought}
        kinds = tuple(
            Asked(
                kind, kind.value in forms, forms.get(kind.value, ""),
                len(asked.get((holder.key, kind.value), set()) & sought), latest.get((holder.key, kind.value)),
            )
            for kind in RequestKind
        )  # fmt: skip
        made.append(HolderOfCase(holder, kinds))
    return made


@dataclass(frozen=True, slots=True)
class Filter:
    """Which requests of a desk: `which` is all, overdue, ends, drafted; `holder` is a key."""

    which: str = "all"
    holder: str = ""
    kind: str = ""


WHICH = {"all": "All", "overdue": "Overdue", "ends": "Preservation ends soon", "drafted": "Drafted, not sent"}


def outstanding(scope: Scope, chosen: Filter, at: datetime | None = None) -> QuerySet[Request]:
    """The requests in scope that are not over, those that end or are overdue first."""
    at = at or now()
    found = visible_requests(scope).filter(ended_at=None)
    # a reply ends the waiting; a preservation that was confirmed is watched to its end
    found = found.exclude(Q(confirmed=False), state=RequestState.REPLIED)
    # sets, which are hashed once, not looked up request by request
    alert = RequestAlert.objects.filter(ended_at=None)
    if chosen.which == "overdue":
        found = found.filter(state__in=OUT).filter(pk__in=alert.exclude(kind=AlertKind.ENDS_SOON).values("request"))
    elif chosen.which == "ends":
        found = found.filter(preserved_until__lte=at + ENDS_SOON)
    elif chosen.which == "drafted":
        found = found.filter(state=RequestState.DRAFTED)
    if chosen.holder:
        found = found.filter(holder_key=chosen.holder)
    if chosen.kind in RequestKind.values:
        found = found.filter(kind=chosen.kind)
    waits = Either(
        When(kind=RequestKind.PRESERVATION, confirmed=True, then=F("preserved_until")),
        default=Coalesce("term_at", "sent_at"),
    )
    live = RequestAlert.objects.filter(ended_at=None).order_by("due_at")
    return found.annotate(
        urgent=ExpressionWrapper(
            Q(pk__in=alert.filter(kind__in=URGENT_ALERTS).values("request")), output_field=BooleanField()
        ), waits=Coalesce(waits, Value(at))
    ).prefetch_related(Prefetch("alerts", live, to_attr="live_alerts")).order_by("-urgent", "waits", "pk")  # fmt: skip


def holders_of_desk(scope: Scope) -> list[tuple[str, str]]:
    """Key and name of everybody with whom a request in scope is out, by name."""
    found = visible_requests(scope).filter(ended_at=None).order_by().values_list("holder_key", "holder_name").distinct()
    return sorted(found, key=lambda row: row[1].casefold())


def alerts(scope: Scope, agency_id: int, case: Case | None = None) -> list[RequestAlert]:
    """What is due at a desk, or in one case: those that nobody has seen first, then the longest due. At most MOST_LISTED."""
    cases = [case.pk] if case else visible_cases(scope).filter(agency_id=agency_id).order_by().values("pk")
    return list(_live_alerts().filter(case__in=cases)[:MOST_LISTED])


def alerts_in(scope: Scope) -> list[RequestAlert]:
    """What is due in all cases in scope, as `alerts` orders it."""
    return list(_live_alerts().filter(case__in=visible_cases(scope).order_by().values("pk")))


def _live_alerts() -> QuerySet[RequestAlert]:
    return (
        RequestAlert.objects.filter(ended_at=None)
        .select_related("request", "case", "acknowledged_by")
        .order_by(F("acknowledged_at").asc(nulls_first=True), "due_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A holder as the directory of holders lists it."""

    key: str
    kind: HolderKind
    name: str
    company: str
    country: str
    own: bool
    placeholder: bool
    accepts: tuple[str, ...]
    source: str
    as_of: str


def listed(known: PlatformFile, own_keys: frozenset[str]) -> list[Listed]:
    """Every platform and network in force, platforms first, each by name."""
    platforms = [
        Listed(
            p.key, HolderKind.PLATFORM, p.name, p.company, p.country, p.key in own_keys, p.contact.placeholder,
            tuple(one.asking for one in p.accepts), p.source, p.as_of,
        )
        for p in known.platforms
    ]  # fmt: skip
    networks = [
        Listed(
            f"{country}/{h.key}", HolderKind.NETWORK, h.name, "", "" if country == "*" else country, own,
            h.contact is None or h.contact.placeholder, ("preservation", "production"), h.source, h.as_of,
        )
        for country, own, h in recent_directory().holders()
    ]  # fmt: skip
    return [*sorted(platforms, key=_by_name), *sorted(networks, key=_by_name)]


def _by_name(one: Listed) -> str:
    return one.name.casefold()


def told(requests: Sequence[Request]) -> list[dict[str, object]]:
    """Requests as data, for scripts."""
    return [
        {
            "id": r.pk, "case": r.case.number, "reference": r.own_reference, "kind": r.kind, "holder": r.holder_key,
            "holder_name": r.holder_name, "state": r.state, "version": r.version, "items": getattr(r, "item_count", None),
            "sent_at": _iso(r.sent_at), "reminders": r.reminders, "term_at": _iso(r.term_at), "replied_at": _iso(r.replied_at),
            "answer": r.answer or None, "usefulness": r.usefulness or None,
            "days": round((r.replied_at - r.sent_at) / timedelta(days=1), 2) if r.replied_at and r.sent_at else None,
            "preserved_until": _iso(r.preserved_until), "confirmed": r.confirmed,
            "first_log_gone_at": _iso(getattr(r, "first_gone_at", None)),
            "alerts": [a.kind for a in getattr(r, "live_alerts", ())],
        }
        for r in requests
    ]  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
