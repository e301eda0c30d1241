"""What is due: found for the dry run, and taken by the night's run where the agencies switched their schedules on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db.models import Exists, OuterRef, Q

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import TransientError
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.investigation.cases.models import Case, CaseReport, CaseState
from tipline.investigation.retention.agreed import tell_kept
from tipline.investigation.retention.decisions import Decision, decide_cases, decide_refused, decide_reports, places_of
from tipline.investigation.retention.destroying import carry_out, lock_cases, mark_begun, sweep_stray_links
from tipline.investigation.retention.models import (
    Agreed,
    Basis,
    Destruction,
    DestructionItem,
    DestructionState,
    Hold,
    Schedule,
)
from tipline.investigation.retention.rules import Outcome, rules
from tipline.investigation.retention.services import MOST_AT_ONCE, list_items
from tipline.reports.models import Holding, Report, ReportState
from tipline.reports.queries import visible_reports
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import OPERATOR, Scope, acting

log = structlog.get_logger(__name__)

MOST_LISTED = 1_000


def _cutoff(thing: str, at: datetime) -> datetime | None:
    """Nothing that was received after this can be due by any rule; None when no rule has a maximum."""
    maxima = [cited.rule.maximum for cited in rules().every() if cited.rule.thing == thing and cited.rule.maximum]
    if not maxima:
        return None
    # the shortest period, from the start for which it is the shortest: a year of 365 days
    return max(at - (period.after(_COMMON) - _COMMON) for period in maxima)


_COMMON = datetime.fromisoformat("2025-03-01T00:00:00+00:00")


def due(scope: Scope, at: datetime | None = None, most: int = MOST_LISTED) -> list[Decision]:
    """What has passed its maximum, the oldest first, with what stands against its destruction, if anything does. At most `most`."""
    at = at or now()
    found: list[Decision] = []
    for decisions in _passed(scope, at, most):
        found += decisions
        if len(found) >= most:
            break
    return found[:most]


def _passed(scope: Scope, at: datetime, most: int) -> Iterator[list[Decision]]:
    agreed = Agreed.objects.filter(
        due_at__lte=at, destroyed_at__isnull=True, report__in=visible_reports(scope).filter(destroyed_at__isnull=True)
    )
    seen = list(dict.fromkeys(agreed.order_by("due_at", "id").values_list("report_id", flat=True)[:most]))
    if seen:
        decided = decide_reports(seen, at)
        yield [decided[pk] for pk in seen if decided[pk].agreement]
    cutoff = _cutoff("report", at)
    if cutoff:
        reports = visible_reports(scope).filter(destroyed_at__isnull=True, received_at__lte=cutoff)
        reports = reports.exclude(state=ReportState.OPEN).exclude(case_report__case__state=CaseState.OPEN)
        # what an agency without a maximum holds or held goes on order only, and is never past its time
        ends = agencies_with_maximum()
        reports = reports.filter(receiving_agency__in=ends)
        reports = reports.exclude(Exists(Holding.objects.filter(report=OuterRef("pk")).exclude(agency__in=ends)))
        last: tuple[datetime, int] | None = None
        for _ in range(20):  # bounded: reports whose rules name no maximum are passed by
            page = reports if last is None else reports.filter(Q(received_at__gt=last[0]) | Q(received_at=last[0], id__gt=last[1]))  # fmt: skip
            rows = list(page.order_by("received_at", "id").values_list("received_at", "id")[:most])
            if not rows:
                break
            last = rows[-1]
            decisions = decide_reports([pk for _, pk in rows], at)
            yield [decisions[pk] for _, pk in rows if _is_past(decisions[pk], at) and not decisions[pk].agreement]
    if scope.everything:
        cutoff = _cutoff("refused_document", at)
        if cutoff:
            ids = list(RefusedDocument.objects.filter(received_at__lte=cutoff).order_by("received_at", "id").values_list("id", flat=True)[:most])  # fmt: skip
            refused = decide_refused(ids, at)
            yield [refused[pk] for pk in ids if _is_past(refused[pk], at)]
    if _cutoff("case", at):
        cases = Case.objects.filter(state=CaseState.CLOSED, destroyed_at__isnull=True)
        cases = cases if scope.everything else cases.filter(agency_id__in=scope.agency_ids)
        left = CaseReport.objects.filter(case=OuterRef("pk"), report__destroyed_at__isnull=True)
        ids = list(cases.exclude(Exists(left)).order_by("closed_at", "id").values_list("id", flat=True)[:most])
        decided = decide_cases(ids, at)
        yield [decided[pk] for pk in ids if _is_past(decided[pk], at)]


def _is_past(decision: Decision, at: datetime) -> bool:
    """Whether all agencies' rules have a maximum that has passed: whatever stands against it is then worth a look."""
    return decision.due is not None and decision.due <= at


def agencies_with_maximum() -> frozenset[int]:
    """The agencies whose rules let any report go by schedule."""
    with acting(OPERATOR):
        places = places_of(Agency.objects.values_list("id", flat=True))
    outcomes: tuple[Outcome, ...] = ("never_finished", "no_case", "closed_case")
    return frozenset(
        agency_id
        for agency_id, place in places.items()
        if any(rules().rule(place.country, place.kind, "report", outcome).rule.maximum for outcome in outcomes)
    )


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: destructions that were finished, and things that the schedule took."""

    destructions: int
    things: int


def finish_begun(config: Config) -> int:
    """Carry out what is confirmed, and finish what a crash left. Returns how many."""
    with acting(OPERATOR):
        waiting = Destruction.objects.filter(state__in=[DestructionState.CONFIRMED, DestructionState.BEGUN])
        numbers = list(waiting.order_by("id").values_list("id", flat=True))
    done = sum(_carry_out(config, number) for number in numbers)
    sweep_stray_links()
    return done


def _carry_out(config: Config, number: int) -> bool:
    """As `carry_out`; a storage that does not answer stops this one, and not the others."""
    try:
        return carry_out(config, number)
    except (OSError, TransientError) as error:
        log.error("a destruction could not be finished", destruction=number, error=type(error).__name__)
        return False


def run_schedule(config: Config, at: datetime | None = None) -> Ran:
    """Destroy everything that is due and that nothing stands against, in batches, each with its certificate."""
    at = at or now()
    finished = finish_begun(config)
    with acting(OPERATOR):
        tell_kept(at)
    things = 0
    with acting(OPERATOR):
        agencies = list(Agency.objects.filter(retention_schedule__active=True).order_by("id"))
    for agency in agencies:
        while made := _begin_batch(agency, at):
            finished += _carry_out(config, made.pk)
            with acting(OPERATOR):
                things += made.items.count()
    return Ran(finished, things)


def _begin_batch(agency: Agency, at: datetime) -> Destruction | None:
    """Begin the destruction of what is due at an agency; None when nothing is left. Decided with everything locked."""
    with acting(OPERATOR):
        reports = _candidates(agency, at)
        lock_cases(reports)
        taken = [d for d in decide_reports(reports, at).values() if d.by_schedule and _goes_with(d, agency)]
        if not taken:
            taken = _others(agency, at)
        if not taken:
            return None
        made = Destruction.objects.create(
            basis=Basis.SCHEDULE, state=DestructionState.CONFIRMED, agency=agency, ordered_at=now(),
            ordered_by="the schedule",
        )  # fmt: skip
        list_items(made, taken)
        mark_begun(made, now())
        return made


def _goes_with(decision: Decision, agency: Agency) -> bool:
    """Whether it goes with the schedule of this agency: which holds it, or answers for the agreement by which it is due."""
    return agency.code == (decision.agreement.agency if decision.agreement else decision.agency)


def _candidates(agency: Agency, at: datetime) -> list[int]:
    """Reports that may be due, locked: SQL leaves out what cannot be, so that a batch is not filled with what is blocked."""
    agreed = _due_by_agreement(agency, at)
    if agreed:
        return agreed
    cutoff = _cutoff("report", at)
    if cutoff is None:
        return []
    unscheduled = Holding.objects.filter(report=OuterRef("pk")).exclude(
        Exists(Schedule.objects.filter(agency=OuterRef("agency"), active=True))
    )
    here = Holding.objects.filter(report=OuterRef("pk"), held_until__isnull=True, joint=False, agency=agency)
    anywhere = Holding.objects.filter(report=OuterRef("pk"))
    standing = Hold.objects.filter(lifted_at__isnull=True)
    with_maximum = _outcomes_with_maximum()
    found = (
        Report.objects.filter(destroyed_at__isnull=True, received_at__lte=cutoff)
        .exclude(state=ReportState.OPEN)
        .filter(with_maximum)
        .filter(Exists(here) | (~Exists(anywhere) & Q(receiving_agency=agency)))
        .exclude(Exists(unscheduled))
        .exclude(Exists(standing.filter(report=OuterRef("pk"))))
        .exclude(Exists(CaseReport.objects.filter(report=OuterRef("pk"), case__legal_holds__lifted_at__isnull=True, case__legal_holds__isnull=False)))
        .exclude(Exists(DestructionItem.objects.filter(report=OuterRef("pk"), live=True)))
    )  # fmt: skip
    taken: list[int] = []
    last = 0
    for _ in range(50):  # reports that only look due are passed by; the next night goes on
        page = list(found.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
        if not page:
            break
        last = page[-1]
        decided = decide_reports(page, at)
        taken += [pk for pk in page if decided[pk].by_schedule]
        if len(taken) >= MOST_AT_ONCE:
            break
    taken = taken[:MOST_AT_ONCE]
    locked = Report.objects.select_for_update(skip_locked=True).filter(id__in=taken, destroyed_at__isnull=True)
    return list(locked.order_by("id").values_list("id", flat=True))


def _due_by_agreement(agency: Agency, at: datetime) -> list[int]:
    """Reports past the days of an agreement for which this agency answers, locked, and that nothing stands against."""
    past = Agreed.objects.filter(
        to_agency=agency, due_at__lte=at, destroyed_at__isnull=True, report__destroyed_at__isnull=True
    )
    past = past.exclude(report__case_report__case__state=CaseState.OPEN).exclude(
        report__case_report__case__fir_registered_at__isnull=False
    )
    past = past.exclude(Exists(DestructionItem.objects.filter(report=OuterRef("report"), live=True)))
    standing = Hold.objects.filter(report=OuterRef("report"), lifted_at__isnull=True)
    ids = list(
        past.exclude(Exists(standing)).order_by("due_at", "id").values_list("report_id", flat=True)[: 10 * MOST_AT_ONCE]
    )
    decided = decide_reports(ids, at)
    wanted = [pk for pk in dict.fromkeys(ids) if decided[pk].by_schedule and _goes_with(decided[pk], agency)][
        :MOST_AT_ONCE
    ]
    locked = Report.objects.select_for_update(skip_locked=True).filter(id__in=wanted, destroyed_at__isnull=True)
    return list(locked.order_by("id").values_list("id", flat=True))


def _outcomes_with_maximum() -> Q:
    """The reports of which any rule says when they are due."""
    outcomes = {c.rule.outcome for c in rules().every() if c.rule.thing == "report" and c.rule.maximum}
    wanted = Q(pk__in=[])
    if "never_finished" in outcomes:
        wanted |= Q(state__in=[ReportState.RETRACTED, ReportState.EXPIRED])
    if "no_case" in outcomes:
        wanted |= Q(state=ReportState.FINISHED, case_report__isnull=True)
    if "closed_case" in outcomes:
        wanted |= Q(state=ReportState.FINISHED, case_report__case__state=CaseState.CLOSED)
    return wanted


def _others(agency: Agency, at: datetime) -> list[Decision]:
    """Documents refused at this agency's door, and cases of it whose reports are all gone."""
    cutoff = _cutoff("refused_document", at)
    if cutoff:
        documents = RefusedDocument.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            reporter__agency=agency, received_at__lte=cutoff
        )
        ids = list(documents.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
        found = [d for d in decide_refused(ids, at).values() if d.by_schedule]
        if found:
            return found
    if _cutoff("case", at):
        left = CaseReport.objects.filter(case=OuterRef("pk"), report__destroyed_at__isnull=True)
        cases = (
            Case.objects.select_for_update(of=("self",))
            .filter(agency=agency, state=CaseState.CLOSED, destroyed_at__isnull=True)
            .exclude(Exists(left))
        )
        ids = list(cases.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
        return [d for d in decide_cases(ids, at).values() if d.by_schedule]
    return []
