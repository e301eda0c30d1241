"""Making trainees' desks, starting them anew, and what the range does on them in others' roles."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count

from tipline.core.clock import now
from tipline.core.errors import NotFoundError, TransientError
from tipline.investigation.cases.records import ProposalEvidence, ProposalState, StandingProposal
from tipline.investigation.cases.standing import decide
from tipline.pipeline.run import run_waiting
from tipline.referrals.services import forward
from tipline.reports.filing import Filed, Filing, file_reports
from tipline.reports.models import Channel, Holding, Processing, Report
from tipline.training.blocks.csam_referral import leads_of
from tipline.training.desk.bundle import filings
from tipline.training.desk.ground import RANGE, STATE, Ground, account, ground, plant, refuse_live
from tipline.training.desk.models import Desk
from tipline.training.desk.queries import desk_of
from tipline.training.scenarios.worlds import World
from tipline.trust.accounts.models import Rank, Role, User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, acting, scope_of

AT_ONCE = 25  # desks in one transaction: a batch of 400 reports


@dataclass(frozen=True, slots=True)
class Wanted:
    """A desk that is wanted. `seed` is the world's, `user` the trainee who works at it."""

    user: User
    scenario: str
    level: str
    seed: str
    world: World


def open_desks(wanted: Sequence[Wanted]) -> list[Desk]:
    """The desks of these worlds, in order; those that are not there yet are made, with their bundles on them.

    A desk is an agency below the range's state, an account for the trainee (desk officer, Inspector) and one for the second officer
    (supervisor), whom the range plays. Its bundle is filed in the platforms' names at the range's clearinghouse, taken through the
    pipeline, and handed down by the range's people, as every report is.

    Raises
    ------
    NotPermittedError
        in a live database.
    """
    refuse_live()
    found: dict[str, Desk] = {}
    for start in range(0, len(wanted), AT_ONCE):
        with acting(OPERATOR):
            found |= _open(wanted[start : start + AT_ONCE])
    return [found[one.seed] for one in wanted]


def _open(wanted: Sequence[Wanted]) -> dict[str, Desk]:
    """One transaction: a desk is there whole, or not at all."""
    by_seed = {one.seed: one for one in wanted}
    with connection.cursor() as cursor:  # two clicks of one trainee: the second waits, and finds the desk of the first
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(seed, 0)) FROM (SELECT unnest(%s::text[]) AS seed ORDER BY 1) s",
            [sorted(by_seed)],
        )
    there = {
        desk.seed: desk
        for desk in Desk.objects.select_related("agency", "account", "second").filter(seed__in=by_seed, ended_at=None)
    }
    new = [one for seed, one in by_seed.items() if seed not in there]
    if not new:
        return there
    on = ground()
    made = _desks(new)
    _hand_down(on, _filed(on, made), made)
    record(
        RANGE, [Act("training.desk_made", "agency", desk.agency_id, {"scenario": desk.scenario}) for desk, _ in made]
    )
    return there | {desk.seed: desk for desk, _ in made}


def _desks(new: Sequence[Wanted]) -> list[tuple[Desk, World]]:
    before = dict(Desk.objects.filter(seed__in=[one.seed for one in new]).values_list("seed").annotate(Count("pk")))
    codes = {one.seed: _code(one.seed, before.get(one.seed, 0) + 1) for one in new}
    plant(
        [
            # a district of its own name, which no address leads to: bundles are handed to it by people
            (codes[one.seed], f"Training desk of {one.user.name or one.user.email}"[:200], "district", STATE, "IN", "Maharashtra", f"Training desk {codes[one.seed][8:]}")
            for one in new
        ],
        RANGE,
    )  # fmt: skip
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=codes.values())}
    made, at = [], now()
    for one in new:
        agency = agencies[codes[one.seed]]
        name = agency.code.lower()
        trainee = account(
            f"desk.{name}", one.user.name or one.user.email, agency, Role.DESK_OFFICER, rank=Rank.INSPECTOR
        )
        second = account(
            f"second.{name}",
            "Second officer (played by the range)",
            agency,
            Role.SUPERVISOR,
            rank=Rank.DEPUTY_SUPERINTENDENT,
        )
        made.append(
            Desk(
                seed=one.seed, scenario=one.scenario, level=one.level, user=one.user, agency=agency, account=trainee,
                second=second, made_at=at,
            )
        )  # fmt: skip
    Desk.objects.bulk_create(made)
    return list(zip(made, (one.world for one in new), strict=True))


def _code(seed: str, generation: int) -> str:
    return f"RANGE-D-{hashlib.sha256(seed.encode()).hexdigest()[:10].upper()}-{generation}"


def _filed(on: Ground, made: Sequence[tuple[Desk, World]]) -> dict[int, list[int]]:
    """File all bundles, a call for each platform. Agency → its reports, when the pipeline is through with them."""
    by_platform: dict[str, list[tuple[int, Filing]]] = defaultdict(list)
    for desk, world in made:
        whole = zip(leads_of(world), filings(world, desk.made_at, f"desk/{desk.agency_id}"), strict=True)
        for lead, filing in whole:
            by_platform[lead.platform].append((desk.agency_id, filing))
    reports: dict[int, list[int]] = defaultdict(list)
    for platform, those in by_platform.items():
        answers = file_reports(on.reporters[platform], [filing for _, filing in those], Channel.JSON)
        for (agency_id, _), answer in zip(those, answers, strict=True):
            if not isinstance(answer, Filed):
                raise answer
            reports[agency_id].append(answer.report_id)
    mine = [report_id for those in reports.values() for report_id in those]
    while Report.objects.filter(pk__in=mine, processing=Processing.WAITING).exists():
        if not run_waiting().total:
            raise TransientError("the bundle of the desk could not be processed: try again in a minute")
    return reports


def _hand_down(on: Ground, reports: dict[int, list[int]], made: Sequence[tuple[Desk, World]]) -> None:
    """From the clearinghouse, where software left what it could place nowhere, to the state, and from there to the desks."""
    whole = [report_id for those in reports.values() for report_id in those]
    left = list(
        Holding.objects.filter(report_id__in=whole, agency=on.clearinghouse, held_until=None, joint=False)
        .order_by("report_id")
        .values_list("report_id", flat=True)
    )
    if left:
        forward(on.analyst, left, on.state, "No place could be told: for the state to decide")
    for desk, _ in made:
        forward(on.officer, sorted(reports[desk.agency_id]), desk.agency, "Bundle for your desk")


def reset(seed: str) -> None:
    """End the desk of a world: its accounts are closed, and the next `open_desks` makes another. What was done there is kept.

    Raises
    ------
    NotFoundError
        when there is no desk.
    """
    refuse_live()
    with acting(OPERATOR):
        desk = Desk.objects.select_for_update(of=("self",)).filter(seed=seed, ended_at=None).first()
        if desk is None:
            raise NotFoundError("there is no desk to start anew")
        desk.ended_at = now()
        desk.save(update_fields=["ended_at"])
        Agency.objects.filter(pk=desk.agency_id).update(active=False)
        User.objects.filter(pk__in=(desk.account_id, desk.second_id)).update(is_active=False)
        record(RANGE, [Act("training.desk_ended", "agency", desk.agency_id)])


def second_officer(seed: str) -> int:
    """Let the second officer decide what waits for them on a desk. Returns how many proposals they decided.

    They confirm what rests on at least two different sources; else they refuse and say so. Whether it is the right person they do not
    know: that is for the score.

    Raises
    ------
    NotFoundError
        when there is no desk.
    """
    refuse_live()
    desk = desk_of(seed)
    if desk is None:
        raise NotFoundError("there is no desk with a second officer")
    with acting(scope_of(desk.second)), transaction.atomic():
        waiting = list(
            StandingProposal.objects.filter(case__agency=desk.agency_id, state=ProposalState.OPEN).order_by("pk")
        )
        sources: dict[int, set[str]] = defaultdict(set)
        rows = ProposalEvidence.objects.filter(proposal__in=waiting).values_list("proposal_id", "evidence__source")
        for proposal_id, source in rows:
            sources[proposal_id].add(source.strip().casefold())
        for proposal in waiting:
            enough = len(sources[proposal.pk]) > 1
            words = (
                "The range's second officer looked at the listed evidence: it comes from different sources."
                if enough
                else "The range's second officer looked at the listed evidence: all of it comes from one source."
            )
            decide(desk.second, proposal.case_id, proposal.pk, words, confirm=enough)
    return len(waiting)
