"""One decision: facts of a report in, desks or a person's queue out, with every reason. No database here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from tipline.pipeline.routing.facts import MOST_GUESSES, Known, facts_for, placed, shares
from tipline.pipeline.routing.language import Condition, Facts, Missing, missing
from tipline.pipeline.routing.rules import Rule, RuleFile, Target
from tipline.pipeline.routing.tree import Desk, Place, Tree
from tipline.reports.models import Channel

MOST_NEAR = 5
NO_RULE = "no-rule"
OF_A_REPLY = "of-a-reply"
Reason = dict[str, str]


@dataclass(frozen=True, slots=True)
class ChosenDesk:
    """A desk of a decision, with the way to it from the desk that received the report (ids, both included)."""

    desk: Desk
    role: str
    way: tuple[int, ...]
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that would have fired, had one comparison come out otherwise."""

    rule: str
    missing: Missing


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to become of a report. Without desks it is a person's to decide, and `guesses` says where it points.

    Parameters
    ----------
    rule
        the name of the rule that fired, or of what stood against it (no-desk, no-way, no-agreement, no-rule).
    waits_until
        when its desk opens, if it waits above it until then.
    """

    rule: str
    desks: tuple[ChosenDesk, ...]
    confidence: float
    reasons: tuple[Reason, ...]
    guesses: tuple[dict[str, object], ...]
    near: tuple[Near, ...]
    facts: Facts
    fired: Rule | None
    urgent: bool = False
    zero_fir: bool = False
    waits_until: datetime | None = None
    waits_reason: str = ""

    @property
    def lead(self) -> ChosenDesk | None:
        """The desk that is to own the report."""
        return self.desks[0] if self.desks else None


def decide(known: Known, file: RuleFile, tree: Tree, at: datetime) -> Decided:
    """Decide for one report: the first rule whose condition holds fires."""
    facts = facts_for(known, file, tree, at)
    if known.channel == Channel.REPLY:
        return _stays(known, facts, tree)
    fired = next((rule for rule in file.rules if rule.when.holds(facts)), None)
    # the least that was missing first; of what has no measure the first rule
    near = tuple(sorted(_near(file, fired, facts), key=lambda one: (one.missing.by is None, one.missing.by or 0)))[
        :MOST_NEAR
    ]
    urgent = known.urgent or (fired is not None and fired.then.urgent)
    words = _words(known, facts, tree)
    if fired is None or fired.then.person:
        name, why = (fired.name, fired.why(words)) if fired else (NO_RULE, "no rule fits")
        return replace(_person(name, why, known, facts, near, tree), fired=fired, urgent=urgent)
    desks, notes, obstacle = _desks(fired, known, facts, tree, at, urgent)
    if obstacle is not None:
        return replace(_person(*obstacle, known, facts, near, tree), fired=fired, urgent=urgent)
    lead = desks[0]
    waits_until, waits_reason = _waits(fired, lead, tree, at, urgent)
    reasons = _said(known)
    reasons += [{"rule": fired.name, "text": fired.why(words)}, *lead.reasons, *notes]
    if waits_reason:
        reasons.append({"rule": "office-hours", "text": waits_reason})
    return Decided(
        fired.name, desks, lead.confidence, tuple(reasons), (), near, facts, fired,
        urgent, fired.then.zero_fir, waits_until, waits_reason,
    )  # fmt: skip


def _stays(known: Known, facts: Facts, tree: Tree) -> Decided:
    """What an agency filed itself of a provider's reply stays with that agency: no rule is asked."""
    why: Reason = {
        "rule": OF_A_REPLY,
        "text": "it is of a case of the agency that filed it: it stays there and is sent to nobody",
    }
    desk = tree.desks.get(known.receiving_id)
    desks = (ChosenDesk(desk, "lead", (known.receiving_id,), 1.0, ()),) if desk else ()
    return Decided(OF_A_REPLY, desks, float(len(desks)), (why, *_said(known)), (), (), facts, None, known.urgent)


def _near(file: RuleFile, fired: Rule | None, facts: Facts) -> Iterator[Near]:
    """Rules above the one that fired which lack one comparison; and the rule below, when one comparison kept it from its turn."""
    for rule in file.rules:
        if rule is fired:
            break
        lacking = missing(rule.when, facts)
        if len(lacking) == 1:
            yield Near(rule.name, lacking[0])
    if fired is None:
        return
    below = file.rules[file.rules.index(fired) + 1 :]
    following = next((rule for rule in below if rule.when.holds(facts)), None)
    against = missing(Condition.model_validate({"not": fired.when}), facts)
    if following is not None and len(against) == 1 and not fired.when.always:
        yield Near(following.name, against[0])


def _desks(
    rule: Rule, known: Known, facts: Facts, tree: Tree, at: datetime, urgent: bool
) -> tuple[tuple[ChosenDesk, ...], list[Reason], tuple[str, str] | None]:
    """The desks of a rule, the lead first; notes on those left out; and what stands against the lead, if anything does."""
    notes: list[Reason] = []
    found: list[ChosenDesk] = []
    places = placed(known)
    for target in sorted(rule.then.desks, key=lambda t: t.role != "lead"):
        share = places[1] if target.to == "second-place" and len(places) > 1 else places[0] if places else None
        confidence = round(share.confidence * share.share, 3) if share else 0.0
        desks = _targets(target, known, tree)
        if not desks and target.role == "lead":
            return (), notes, ("no-desk", f"rule {rule.name} leads to no active desk")
        for desk in desks:
            desk, standing_in = _at_work(desk, known, tree, at, urgent)
            way, against = _passable(known.receiving_id, desk, tree)
            if against is not None and target.role == "lead":
                return (), notes, against
            if against is not None:
                notes.append({"rule": "joint-left-out", "text": f"{desk.code} does not take part: {against[1]}"})
            elif desk.agency_id not in {one.desk.agency_id for one in found}:
                reasons = (*standing_in, _because(target, desk, share.place if share else ("", "", ""), tree, way))
                found.append(ChosenDesk(desk, target.role, way, confidence, reasons))
    notes += [reason for one in found[1:] for reason in one.reasons]
    return tuple(found), notes, None


def _targets(target: Target, known: Known, tree: Tree) -> tuple[Desk, ...]:
    places = placed(known)
    first: Place = places[0].place if places else ("", "", "")
    here = tree.desks_for(first)
    match target.to:
        case "agency":
            named = tree.by_code(target.agency or "")
            return (named,) if named else ()
        case "second-place":
            here = tree.desks_for(places[1].place) if len(places) > 1 else ()
        case "state":
            here = tree.desks_for((first[0], first[1], ""))
        case "country":
            here = tree.desks_for((first[0], "", ""))
        case "parent":
            above = tree.parent(here[0]) if here else None
            return (above,) if above else ()
        case "others-here":
            return here
    readers = [desk for desk in here if desk.languages & set(known.languages)] if target.prefer_language else []
    return tuple((readers or here)[:1])


def _passable(receiving_id: int, desk: Desk, tree: Tree) -> tuple[tuple[int, ...], tuple[str, str] | None]:
    """The way to a desk, and what stands against it: (rule, sentence)."""
    way = tree.way(receiving_id, desk)
    if not way:
        return (), ("no-way", f"{desk.code} is not below the desk that received the report")
    without = tree.without_agreement(way)
    if without:
        return way, ("no-agreement", f"there is no agreement in force by which {without[0]} hands to {without[1]}")
    return way, None


def _at_work(desk: Desk, known: Known, tree: Tree, at: datetime, urgent: bool) -> tuple[Desk, tuple[Reason, ...]]:
    """The desk, or who acts for it: of a desk on leave its deputy, and of a closed desk, when it is urgent, deputy or duty desk."""
    calendar = tree.calendars.get(desk.agency_id)
    if calendar is None or calendar.is_open(at) or not (urgent or calendar.is_out(at)):
        return desk, ()
    state = "is on leave" if calendar.is_out(at) else "is closed"
    above = tree.parent(desk)
    duty = tree.calendars[above.agency_id].duty_desk_id if above and above.agency_id in tree.calendars else None
    for name, other in (("deputy", calendar.deputy_id), ("duty-desk", duty if urgent else None)):
        instead = tree.desks.get(other or 0)
        if instead and tree.is_open(instead, at) and _passable(known.receiving_id, instead, tree)[1] is None:
            return instead, ({"rule": name, "text": f"{desk.code} {state}: {instead.code} acts for it"},)
    if urgent:
        return desk, (
            {"rule": "urgent", "text": f"{desk.code} {state} and nobody acts for it: what is urgent goes at once"},
        )
    return desk, ()


def _waits(rule: Rule, lead: ChosenDesk, tree: Tree, at: datetime, urgent: bool) -> tuple[datetime | None, str]:
    """Until when a report rests above a closed desk, and why; only where the rule and the desk above both say so."""
    calendar = tree.calendars.get(lead.desk.agency_id)
    if urgent or not rule.then.wait_for_hours or calendar is None or calendar.is_open(at) or len(lead.way) < 2:
        return None, ""
    above = lead.way[-2]
    if not tree.stands(above).wait_for_hours:
        return None, ""
    opens = calendar.opens_after(at)
    if opens is None:
        return None, ""
    code = tree.desks[above].code
    return (
        opens,
        f"{lead.desk.code} is closed: it waits at {code} until {opens.astimezone(calendar.zone):%Y-%m-%d %H:%M %Z}",
    )


def _because(target: Target, desk: Desk, place: Place, tree: Tree, way: tuple[int, ...]) -> Reason:
    if target.to == "agency":
        return {"rule": "named-desk", "text": f"{desk.code} is named by the rule"}
    role = {"parent": "stands above the desk of", "others-here": "is responsible too for"}.get(
        target.to, "is the most specific active desk responsible for"
    )
    return {"rule": f"{desk.kind}-desk", "text": f"{desk.code} {role} {place_text(place)}"}


def _person(rule: str, why: str, known: Known, facts: Facts, near: tuple[Near, ...], tree: Tree) -> Decided:
    """To a person's queue, with the reason first and the best guesses."""
    everything = shares(one for one in known.located if one.place[0])
    guesses = tuple(
        {
            "place": place_text(one.place),
            "agency": here[0].code if (here := tree.desks_for(one.place)) else "",
            "share": round(one.share, 2),
        }
        for one in everything[:MOST_GUESSES]
    )
    reasons = [{"rule": rule, "text": f"{why}: a person decides"}]
    reasons += _said(known)
    return Decided(rule, (), 0.0, tuple(reasons), guesses, near, facts, None)


def _said(known: Known) -> list[Reason]:
    """What attribution said, of all together and of each."""
    said = [known.said, *(one.explanation for one in known.located)]
    return [{"rule": "addresses", "text": text} for text in said if text]


def _words(known: Known, facts: Facts, tree: Tree) -> dict[str, str]:
    """What the texts of rules may name."""
    found = placed(known)
    first: Place = found[0].place if found else ("", "", "")
    here = tree.desks_for(first)
    many = len(known.located)
    return {
        "place": place_text(first),
        "second_place": place_text(found[1].place) if len(found) > 1 else "",
        "share": f"{found[0].share:.0%}" if found else "0%",
        "confidence": f"{facts['confidence']:.2f}",
        "floor": f"{facts['floor']:.2f}",
        "state": first[1],
        "country": first[0],
        "addresses": "not even its one address" if many == 1 else f"none of its {many} addresses",
        "desk": here[0].code if here else "",
        "apart": str(facts["apart"]),
    }


def hops(desk: ChosenDesk) -> list[tuple[int, int]]:
    """The hops to a desk."""
    return list(pairwise(desk.way))


def place_text(place: Place) -> str:
    """A place in words, the district first."""
    return ", ".join(part for part in reversed(place) if part)
