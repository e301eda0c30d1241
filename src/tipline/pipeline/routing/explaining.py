"""Why a report goes where it goes: the rule that fired and those that nearly did, and everything on the way. Moves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.pipeline.routing.deciding import ChosenDesk, Decided, decide, hops
from tipline.pipeline.routing.facts import Known, Located, read
from tipline.pipeline.routing.language import FACTS, Value, missing
from tipline.pipeline.routing.models import RuleSet
from tipline.pipeline.routing.rules import RuleFile, parse
from tipline.pipeline.routing.services import released
from tipline.pipeline.routing.tree import Tree, read_tree
from tipline.referrals.models import StandingAction
from tipline.reports.queries import visible_report
from tipline.trust.agencies.models import Agency, AgencyKind
from tipline.trust.places import canonical_place
from tipline.trust.visibility import Scope


@dataclass(frozen=True, slots=True)
class Asked:
    """One place of a what-if: (country, state, district) and the confidence in it."""

    country: str
    state: str = ""
    district: str = ""
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A report that does not exist. `places` weigh by their confidence; the newest first.

    Parameters
    ----------
    receiving
        code of the agency that receives it; empty: the first clearinghouse.
    triage
        ids of triage rules that would count.
    at
        the time of the decision, for calendars and agreements; None: now.
    rule_set
        number of the rule set to ask; None: the one in force.
    """

    places: Sequence[Asked] = ()
    abstained: bool = False
    urgent: bool = False
    informational: bool = False
    channel: str = "door"
    incident_type: str = ""
    languages: tuple[str, ...] = ()
    triage: tuple[str, ...] = ()
    completeness: int = 0
    priority: int = 0
    legal_relevance: int = 0
    repeat: bool = False
    receiving: str = ""
    at: datetime | None = None
    rule_set: int | None = None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What became of one rule. `state`: fired, held (but a rule above it fired), near (one comparison short), or no."""

    name: str
    text: str
    state: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HopShown:
    """One hop: the agreement that it rests on, what the desk that sends does by itself, and whether the one below is at work."""

    from_agency: str
    to_agency: str
    agreement: str
    standing: str
    open: bool
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskShown:
    """A desk that would get it, and the way to it."""

    agency: str
    role: str
    path: tuple[str, ...]
    confidence: float
    reasons: tuple[dict[str, str], ...]
    hops: tuple[HopShown, ...]


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact with its meaning and its value."""

    name: str
    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision with everything that led to it. `report` is None for a what-if; `moves` says how far software alone would carry it."""

    report: int | None
    rule_set: int
    rule: str
    abstained: bool
    confidence: float
    reasons: tuple[dict[str, str], ...]
    guesses: tuple[dict[str, object], ...]
    desks: tuple[DeskShown, ...]
    rules: tuple[RuleOutcome, ...]
    facts: tuple[FactShown, ...]
    urgent: bool
    zero_fir: bool
    waits_until: datetime | None
    waits_reason: str
    moves: str

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        found = asdict(self)
        found["facts"] = {one.name: one.value for one in self.facts}
        found["waits_until"] = _iso(self.waits_until)
        for desk in found["desks"]:
            for hop in desk["hops"]:
                hop["from"], hop["to"] = hop.pop("from_agency"), hop.pop("to_agency")
                hop["opens_at"] = _iso(hop["opens_at"])
        return found


def explain(scope: Scope, report_id: int, rule_set: int | None = None) -> Explained:
    """How the rules in force (or a numbered set) decide about a report now, and why.

    Raises
    ------
    NotFoundError
        when there is no such report in scope, or nothing is left of it to decide about.
    """
    report = visible_report(scope, report_id)
    known = read([report.pk]).get(report.pk)
    if known is None or report.destroyed_at is not None:
        raise NotFoundError(f"report {report_id} does not exist")
    number, file = _rules(rule_set)
    at = now()
    tree = read_tree(at)
    return _explained(report.pk, number, file, decide(known, file, tree, at), tree, at)


def what_if(asked: WhatIf) -> Explained:
    """How the rules would decide about a report with these facts. Reads rules and the tree, and no report.

    Raises
    ------
    InvalidInputError
        naming the value that cannot be, such as a confidence over 1, an unknown channel or agency.
    """
    at = asked.at or now()
    if at.tzinfo is None:
        raise InvalidInputError("the time needs its zone")
    number, file = _rules(asked.rule_set)
    tree = read_tree(at)
    return _explained(None, number, file, decide(_known(asked, tree), file, tree, at), tree, at)


def _known(asked: WhatIf, tree: Tree) -> Known:
    if asked.channel not in FACTS["channel"].values:
        raise InvalidInputError(f"{asked.channel!r} is not one of {', '.join(FACTS['channel'].values)}")
    for name in ("completeness", "priority", "legal_relevance"):
        if not 0 <= getattr(asked, name) <= 100:
            raise InvalidInputError(f"{name} is a score from 0 to 100")
    if len(asked.places) > 50:
        raise InvalidInputError("at most 50 places")
    return Known(
        receiving_id=_receiving(asked.receiving, tree),
        located=tuple(_located(one, abstained=asked.abstained) for one in asked.places),
        scores=tuple((name, getattr(asked, name)) for name in ("completeness", "priority", "legal_relevance")),
        triage=asked.triage,
        urgent=asked.urgent,
        informational=asked.informational,
        channel=asked.channel,
        incident_type=asked.incident_type,
        languages=asked.languages,
        repeat=asked.repeat,
    )


def _located(one: Asked, *, abstained: bool) -> Located:
    if not 0 <= one.confidence <= 1:
        raise InvalidInputError(f"a confidence is from 0 to 1, not {one.confidence:g}")
    if not (len(one.country) == 2 and one.country.isascii() and one.country.isalpha() and one.country.isupper()):
        raise InvalidInputError(f"{one.country[:20]!r} is not an ISO 3166-1 alpha-2 code")
    if one.district and not one.state:
        raise InvalidInputError("a district needs its state")
    state, district = canonical_place(one.country, one.state, one.district)
    place = (one.country, state, district)
    words = ", ".join(part for part in reversed(place) if part)
    return Located(place, one.confidence, abstained, f"asked: {words} with confidence {one.confidence:.2f}")


def _receiving(code: str, tree: Tree) -> int:
    if not code:
        root = Agency.objects.filter(kind=AgencyKind.CLEARINGHOUSE, active=True).order_by("parent_id", "code").first()
        if root is None:
            raise InvalidInputError("there is no clearinghouse: say which agency receives it")
        return root.pk
    desk = tree.by_code(code)
    if desk is None:
        raise InvalidInputError(f"there is no active agency {code[:40]!r}")
    return desk.agency_id


def _rules(number: int | None) -> tuple[int, RuleFile]:
    found = released() if number is None else RuleSet.objects.filter(number=number).first()
    if found is None:
        raise NotFoundError(f"there is no rule set {number}; `tipline route rules list` shows them")
    return found.number, parse(found.body)


def _explained(
    report: int | None, number: int, file: RuleFile, decided: Decided, tree: Tree, at: datetime
) -> Explained:
    return Explained(
        report=report,
        rule_set=number,
        rule=decided.rule,
        abstained=not decided.desks,
        confidence=decided.confidence,
        reasons=decided.reasons,
        guesses=decided.guesses,
        desks=tuple(_desk(one, tree, at) for one in decided.desks),
        rules=tuple(_outcomes(file, decided)),
        facts=tuple(FactShown(name, FACTS[name].label, value) for name, value in decided.facts.items()),
        urgent=decided.urgent,
        zero_fir=decided.zero_fir,
        waits_until=decided.waits_until,
        waits_reason=decided.waits_reason,
        moves=_moves(decided, tree),
    )


def _outcomes(file: RuleFile, decided: Decided) -> list[RuleOutcome]:
    found = []
    passed = False
    for rule in file.rules:
        fired = rule is decided.fired
        holds = rule.when.holds(decided.facts)
        lacking = tuple(one.text for one in missing(rule.when, decided.facts))
        state = (
            "fired" if fired else "held" if passed and holds else "near" if not passed and len(lacking) == 1 else "no"
        )
        if passed and holds:  # only rules above it kept it from its turn
            lacking = tuple(f"had not {one.missing.text}" for one in decided.near if one.rule == rule.name)
        found.append(RuleOutcome(rule.name, rule.text, state, lacking))
        passed = passed or fired
    return found


def _desk(one: ChosenDesk, tree: Tree, at: datetime) -> DeskShown:
    shown = []
    for a, b in hops(one):
        below = tree.desks[b]
        calendar = tree.calendars.get(b)
        is_open = tree.is_open(below, at)
        shown.append(
            HopShown(
                from_agency=tree.desks[a].code,
                to_agency=below.code,
                agreement=tree.agreements.get((a, b), ""),
                standing=tree.stands(a).action,
                open=is_open,
                opens_at=calendar.opens_after(at) if calendar and not is_open else None,
            )
        )
    path = tuple(tree.codes(one.way))
    return DeskShown(one.desk.code, one.role, path, one.confidence, one.reasons, tuple(shown))


def _moves(decided: Decided, tree: Tree) -> str:
    """How far software alone carries it, in a sentence."""
    lead = decided.lead
    if lead is None:
        return "It stays at the desk that received it, until a person decides."
    for a, b in hops(lead):
        standing = tree.stands(a)
        here, below = tree.desks[a].code, tree.desks[b].code
        if standing.action == StandingAction.HOLD:
            return f"It stays at {here}, whose standing rule is to hold: a person forwards it to {below}."
        if decided.urgent:
            continue
        if standing.action == StandingAction.BUNDLE:
            return f"It goes from {here} to {below} with the daily bundle."
        if decided.waits_until and b == lead.desk.agency_id:
            return f"{decided.waits_reason}."
    if decided.urgent:
        return f"It is urgent: it goes to {lead.desk.code} at once, past every bundle and every office hour."
    return f"It goes to {lead.desk.code} at once, by the standing rules on its way."


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
