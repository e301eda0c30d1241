"""A rule in words: its conditions one by one, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tipline.pipeline.routing.language import FACTS, Condition
from tipline.pipeline.routing.rules import Rule, Target, Then

# Facts as the subject of a sentence; of those that hold or do not, both sentences.
NOUNS = {
    "country": "the country of the first place",
    "state": "the state of the first place",
    "district": "the district of the first place",
    "level": "the precision of the first place",
    "confidence": "the confidence in the first place",
    "floor": "the floor of its level",
    "share": "the first place's share of the weight",
    "place_confidence": "the confidence in the first place by itself",
    "second_share": "the second place's share of the weight",
    "second_confidence": "the confidence in the second place by itself",
    "lead_over_second": "the first place's lead over the second",
    "places": "the number of places",
    "addresses": "the number of statements of place",
    "placed": "the number of statements that did not abstain",
    "apart": "how far the places lie apart",
    "desk": "the level of the most specific active desk",
    "second_desk": "the level of the second place's desk",
    "desks_here": "the number of desks responsible for just that place",
    "receiving": "the receiving agency",
    "completeness": "completeness",
    "priority": "priority",
    "legal_relevance": "legal relevance",
    "triage": "the triage rules that counted",
    "channel": "the door it came by",
    "incident_type": "the kind of incident",
    "languages": "the report's languages",
}
FLAGS = {
    "abstained": ("no address could be placed with enough confidence", "some address could be placed"),
    "way": ("the desk is below the receiving one", "the desk is not below the receiving one"),
    "agreements": ("every hop has an agreement in force", "a hop has no agreement in force"),
    "desk_open": ("the desk is at work", "the desk is closed"),
    "reads_language": ("the desk reads a language of the report", "the desk reads no language of the report"),
    "urgent": ("the report is urgent", "the report is not urgent"),
    "informational": (
        "the provider calls the report informational",
        "the provider does not call the report informational",
    ),
    "repeat": ("it probably repeats an earlier report", "it repeats no earlier report"),
}
# What a text of a fact means, where its name beside its value reads badly.
PHRASES = {
    "apart": {
        "none": "all places are the same", "district": "the places lie in different districts of one state",
        "state": "the places lie in different states", "country": "the places lie in different countries",
    },
    "level": {
        "none": "no place is known", "country": "of the first place only the country is known",
        "state": "the first place is known to the state", "district": "the first place is known to the district",
    },
    "desk": {
        "none": "no active desk is responsible for the place", "clearinghouse": "the place is a clearinghouse's",
        "national": "the most specific active desk is a national one", "state": "the most specific active desk is a state's",
        "district": "the most specific active desk is a district's",
    },
    "second_desk": {
        "none": "no active desk is responsible for the second place", "clearinghouse": "the second place is a clearinghouse's",
        "national": "the desk of the second place is a national one", "state": "the desk of the second place is a state's",
        "district": "the desk of the second place is a district's",
    },
}  # fmt: skip
_COMPARED = {
    "equals": "is", "one_of": "is one of", "at_least": "is at least", "at_most": "is at most", "more_than": "is more than",
    "less_than": "is less than", "has": "include", "has_any": "include any of",
}  # fmt: skip
_TO: dict[str, str] = {
    "place": "the desk of the place",
    "second-place": "the desk of the second place",
    "parent": "the desk above that of the place",
    "state": "the desk of the state",
    "country": "the desk of the country",
    "others-here": "the other desks of that place",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A rule as a page tells it: its conditions (none: it always holds), what follows, and the marks it sets."""

    rule: Rule
    conditions: tuple[str, ...]
    outcome: str
    marks: tuple[str, ...]


def told(rule: Rule) -> Told:
    """A rule in words."""
    when = rule.when
    conditions = () if when.always else tuple(condition(one) for one in when.all_ or (when,))
    return Told(rule, conditions, outcome(rule.then), _marks(rule.then))


def condition(node: Condition) -> str:
    """One condition as a clause; what is nested stands in brackets."""
    if node.all_ or node.any_:
        parts = [_inside(child) for child in node.children]
        return (" and " if node.all_ else " or ").join(parts)
    if node.not_:
        return f"not ({condition(node.not_)})"
    if node.fact is None:
        return "always"
    operator = node.operators[0]
    wanted = getattr(node, operator)
    if node.fact in FLAGS:
        return FLAGS[node.fact][0 if wanted else 1]
    if operator == "equals" and wanted in PHRASES.get(node.fact, {}):
        return PHRASES[node.fact][wanted]
    return f"{NOUNS.get(node.fact, node.fact)} {_COMPARED[operator]} {_value(node.fact, wanted)}"


def outcome(then: Then) -> str:
    """What follows of a rule."""
    if then.person:
        return "a person decides"
    lead = next(target for target in then.desks if target.role == "lead")
    text = f"it goes to {_target(lead)}"
    joint = [_target(target) for target in then.desks if target.role == "joint"]
    if joint:
        text += f", which leads; {' and '.join(joint)} take{'' if len(joint) > 1 or _plural(then) else 's'} part"
    return text


def _plural(then: Then) -> bool:
    return any(target.to == "others-here" for target in then.desks)


def _target(target: Target) -> str:
    text = target.agency or "" if target.to == "agency" else _TO[target.to]
    return f"{text}, rather one that reads the report's language" if target.prefer_language else text


def _marks(then: Then) -> tuple[str, ...]:
    chosen: tuple[tuple[bool, str], ...] = (
        (then.zero_fir, "marked for a zero FIR"),
        (then.urgent, "treated as urgent"),
        (then.wait_for_hours, "waits for office hours unless it is urgent"),
    )
    return tuple(text for holds, text in chosen if holds)


def _inside(child: Condition) -> str:
    text = condition(child)
    return f"({text})" if len(child.children) > 1 else text


def _value(fact: str, wanted: Any) -> str:
    if FACTS[fact].kind == "number":
        return NOUNS.get(wanted, wanted) if isinstance(wanted, str) else f"{wanted:.2f}".rstrip("0").rstrip(".")
    return ", ".join(wanted) if isinstance(wanted, tuple) else str(wanted) or "empty"
