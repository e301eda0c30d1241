"""Suggestions to send a report elsewhere: found again, taken or dismissed by a person. docs/explanation/routing.md."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.pipeline.routing.deciding import decide
from tipline.pipeline.routing.facts import read
from tipline.pipeline.routing.models import Reroute, RerouteState
from tipline.pipeline.routing.rules import parse
from tipline.pipeline.routing.services import released
from tipline.pipeline.routing.stage import process, write
from tipline.pipeline.routing.tree import read_tree
from tipline.pipeline.stage import Batch
from tipline.referrals.moving import standing_of
from tipline.referrals.services import invite, transfer
from tipline.reports.models import Processing, Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk


@transaction.atomic
def queue(report_ids: Iterable[int]) -> int:
    """Decide anew about reports whose attribution changed, in the caller's batch: what has not moved yet moves, of the rest desks are told.

    Returns
    -------
    int
        how many reports were looked at: processed ones that are not destroyed, and that no other transaction works on.
    """
    ids = tuple(
        Report.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(id__in=list(report_ids), processing=Processing.DONE, destroyed_at__isnull=True)
        .order_by("id")
        .values_list("id", flat=True)
    )
    if ids:
        process(Batch(ids, now()))
    return len(ids)


@transaction.atomic
def take(person: User, suggestion: Reroute, note: str = "") -> None:
    """Follow a suggestion. Nobody accepted the report: it goes up to where the ways part and down to the new desk, and every desk that had
    it keeps its place in the history. Somebody did: it stays with its owner, and the new desk takes part.

    Raises
    ------
    NotPermittedError
        when the person neither works the desk that holds the report nor the one above that decides.
    ConflictError
        when the suggestion is not open, the report is elsewhere by now, or a hop has no agreement in force.
    """
    one = _open(suggestion)
    standing = standing_of([one.report_id])
    owner = standing.owners.get(one.report_id)
    if owner != one.old_agency_id:
        raise ConflictError(f"report {one.report_id} is elsewhere by now: the suggestion no longer fits")
    way = _way(owner, one.new_agency_id)
    _refuse_stranger(person, owner, way)
    _write_down(one)
    if one.report_id in standing.accepted:
        invite(person, [one.report_id], one.new_agency, note or one.reason)
    elif not way:
        raise ConflictError(
            f"no desk stands above both this one and {one.new_agency.code}: it cannot go there by the tree"
        )
    else:
        transfer(person, one.report_id, way, note or one.reason)
    _decide(one, person, RerouteState.TAKEN, note)


@transaction.atomic
def dismiss(person: User, suggestion: Reroute, reason: str) -> None:
    """Leave a report where it is, and say why.

    Raises
    ------
    NotPermittedError, ConflictError
        as `take` does.
    InvalidInputError
        without a reason.
    """
    if not reason.strip() or len(reason) > 2000:
        raise InvalidInputError("say in a sentence why it stays where it is")
    one = _open(suggestion)
    _refuse_stranger(person, one.old_agency_id, _way(one.old_agency_id, one.new_agency_id))
    _decide(one, person, RerouteState.DISMISSED, reason)


def _write_down(one: Reroute) -> None:
    """Let the decision say what is known now, by which the report moves."""
    at = now()
    rule_set, tree = released(), read_tree(at)
    decided = {i: decide(known, parse(rule_set.body), tree, at) for i, known in read([one.report_id]).items()}
    lead = decided[one.report_id].lead if decided else None
    if lead is None or lead.desk.agency_id != one.new_agency_id:
        raise ConflictError("by what is known now it would go elsewhere again: the suggestion no longer fits")
    write(decided, rule_set.number, tree, Batch((one.report_id,), at))


def may_decide(person: User, suggestion: Reroute) -> bool:
    """Whether this person may take or dismiss it."""
    way = _way(suggestion.old_agency_id, suggestion.new_agency_id)
    return may_work_the_desk(person) and person.agency_id in {suggestion.old_agency_id, *way[:1]}


def _refuse_stranger(person: User, owner: int, way: tuple[int, ...]) -> None:
    if not may_work_the_desk(person) or person.agency_id not in {owner, *way[:1]}:
        raise NotPermittedError(
            "a suggestion is decided by the desk that holds the report, or the one above where the ways part"
        )


def _open(suggestion: Reroute) -> Reroute:
    # the report first, as every act on a desk locks it
    if (
        not Report.objects.select_for_update(no_key=True)
        .filter(pk=suggestion.report_id, destroyed_at__isnull=True)
        .exists()
    ):
        raise NotFoundError(f"report {suggestion.report_id} does not exist")
    one = Reroute.objects.select_for_update(of=("self",)).select_related("new_agency").get(pk=suggestion.pk)
    if one.state != RerouteState.OPEN:
        raise ConflictError(f"the suggestion was {one.get_state_display().lower()} by {one.decided_by} already")
    return one


def _way(owner: int, new: int) -> tuple[int, ...]:
    """From the lowest agency above both down to the new one; empty when the tree does not join them."""
    tree = read_tree(now())
    there, here = tree.desks.get(new), tree.desks.get(owner)
    if there is None or here is None:
        code = Agency.objects.values_list("code", flat=True).get(pk=new if there is None else owner)
        raise ConflictError(f"{code} is not active any more: the suggestion no longer fits")
    joint = [agency for agency in there.path if agency in here.path]
    return tree.way(joint[-1], there) if joint else ()


def _decide(one: Reroute, person: User, state: RerouteState, note: str) -> None:
    one.state, one.decided_by, one.decided_at, one.note = state, person.actor.label, now(), note.strip()
    one.save(update_fields=["state", "decided_by", "decided_at", "note"])
    act = "routing.suggestion_taken" if state == RerouteState.TAKEN else "routing.suggestion_dismissed"
    record(person.actor, [Act(act, "report", one.report_id, {"suggestion": one.pk, "to": one.new_agency_id})])
