"""What people do with bundles: decide once, add, take out, take apart. Each member goes its own way by the services of a desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.bundles.models import Bundle, BundleAct, BundleDecision, BundleMember
from tipline.referrals.holding import LONGEST_TEXT, MOST_AT_ONCE, hold
from tipline.referrals.models import DeskRow, Pile
from tipline.referrals.queue.closing import close
from tipline.referrals.queue.models import ClosingAct
from tipline.referrals.services import forward
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk

BY_PERSON = "person"


@dataclass(frozen=True, slots=True)
class Left:
    """A member with which it was not done, and why."""

    report: int
    why: str


@transaction.atomic
def decide(
    person: User,
    bundle_id: int,
    act: BundleAct,
    *,
    reason: str = "",
    note: str = "",
    to_agency: Agency | None = None,
    urgent_shown: Collection[int] = (),
    accept: Callable[[list[int]], object] | None = None,
) -> BundleDecision:
    """Decide a bundle: one act, done with each member that lies on the desk. Those with which it cannot be done are named and left.

    Parameters
    ----------
    urgent_shown
        urgent members that the person has looked at and takes along; every other urgent one is left.
    accept
        opens a case with these reports (the room of cases is above this one).

    Raises
    ------
    NotFoundError, NotPermittedError
        when it is no bundle of the person's desk, or they do not work it.
    InvalidInputError
        without what the act needs.
    ConflictError
        when it could be done with no member.
    """
    if len(note) > LONGEST_TEXT:
        raise InvalidInputError(f"say it in at most {LONGEST_TEXT} letters")
    if act == BundleAct.FORWARD and to_agency is None:
        raise InvalidInputError("choose the agency that is to act")
    bundle = _mine(person, bundle_id)
    members = set(bundle.members.filter(left_at__isnull=True).values_list("report_id", flat=True))
    lying = dict(
        DeskRow.objects.filter(
            agency=person.agency_id, report__in=members, pile=Pile.NEW, informational=False
        ).values_list("report_id", "urgent")
    )
    left = [
        Left(one, "urgent: it is decided by itself, or with the bundle when somebody has looked at it")
        for one, urgent in sorted(lying.items())
        if urgent and one not in urgent_shown
    ]
    take = sorted(set(lying) - {one.report for one in left})
    done: list[int] = []
    proposed: list[int] = []

    def with_these(ids: list[int]) -> None:
        if act == BundleAct.FORWARD and to_agency is not None:
            forward(person, ids, to_agency, note)
            done.extend(ids)
            return
        closed = close(person, ids, ClosingAct(act.value), reason, note)
        done.extend(closed.done)
        proposed.extend(closed.proposed)

    if act == BundleAct.ACCEPT:
        if accept is None or not take:
            raise ConflictError("none of its reports can be accepted here")
        if len(take) > MOST_AT_ONCE:
            raise InvalidInputError(f"a case is opened with at most {MOST_AT_ONCE} reports")
        accept(take)
        done.extend(take)
    else:
        for start in range(0, len(take), MOST_AT_ONCE):
            left += _halved(take[start : start + MOST_AT_ONCE], with_these)
    if not done and not proposed:
        raise ConflictError(
            f"none of its reports was done: {left[0].why}" if left else "none of its reports is new here"
        )
    at = now()
    decision = BundleDecision.objects.create(
        bundle=bundle, act=act, reason=reason if act == BundleAct.RETURN else "", note=note, by=person, at=at,
        done=sorted(done), proposed=sorted(proposed),
        left=[{"report": one.report, "why": one.why} for one in sorted(left, key=lambda one: one.report)],
    )  # fmt: skip
    Bundle.objects.filter(pk=bundle.pk).update(decided_at=at)
    record(
        person.actor,
        [
            Act("bundle.decided", "bundle", bundle.pk, {"act": act.value, "done": len(done), "proposed": len(proposed), "left": len(left)}),
            *(Act("bundle.member_decided", "report", one, {"bundle": bundle.pk, "act": act.value}) for one in sorted(done)),
        ],
    )  # fmt: skip
    return decision


def _halved(ids: Sequence[int], act: Callable[[list[int]], None]) -> list[Left]:
    """Do it with all of them, or with the halves, until those with which it cannot be done stand alone."""
    if not ids:
        return []
    try:
        with transaction.atomic():
            act(list(ids))
    except (ConflictError, InvalidInputError, NotFoundError) as error:
        if len(ids) == 1:
            return [Left(ids[0], str(error))]
        middle = len(ids) // 2
        return [*_halved(ids[:middle], act), *_halved(ids[middle:], act)]
    return []


@transaction.atomic
def make(person: User, report_ids: Iterable[int], title: str) -> Bundle:
    """Make a bundle of reports on the desk that are one matter though no rule says so.

    Raises
    ------
    InvalidInputError
        for fewer than two, or without a title.
    ConflictError
        when one is in a bundle already.
    """
    title = title.strip()
    if not title or len(title) > 200:
        raise InvalidInputError("a bundle needs a title of 1 to 200 characters; no names of children")
    held = hold(person, report_ids)
    if len(held.report_ids) < 2:
        raise InvalidInputError("choose at least two reports")
    at = now()
    bundle = Bundle.objects.create(
        agency_id=person.agency_id, rule=BY_PERSON, rules_version="", key="", title=title, made_at=at, made_by=person
    )
    _put(person, bundle, held.report_ids, "somebody of the desk says that it is one matter")
    record(person.actor, [Act("bundle.made", "bundle", bundle.pk, {"reports": len(held.report_ids)})])
    return bundle


@transaction.atomic
def add(person: User, bundle_id: int, report_ids: Iterable[int], why: str = "") -> int:
    """Put reports of the desk into a bundle. Returns how many."""
    bundle = _mine(person, bundle_id)
    held = hold(person, report_ids)
    said = why.strip()[:250]
    _put(person, bundle, held.report_ids, f"put in by hand: {said}" if said else "put in by hand")
    record(person.actor, [Act("bundle.member_added", "report", one, {"bundle": bundle.pk}) for one in held.report_ids])
    return len(held.report_ids)


def _put(person: User, bundle: Bundle, report_ids: Sequence[int], why: str) -> None:
    inside = BundleMember.objects.filter(agency=person.agency_id, report__in=report_ids, left_at__isnull=True)
    first = inside.order_by("report_id").first()
    if first is not None:
        raise ConflictError(f"report {first.report_id} is in bundle {first.bundle_id} already: take it out there first")
    BundleMember.objects.bulk_create(
        BundleMember(bundle=bundle, agency_id=person.agency_id, report_id=one, why=why, since=now(), added_by=person)
        for one in report_ids
    )


@transaction.atomic
def remove(person: User, bundle_id: int, report_ids: Iterable[int]) -> int:
    """Take reports out of a bundle; no rule puts them in again. Returns how many."""
    bundle = _mine(person, bundle_id)
    rows = list(
        bundle.members.select_for_update()
        .filter(report__in=list(report_ids)[:MOST_AT_ONCE], left_at__isnull=True)
        .order_by("report_id")
    )
    BundleMember.objects.filter(pk__in=[one.pk for one in rows]).update(left_at=now(), left_by=person)
    record(person.actor, [Act("bundle.member_removed", "report", one.report_id, {"bundle": bundle.pk}) for one in rows])
    return len(rows)


@transaction.atomic
def take_apart(person: User, bundle_id: int) -> None:
    """End a bundle: its reports lie on the desk each by itself, and no rule bundles them by the same again."""
    bundle = _mine(person, bundle_id)
    at = now()
    bundle.members.filter(left_at__isnull=True).update(left_at=at, left_by=person)
    Bundle.objects.filter(pk=bundle.pk).update(ended_at=at)
    record(person.actor, [Act("bundle.taken_apart", "bundle", bundle.pk)])


def _mine(person: User, bundle_id: int) -> Bundle:
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    found = (
        Bundle.objects.select_for_update().filter(pk=bundle_id, agency=person.agency_id, ended_at__isnull=True).first()
        if 0 < bundle_id < 2**63
        else None
    )
    if found is None:
        raise NotFoundError("there is no such bundle at your desk")
    return found
