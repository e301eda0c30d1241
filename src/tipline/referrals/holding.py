"""What a desk holds at this moment, locked: the ground under every act of a desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.life import meanwhile
from tipline.referrals.models import LIVE, Referral, ReferralState
from tipline.reports.models import Holding, Report, ReportState
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import may_work_the_desk

MOST_AT_ONCE = 500
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Held:
    """The reports, the desk's own live referral of each that has one, and what it has jointly."""

    report_ids: tuple[int, ...]
    referrals: dict[int, Referral]
    joint: frozenset[int]

    @property
    def owned(self) -> tuple[int, ...]:
        """Those that it owns."""
        return tuple(one for one in self.report_ids if one not in self.joint)


def stamp(referral_id: int | None, state_at: datetime | None) -> str:
    """What a form carries of a report's hop, to find out whether it changed since. What came by the door has no hop."""
    if referral_id is None or state_at is None:
        return "0"
    return f"{referral_id}.{int(state_at.timestamp() * 1_000_000)}"


def stamps(agency: Agency, report_ids: Iterable[int]) -> dict[int, str]:
    """The stamps of reports as they are on a desk now. One query."""
    wanted = list(report_ids)
    found = dict.fromkeys(wanted, stamp(None, None))
    live = Referral.objects.filter(report_id__in=wanted, to_agency=agency, state__in=LIVE).order_by("lead")
    for report_id, pk, state_at in live.values_list("report_id", "pk", "state_at"):
        found[report_id] = stamp(pk, state_at)
    return found


def hold(
    person: User, report_ids: Iterable[int], seen: Mapping[int, str] | None = None, *, together: bool = False
) -> Held:
    """Lock reports that lie on the person's own desk now, as its own or jointly.

    Parameters
    ----------
    seen
        report → its stamp in the form that the person filled in.
    together
        what is merged into one of them comes along.

    Raises
    ------
    NotPermittedError
        when the person's role does not work a desk.
    NotFoundError
        when a report does not exist or never was at this agency.
    ConflictError
        when it was, but somebody moved it on, or changed it since the form was opened.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    wanted = set(report_ids)
    if not wanted:
        raise InvalidInputError("choose at least one report")
    if together:
        wanted |= _followers(person, wanted)
    ids = tuple(sorted(wanted))
    lock(person, ids)
    if together and _followers(person, wanted) - wanted:
        raise ConflictError("another report was put together with one of these just now: look at them again")
    mine: dict[int, bool] = {}
    owners: dict[int, int] = {}
    for report_id, agency_id, jointly in Holding.objects.filter(report_id__in=ids, held_until__isnull=True).values_list(
        "report_id", "agency_id", "joint"
    ):
        if agency_id == person.agency_id:
            mine[report_id] = jointly
        if not jointly:
            owners[report_id] = agency_id
    gone = [report_id for report_id in ids if report_id not in mine]
    if gone:
        raise ConflictError(_gone(person, gone[0], owners[gone[0]]))
    joint = frozenset(report_id for report_id, jointly in mine.items() if jointly)
    live = Referral.objects.filter(report_id__in=ids, to_agency_id=person.agency_id, state__in=LIVE).select_related(
        "merged_into"
    )
    held = Held(ids, {r.report_id: r for r in live if r.lead != (r.report_id in joint)}, joint)
    _unchanged(held, seen or {})
    return held


def _gone(person: User, report_id: int, owner_id: int) -> str:
    """That a report is not here any more, who has it, and what happened to it."""
    code = Agency.objects.values_list("code", flat=True).get(pk=owner_id)
    text = f"report {report_id} is no longer on your desk: {code} holds it now"
    last = Referral.objects.filter(report_id=report_id, to_agency_id=person.agency_id).order_by("-state_at").first()
    return f"{text} ({meanwhile(last).partition(' ')[2].partition(' ')[2]})" if last else text


def _unchanged(held: Held, seen: Mapping[int, str]) -> None:
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        as_it_is = stamp(referral.pk, referral.state_at) if referral else stamp(None, None)
        if seen.get(report_id, as_it_is) == as_it_is:
            continue
        happened = meanwhile(referral) if referral else f"report {report_id} changed"
        raise ConflictError(f"{happened}, since you opened it: look at it again")


def _followers(person: User, report_ids: Iterable[int]) -> set[int]:
    """Reports on the person's desk that are dealt with together with these."""
    return set(
        Referral.objects.filter(
            state=ReferralState.MERGED,
            to_agency_id=person.agency_id,
            merged_into__report_id__in=list(report_ids),
        ).values_list("report_id", flat=True)
    )


def lock(person: User, wanted: Sequence[int]) -> None:
    """Lock reports that the person's agency holds or held, in the order of ids, so that two bulk acts cannot wait for each other.

    Raises
    ------
    NotFoundError
        when one does not exist, or never was at this agency.
    """
    locked = set(
        Report.objects.select_for_update(no_key=True)
        .filter(
            id__in=list(wanted),
            state=ReportState.FINISHED,
            holdings__agency_id=person.agency_id,
            destroyed_at__isnull=True,
        )
        .order_by("id")
        .values_list("id", flat=True)
    )
    missing = sorted(set(wanted) - locked)
    if missing:
        raise NotFoundError(f"report {missing[0]} does not exist")


def alone(held: Held) -> None:
    """Refuse what is merged into a report that is not among them: it goes where that one goes."""
    chosen = {referral.pk for referral in held.referrals.values()}
    for report_id, referral in held.referrals.items():
        main = referral.merged_into
        if referral.state == ReferralState.MERGED and main is not None and main.pk not in chosen:
            raise ConflictError(
                f"report {report_id} is dealt with together with report {main.report_id}: choose that one, or part them first"
            )
