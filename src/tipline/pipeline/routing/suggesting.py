"""When better information would send a report elsewhere that is on its way already: told to desks, never done by software."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tipline.pipeline.routing.deciding import Decided
from tipline.pipeline.routing.models import Decision, Reroute, RerouteState
from tipline.pipeline.routing.tree import Tree
from tipline.referrals.models import Waiting
from tipline.referrals.moving import standing_of
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

SOFTWARE = system("routing")


def settle(decided: Mapping[int, Decided], tree: Tree, at: datetime) -> set[int]:
    """Keep suggestions for reports that are on their way and would now go elsewhere.

    Returns
    -------
    set of int
        the reports whose decision stands as it was: they are where a person or an earlier decision sent them.
    """
    standing = standing_of(decided)
    before = {
        one.report_id: one
        for one in Decision.objects.select_related("agency").filter(report_id__in=decided, abstained=False)
    }
    waiting = dict(Waiting.objects.filter(report_id__in=decided).values_list("report_id", "agency_id"))
    moved: set[int] = set()
    wanted: dict[int, Reroute] = {}
    for report_id, new in decided.items():
        owner, old, lead = standing.owners.get(report_id), before.get(report_id), new.lead
        at_rest = lead is not None and owner is not None and owner == waiting.get(report_id) and owner in lead.way
        if old is None or owner is None or at_rest or _unmoved(report_id, owner, old, tree, standing.accepted):
            continue
        if lead is not None and lead.desk.agency_id == old.agency_id:
            continue  # the same desk: what is known of it may be surer now
        moved.add(report_id)
        if lead is None or lead.desk.agency_id == owner or owner not in tree.desks:
            continue
        wanted[report_id] = Reroute(
            report_id=report_id,
            old_agency_id=owner,
            new_agency_id=lead.desk.agency_id,
            old_decision=_summary_of(old),
            new_decision=summary(new, tree),
            reason=_sentence(old, new),
            found_at=at,
        )
    _keep(wanted, decided, at)
    return moved


def _unmoved(report_id: int, owner: int, old: Decision, tree: Tree, accepted: Iterable[int]) -> bool:
    """Whether it lies where it was received, and nobody has accepted it there."""
    desk = tree.desks.get(owner)
    return desk is not None and bool(old.path) and old.path[0] == desk.code and report_id not in accepted


def _keep(wanted: Mapping[int, Reroute], decided: Mapping[int, Decided], at: datetime) -> None:
    """Write new suggestions; what is not suggested any more is dismissed. A suggestion that stands is left as it is, and one that a
    person dismissed is not made again.
    """
    dismissed = set(
        Reroute.objects.filter(report_id__in=wanted, state=RerouteState.DISMISSED)
        .exclude(decided_by=SOFTWARE.label)
        .values_list("report_id", "old_agency_id", "new_agency_id")
    )
    wanted = {i: one for i, one in wanted.items() if (i, *_pair(one)) not in dismissed}
    open_ones = {one.report_id: one for one in Reroute.objects.filter(report_id__in=decided, state=RerouteState.OPEN)}
    over = [
        one.pk for report_id, one in open_ones.items()
        if report_id not in wanted or _pair(wanted[report_id]) != _pair(one)
    ]  # fmt: skip
    Reroute.objects.filter(pk__in=over).update(
        state=RerouteState.DISMISSED, decided_by=SOFTWARE.label, decided_at=at, note="what is known changed again"
    )
    fresh = [
        one for report_id, one in wanted.items()
        if report_id not in open_ones or _pair(open_ones[report_id]) != _pair(one)
    ]  # fmt: skip
    Reroute.objects.bulk_create(fresh)
    record(
        SOFTWARE,
        [
            Act("routing.suggested", "report", one.report_id, {"from": one.old_agency_id, "to": one.new_agency_id})
            for one in fresh
        ],
    )


def _pair(one: Reroute) -> tuple[int, int]:
    return one.old_agency_id, one.new_agency_id


def _summary_of(old: Decision) -> dict[str, Any]:
    return {
        "agency": old.agency.code if old.agency else "", "path": old.path, "confidence": old.confidence,
        "rule": old.rule, "text": _why(old.reasons, old.rule),
    }  # fmt: skip


def summary(new: Decided, tree: Tree) -> dict[str, Any]:
    """A decision in short: {agency, path, confidence, rule, text}."""
    lead = new.lead
    return {
        "agency": lead.desk.code if lead else "", "path": tree.codes(lead.way) if lead else [],
        "confidence": new.confidence, "rule": new.rule, "text": _why(new.reasons, new.rule),
    }  # fmt: skip


def _why(reasons: Iterable[Mapping[str, str]], rule: str) -> str:
    return next((reason["text"] for reason in reasons if reason["rule"] == rule), "")


def _sentence(old: Decision, new: Decided) -> str:
    code = old.agency.code if old.agency else "nobody"
    lead = new.lead.desk.code if new.lead else "nobody"
    return (
        f"It went towards {code} with confidence {old.confidence:.2f}; by what is known now it belongs to {lead} "
        f"with confidence {new.confidence:.2f}: {_why(new.reasons, new.rule)}"
    )
