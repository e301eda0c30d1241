"""What may be destroyed, from when on, by which rule, and what stands against it. Computed for many at once, and it explains itself.

One installation keeps one copy of a report, whoever holds it: the strictest minimum of all agencies that hold or held it
counts, and it goes by schedule only when each of them has a rule with a maximum and has switched its schedule on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tipline.core.errors import NotFoundError
from tipline.core.sql import together
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.retention.agreed import Came, came, came_rows, soonest
from tipline.investigation.retention.models import DestructionItem, Hold, Schedule
from tipline.investigation.retention.rules import MOMENTS, Cited, Moment, Outcome, Period, Rule, Thing, rules
from tipline.reports.models import Holding, Report, ReportState
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_read_along
from tipline.trust.visibility import OPERATOR, acting


class Why(StrEnum):
    """What stands against a destruction."""

    DESTROYED = "destroyed"
    UNDERWAY = "underway"
    OPEN = "open"  # at the door
    OPEN_CASE = "open_case"
    HOLD = "hold"
    MINIMUM = "minimum"
    NO_MAXIMUM = "no_maximum"
    NOT_DUE = "not_due"
    SCHEDULE_OFF = "schedule_off"


# These concern the schedule; an order does not ask them.
_OF_SCHEDULE = frozenset({Why.NO_MAXIMUM, Why.NOT_DUE, Why.SCHEDULE_OFF})


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that stands against it, in a sentence."""

    why: Why
    text: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The rule of one agency, run from its moment. `due` is None where nothing goes by schedule."""

    agency: str
    cited: Cited
    start: datetime
    not_before: datetime | None
    due: datetime | None

    @property
    def counted_from(self) -> str:
        """The moment in words."""
        if self.cited.file == "agreement":
            return "its arrival here"
        return MOMENTS[self.cited.rule.counted_from]

    def as_data(self) -> dict[str, Any]:
        """For JSON: rule, version, source, from when, until when."""
        rule = self.cited.rule
        return {
            "agency": self.agency, "rule": rule.id, "version": self.cited.version, "file": self.cited.file,
            "title": rule.title, "source": rule.source, "counted_from": rule.counted_from,
            "from": self.start.isoformat(), "minimum": str(rule.minimum) if rule.minimum else None,
            "maximum": str(rule.maximum) if rule.maximum else None,
            "not_before": self.not_before.isoformat() if self.not_before else None,
            "due": self.due.isoformat() if self.due else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """How it stands with one thing."""

    thing: Thing
    id: int
    agency_id: int  # that holds it now
    agency: str
    outcome: Outcome | None
    clocks: tuple[Clock, ...]
    blocks: tuple[Block, ...]
    # by which it is due before its rules say so, one of `clocks`
    agreement: Clock | None = None
    # an agreement by which it came, and that a registered case goes before it
    overridden: str = ""

    @property
    def not_before(self) -> datetime | None:
        """The strictest minimum of all agencies."""
        return max((c.not_before for c in self.clocks if c.not_before), default=None)

    @property
    def due(self) -> datetime | None:
        """When the schedule takes it: the latest of all rules (None: one has no maximum), or an agreement's day before that (a minimum stands)."""
        dues = [c.due for c in self.clocks if c is not self.agreement]
        by_rules = max((d for d in dues if d), default=None) if all(dues) else None
        agreed = self.agreement.due if self.agreement else None
        if agreed and self.not_before:
            agreed = max(agreed, self.not_before)
        return min((d for d in (by_rules, agreed) if d), default=None)

    @property
    def by_schedule(self) -> bool:
        """Whether the schedule takes it now."""
        return not self.blocks

    def against_order(self, *, court_order: bool) -> tuple[Block, ...]:
        """What stands against an order. That of a court goes before a minimum period, and before nothing else."""
        passed = _OF_SCHEDULE | ({Why.MINIMUM} if court_order else set())
        return tuple(block for block in self.blocks if block.why not in passed)

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "thing": self.thing, "id": self.id, "agency": self.agency, "outcome": self.outcome,
            "not_before": self.not_before.isoformat() if self.not_before else None,
            "due": self.due.isoformat() if self.due else None, "by_schedule": self.by_schedule,
            "rules": [clock.as_data() for clock in self.clocks],
            "blocks": [{"why": b.why.value, "text": b.text} for b in self.blocks],
            "agreement": self.agreement.cited.rule.title if self.agreement else None, "agreement_overridden": self.overridden or None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What the rules ask of an agency."""

    code: str
    kind: str
    country: str
    scheduled: bool


# A moment that a report of each outcome has. An agreement's days count from when it came here, which is on the clock itself.
_STARTS: Mapping[Outcome, Moment] = {"never_finished": "received", "no_case": "received", "closed_case": "case_closed"}
_Row = tuple[Any, ...]


def _agencies(of: Q) -> QuerySet[Agency, _Row]:
    """Agencies, for `_places`."""
    on = Exists(Schedule.objects.filter(agency=OuterRef("pk"), active=True))
    rows = Agency.objects.filter(of).annotate(country=country_read_along("pk"), scheduled=on)
    return rows.values_list("id", "code", "kind", "country", "scheduled")


def places_of(agency_ids: Iterable[int]) -> dict[int, Place]:
    """What the rules ask of these agencies. One query."""
    return _places(_agencies(Q(id__in=set(agency_ids))))


def _places(rows: Iterable[_Row]) -> dict[int, Place]:
    return {pk: Place(code, kind, country or "", bool(on)) for pk, code, kind, country, on in rows}


def decide_reports(report_ids: Iterable[int], at: datetime) -> dict[int, Decision]:
    """How it stands with reports, in a fixed number of queries. Reads past the second lock: a hold of any agency counts.

    Unknown ids are left out.
    """
    ids = list(set(report_ids))
    with acting(OPERATOR):
        reports, held = Report.objects.filter(id__in=ids), Holding.objects.filter(report_id__in=ids)
        rows, holding_rows, agencies, hold_rows, came_by = together(
            reports.values(
                "id", "state", "received_at", "finished_at", "destroyed_at", "receiving_agency_id",
                case=F("case_report__case_id"), number=F("case_report__case__number"),
                case_state=F("case_report__case__state"), closed_at=F("case_report__case__closed_at"),
                fir_at=F("case_report__case__fir_registered_at"), underway=Exists(DestructionItem.objects.filter(report=OuterRef("pk"), live=True)),
            ),
            held.order_by("id").values_list("report_id", "agency_id", "held_until", "joint"),
            _agencies(Q(id__in=reports.values("receiving_agency_id")) | Q(id__in=held.values("agency_id"))),
            _standing(Q(report_id__in=ids) | Q(case_id__in=reports.values("case_report__case_id"))),
            came_rows(ids),
        )  # fmt: skip
    holdings: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for report_id, agency_id, until, joint in holding_rows:
        holdings[report_id].append((agency_id, until is None and not joint))
    places, holds, hops = _places(agencies), _holds(hold_rows), came(came_by)
    return {
        row["id"]: _decide_report(row, holdings[row["id"]], hops.get(row["id"], []), places, holds, at) for row in rows
    }


def decide_report(report_id: int, at: datetime) -> Decision:
    """How it stands with one report.

    Raises
    ------
    NotFoundError
        when there is none.
    """
    found = decide_reports([report_id], at).get(report_id)
    if found is None:
        raise NotFoundError(f"report {report_id} does not exist")
    return found


def _standing(of: Q) -> QuerySet[Hold, _Row]:
    """Standing holds, for `_holds`."""
    rows = Hold.objects.filter(of, lifted_at__isnull=True).order_by("id")
    return rows.values_list("report_id", "case_id", "agency__code", "placed_at")


def _holds(rows: Iterable[_Row]) -> Mapping[tuple[str, int], list[Block]]:
    """Standing holds by what they are of. Whose they are is told; on what they rest is for those who see them."""
    found: dict[tuple[str, int], list[Block]] = defaultdict(list)
    for report_id, case_id, code, placed_at in rows:
        of = ("report", report_id) if report_id else ("case", case_id)
        text = f"a legal hold of {code} stands since {placed_at:%Y-%m-%d}{'' if report_id else ' on its case'}"
        found[of].append(Block(Why.HOLD, text))
    return found


def _decide_report(
    row: Mapping[str, Any],
    holdings: Sequence[tuple[int, bool]],
    hops: Sequence[Came],
    places: Mapping[int, Place],
    holds: Mapping[tuple[str, int], list[Block]],
    at: datetime,
) -> Decision:
    holder = next((agency_id for agency_id, now_here in holdings if now_here), row["receiving_agency_id"])
    # who handed it over keeps its own copy by its own rules; what was returned or recalled lies here with whoever took it in
    elsewhere = {one.from_agency_id for one in hops}
    if holder in elsewhere:
        holder = hops[-1].to_agency_id
    agencies = dict.fromkeys([row["receiving_agency_id"], *(one for one, _ in holdings if one not in elsewhere)])
    outcome = _outcome(row)
    moments = {
        "received": row["received_at"], "finished": row["finished_at"] or row["received_at"], "case_closed": row["closed_at"],
    }  # fmt: skip
    blocks: list[Block] = []
    if row["destroyed_at"]:
        blocks.append(Block(Why.DESTROYED, f"it was destroyed on {row['destroyed_at']:%Y-%m-%d}"))
    elif row["underway"]:
        blocks.append(Block(Why.UNDERWAY, "an order to destroy it waits or is being carried out"))
    if row["state"] == ReportState.OPEN:
        blocks.append(Block(Why.OPEN, "the provider has not finished it: it is open at the door"))
    if row["case_state"] == CaseState.OPEN:
        blocks.append(Block(Why.OPEN_CASE, f"it is in the open case {row['number']}"))
    blocks += holds.get(("report", row["id"]), [])
    blocks += holds.get(("case", row["case"]), []) if row["case"] else []
    clocks = _clocks("report", outcome, moments, [places[a] for a in agencies])
    agreement, overridden = _agreement(row, hops, clocks, outcome)
    if agreement and agreement.due:
        clocks = (*clocks, agreement)
        blocks += _by_agreement(agreement, agreement.due, clocks, at)
        answers = next(places[one.to_agency_id] for one in hops if one.to_code == agreement.agency)
        if not answers.scheduled:
            blocks.append(Block(Why.SCHEDULE_OFF, f"the schedule is off at {answers.code}"))
    else:
        blocks += _by_time(clocks, [places[a] for a in agencies], at)
    return Decision(
        "report", row["id"], holder, places[holder].code, outcome, clocks, tuple(blocks), agreement, overridden
    )


def _agreement(
    row: Mapping[str, Any], hops: Sequence[Came], clocks: Sequence[Clock], outcome: Outcome | None
) -> tuple[Clock | None, str]:
    """The clock of an agreement by which the report came, where it runs off before the rules do; or what goes before it."""
    found = soonest(hops)
    if found is None or found.days is None or outcome is None:
        return None, ""
    title = f"agreement {found.reference}, {found.from_code} to {found.to_code}: {found.days} days"
    if row["fir_at"] is not None:
        return None, f"{title}; the law of the registered case {row['number']} goes before it"
    dues = [clock.due for clock in clocks]
    if dues and all(due and found.due_at and due <= found.due_at for due in dues):
        return None, ""
    rule = Rule(
        id="agreement", thing="report", outcome=outcome, counted_from=_STARTS[outcome], maximum=Period(days=found.days), title=title[:200],
        source=f"agreement {found.reference}",
    )  # fmt: skip
    return Clock(found.to_code, Cited(rule, found.reference[:80], "agreement", ""), found.since, None, found.due_at), ""


def _by_agreement(agreement: Clock, due: datetime, clocks: Sequence[Clock], at: datetime) -> list[Block]:
    """What an agreement says of the time. A minimum of law goes before it."""
    blocks = []
    strictest = max((c for c in clocks if c.not_before), key=lambda c: c.not_before or at, default=None)
    if strictest and strictest.not_before and at < strictest.not_before:
        text = f"not before {strictest.not_before:%Y-%m-%d}, by the minimum of rule {strictest.cited} of {strictest.agency}"
        blocks.append(Block(Why.MINIMUM, text))
    if at < due:
        blocks.append(Block(Why.NOT_DUE, f"due on {due:%Y-%m-%d}, by {agreement.cited.rule.title}"))
    return blocks


def _outcome(row: Mapping[str, Any]) -> Outcome | None:
    """None while nothing can be said: open at the door, or in an open case."""
    if row["state"] == ReportState.OPEN or row["case_state"] == CaseState.OPEN:
        return None
    if row["state"] != ReportState.FINISHED:
        return "never_finished"
    return "closed_case" if row["case_state"] == CaseState.CLOSED else "no_case"


def _clocks(
    thing: Thing, outcome: Outcome | None, moments: Mapping[str, datetime], places: Sequence[Place]
) -> tuple[Clock, ...]:
    if outcome is None:
        return ()
    clocks = []
    for place in places:
        cited = rules().rule(place.country, place.kind, thing, outcome)
        start, rule = moments[cited.rule.counted_from], cited.rule
        clocks.append(
            Clock(
                place.code,
                cited,
                start,
                rule.minimum.after(start) if rule.minimum else None,
                rule.maximum.after(start) if rule.maximum else None,
            )
        )
    return tuple(clocks)


def _by_time(clocks: Sequence[Clock], places: Sequence[Place], at: datetime) -> list[Block]:
    """What the periods and the schedule's switches say."""
    blocks = []
    strictest = max((c for c in clocks if c.not_before), key=lambda c: c.not_before or at, default=None)
    if strictest and strictest.not_before and at < strictest.not_before:
        blocks.append(
            Block(
                Why.MINIMUM,
                f"not before {strictest.not_before:%Y-%m-%d}, by the minimum of rule {strictest.cited} of {strictest.agency}",
            )
        )
    endless = [c for c in clocks if c.due is None]
    if endless or not clocks:
        of = f", by rule {endless[0].cited} of {endless[0].agency}" if endless else ""
        blocks.append(Block(Why.NO_MAXIMUM, f"never by schedule, only on order{of}"))
    elif any(c.due and at < c.due for c in clocks):
        blocks.append(Block(Why.NOT_DUE, f"due on {max(c.due for c in clocks if c.due):%Y-%m-%d}"))
    off = [place.code for place in places if not place.scheduled]
    if off and not endless:
        blocks.append(Block(Why.SCHEDULE_OFF, f"the schedule is off at {', '.join(off)}"))
    return blocks


def decide_cases(case_ids: Iterable[int], at: datetime) -> dict[int, Decision]:
    """How it stands with cases: their own content, which goes after that of all their reports."""
    ids = list(set(case_ids))
    with acting(OPERATOR):
        cases = Case.objects.filter(id__in=ids)
        rows, agencies, hold_rows, live = together(
            cases.values("id", "state", "closed_at", "destroyed_at", "agency_id", "number"),
            _agencies(Q(id__in=cases.values("agency_id"))),
            _standing(Q(case_id__in=ids)),
            DestructionItem.objects.filter(case_id__in=ids, live=True).values_list("case_id", flat=True),
        )
    places, holds = _places(agencies), _holds(hold_rows)
    found: dict[int, Decision] = {}
    for row in rows:
        place = places[row["agency_id"]]
        outcome: Outcome | None = "closed_case" if row["state"] == CaseState.CLOSED else None
        blocks: list[Block] = []
        if row["destroyed_at"]:
            blocks.append(Block(Why.DESTROYED, f"it was destroyed on {row['destroyed_at']:%Y-%m-%d}"))
        elif row["id"] in live:
            blocks.append(Block(Why.UNDERWAY, "an order to destroy it waits or is being carried out"))
        if outcome is None:
            blocks.append(Block(Why.OPEN_CASE, f"case {row['number']} is open"))
        blocks += holds.get(("case", row["id"]), [])
        moments = {"case_closed": row["closed_at"] or at}
        clocks = _clocks("case", outcome, moments, [place])
        blocks += _by_time(clocks, [place], at)
        found[row["id"]] = Decision("case", row["id"], row["agency_id"], place.code, outcome, clocks, tuple(blocks))
    return found


def decide_refused(document_ids: Iterable[int], at: datetime) -> dict[int, Decision]:
    """How it stands with documents that were refused at the door: nobody's but the clearinghouse's whose door it was."""
    with acting(OPERATOR):
        rows = list(
            RefusedDocument.objects.filter(id__in=set(document_ids)).values_list(
                "id", "received_at", "reporter__agency_id"
            )
        )
        places = places_of(agency_id for _, _, agency_id in rows)
    found: dict[int, Decision] = {}
    for pk, received_at, agency_id in rows:
        place = places[agency_id]
        clocks = _clocks("refused_document", "refused", {"received": received_at}, [place])
        found[pk] = Decision(
            "refused_document", pk, agency_id, place.code, "refused", clocks, tuple(_by_time(clocks, [place], at))
        )
    return found
