"""The language of routing rules: comparisons over named facts, joined by all, any and not. Closed, and evaluated here.

A condition is data (TOML), never code. What it may name stands in `FACTS`; docs/reference/routing-rules.md describes each.
No database here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import Strict

Value = bool | float | str | tuple[str, ...]
Facts = Mapping[str, Value]
Kind = Literal["number", "text", "flag", "list"]

# Nobody writes rules deeper than they can read them.
MAX_DEPTH = 6
MAX_NODES = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule may ask for: its kind, what it means, and for a text the values it can have (empty: any)."""

    kind: Kind
    label: str
    values: tuple[str, ...] = ()


LEVELS = ("none", "country", "state", "district")
DESK_LEVELS = ("none", "clearinghouse", "national", "state", "district")

FACTS: dict[str, Fact] = {
    # the place that most of the weight points to
    "country": Fact("text", "country of the first place, ISO 3166-1 alpha-2"),
    "state": Fact("text", "state of the first place, canonical name"),
    "district": Fact("text", "district of the first place, canonical name"),
    "level": Fact("text", "how precise the first place is", LEVELS),
    "confidence": Fact("number", "confidence in the first place, 0 to 1, after others took their share"),
    "floor": Fact("number", "the floor for acting at the level of the first place, from [floors]"),
    "share": Fact("number", "share of the weight that the first place holds, 0 to 1"),
    "place_confidence": Fact("number", "confidence in the first place by itself, 0 to 1"),
    "second_share": Fact("number", "share of the second place, 0 when there is none"),
    "second_confidence": Fact("number", "confidence in the second place by itself, 0 to 1"),
    "lead_over_second": Fact("number", "share of the first place less that of the second"),
    "places": Fact("number", "how many different places are left after those that abstained"),
    "addresses": Fact("number", "how many statements of place there are, those that abstained included"),
    "placed": Fact("number", "how many of them did not abstain"),
    "abstained": Fact("flag", "attribution placed nothing with enough confidence"),
    "apart": Fact("text", "how far the places lie apart", ("none", "district", "state", "country")),
    # the tree, from the desk that received the report
    "desk": Fact("text", "level of the most specific active desk of the first place", DESK_LEVELS),
    "second_desk": Fact("text", "the same of the second place", DESK_LEVELS),
    "desks_here": Fact("number", "how many active desks are responsible for just that place"),
    "way": Fact("flag", "the desk is below the one that received the report"),
    "agreements": Fact("flag", "an agreement is in force for every hop to it"),
    "desk_open": Fact("flag", "the desk is at work now"),
    "reads_language": Fact("flag", "the desk reads a language of the report"),
    "receiving": Fact("text", "code of the agency that received the report"),
    # triage
    "completeness": Fact("number", "score, 0 to 100"),
    "priority": Fact("number", "score, 0 to 100"),
    "legal_relevance": Fact("number", "score, 0 to 100"),
    "triage": Fact("list", "ids of the triage rules that counted, such as minor-victim-age or infant"),
    # the report
    "urgent": Fact("flag", "the provider asks for urgency, or triage lifted it to its floor"),
    "informational": Fact("flag", "the provider calls it informational"),
    "channel": Fact("text", "the door it came by", ("door", "json", "bulk", "public", "reply", "package")),
    "incident_type": Fact("text", "the wire value"),
    "languages": Fact("list", "BCP 47 codes that are known of the report; often none"),
    "repeat": Fact("flag", "it probably repeats an earlier report"),
}

# operator → the kinds of fact that it fits
OPERATORS: dict[str, tuple[Kind, ...]] = {
    "equals": ("text", "flag", "number"),
    "one_of": ("text",),
    "at_least": ("number",),
    "at_most": ("number",),
    "more_than": ("number",),
    "less_than": ("number",),
    "has": ("list",),
    "has_any": ("list",),
}
# in words, for explanations
WORDS = {
    "equals": "is", "one_of": "is one of", "at_least": "is at least", "at_most": "is at most",
    "more_than": "is more than", "less_than": "is less than", "has": "has", "has_any": "has any of",
}  # fmt: skip
_OPPOSITE = {"at_least": "less_than", "at_most": "more_than", "more_than": "at_most", "less_than": "at_least"}

_Text = Annotated[str, Field(max_length=200)]
_Number = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]
_Texts = Annotated[tuple[_Text, ...], Field(min_length=1, max_length=100)]


class Condition(Strict):
    """One node: a comparison (`fact` with one operator), or `all`, `any`, `not` of further nodes. An empty one always holds."""

    fact: str | None = None
    equals: bool | _Number | _Text | None = None
    one_of: _Texts | None = None
    at_least: _Number | _Text | None = None
    at_most: _Number | _Text | None = None
    more_than: _Number | _Text | None = None
    less_than: _Number | _Text | None = None
    has: _Text | None = None
    has_any: _Texts | None = None
    all_: Annotated[tuple[Condition, ...] | None, Field(alias="all", min_length=1, max_length=40)] = None
    any_: Annotated[tuple[Condition, ...] | None, Field(alias="any", min_length=1, max_length=40)] = None
    not_: Annotated[Condition | None, Field(alias="not")] = None

    @model_validator(mode="after")
    def _one_thing(self) -> Condition:
        operators = self.operators
        joins = [name for name, node in (("all", self.all_), ("any", self.any_), ("not", self.not_)) if node]
        if self.fact is None:
            if operators:
                raise ValueError(f"{operators[0]} needs a fact to compare")
            if len(joins) > 1:
                raise ValueError(f"{' and '.join(joins)} stand side by side: put one into the other")
            return self
        if joins:
            raise ValueError(f"fact {self.fact!r} and {joins[0]} stand side by side: put the comparison into it")
        if self.fact not in FACTS:
            raise ValueError(f"there is no fact {self.fact!r}")
        if len(operators) != 1:
            raise ValueError(f"fact {self.fact!r} needs exactly one of {', '.join(OPERATORS)}")
        self._fits(FACTS[self.fact], operators[0])
        return self

    def _fits(self, fact: Fact, operator: str) -> None:
        wanted = getattr(self, operator)
        if fact.kind not in OPERATORS[operator]:
            raise ValueError(f"{operator} does not fit {self.fact!r}, which is a {fact.kind}")
        if fact.kind == "flag" and not isinstance(wanted, bool):
            raise ValueError(f"{self.fact!r} is true or false, not {wanted!r}")
        if fact.kind == "number":
            if isinstance(wanted, bool) or (isinstance(wanted, str) and operator == "equals"):
                raise ValueError(f"{self.fact!r} is a number, not {wanted!r}")
            if isinstance(wanted, str) and (wanted not in FACTS or FACTS[wanted].kind != "number"):
                raise ValueError(
                    f"{self.fact!r} is compared with {wanted!r}, which is neither a number nor a fact of one"
                )
        if fact.kind == "text":
            if not isinstance(wanted, (str, tuple)):
                raise ValueError(f"{self.fact!r} is a text, not {wanted!r}")
            unknown = [v for v in ((wanted,) if isinstance(wanted, str) else wanted) if v not in fact.values]
            if fact.values and unknown:
                raise ValueError(f"{self.fact!r} is one of {', '.join(fact.values)}, never {unknown[0]!r}")

    @property
    def operators(self) -> list[str]:
        """The operators that are given."""
        return [name for name in OPERATORS if getattr(self, name) is not None]

    @property
    def children(self) -> tuple[Condition, ...]:
        """The nodes directly below."""
        return self.all_ or self.any_ or ((self.not_,) if self.not_ else ())

    @property
    def always(self) -> bool:
        """Whether nothing is asked."""
        return self.fact is None and not self.children

    def nodes(self) -> Iterator[Condition]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.nodes()

    def depth(self) -> int:
        """How many levels it has, itself counted."""
        return 1 + max((child.depth() for child in self.children), default=0)

    def holds(self, facts: Facts) -> bool:
        """Whether it holds of these facts."""
        if self.all_:
            return all(child.holds(facts) for child in self.all_)
        if self.any_:
            return any(child.holds(facts) for child in self.any_)
        if self.not_:
            return not self.not_.holds(facts)
        return self.fact is None or _compare(facts, self.fact, self.operators[0], getattr(self, self.operators[0]))


@dataclass(frozen=True, slots=True)
class Missing:
    """A comparison that does not hold: what was wanted, what was found, and by how much a number misses (None: no number)."""

    fact: str
    operator: str
    wanted: Value
    found: Value
    by: float | None

    @property
    def text(self) -> str:
        """In words: `confidence is at least 0.60, but is 0.55 (0.05 short)`."""
        short = "" if not self.by else f" ({_shown(self.by)} short)"
        return f"{self.fact} {WORDS.get(self.operator, self.operator)} {_shown(self.wanted)}, but is {_shown(self.found)}{short}"


def missing(condition: Condition, facts: Facts) -> tuple[Missing, ...]:
    """The comparisons that would have to change for the condition to hold: none when it holds, the fewest where there is a choice."""
    return _missing(condition, facts, True)


def _missing(node: Condition, facts: Facts, wanted: bool) -> tuple[Missing, ...]:
    """What keeps `node` from being `wanted`. Negation is pushed down to the comparisons."""
    if node.holds(facts) == wanted:
        return ()
    if node.not_:
        return _missing(node.not_, facts, not wanted)
    if node.children:
        parts = [found for child in node.children if (found := _missing(child, facts, wanted))]
        if bool(node.all_) == wanted:  # each of them has to change
            return tuple(one for part in parts for one in part)
        return min(parts, key=len, default=())
    if node.fact is None:  # `not` of what always holds: nothing could change it
        return (Missing("nothing", "can be", False, True, None),)
    operator = node.operators[0]
    value: Any = getattr(node, operator)
    there: Any = facts[node.fact]
    number = FACTS[node.fact].kind == "number"
    goal: Any = facts[value] if number and isinstance(value, str) else value
    by = round(abs(float(there) - float(goal)), 4) if number else None
    if not wanted:
        operator = _OPPOSITE.get(operator, f"not {WORDS[operator]}")
    return (Missing(node.fact, operator, goal, there, by),)


def _compare(facts: Facts, name: str, operator: str, wanted: Any) -> bool:
    found: Any = facts[name]
    if operator in {"at_least", "at_most", "more_than", "less_than"}:
        value: Any = facts[wanted] if isinstance(wanted, str) else wanted
        goal = float(value)
        return bool(
            found >= goal if operator == "at_least"
            else found <= goal if operator == "at_most"
            else found > goal if operator == "more_than"
            else found < goal
        )  # fmt: skip
    if operator == "equals":
        return bool(found == wanted)
    if operator == "one_of":
        return found in wanted
    if operator == "has":
        return wanted in found
    return bool(set(wanted) & set(found))


def required(condition: Condition) -> frozenset[Condition] | None:
    """The conditions that must all hold, when it is nothing but a conjunction of them: `all` in `all` is laid flat."""
    if condition.always:
        return frozenset()
    if condition.all_:
        found: set[Condition] = set()
        for child in condition.all_:
            found |= required(child) or {child}
        return frozenset(found)
    return frozenset({condition})


def contradiction(condition: Condition) -> str:
    """Why no report can ever fulfil it, or an empty text when nothing of the kind is seen."""
    for node in condition.nodes():
        if node.not_ and node.not_.always:
            return "not of nothing never holds"
    by_fact: dict[str, list[tuple[str, Any]]] = {}
    whole = required(condition) or frozenset()
    for node in whole:
        if node.not_ is not None and node.not_ in whole:
            return "a condition and its opposite are both required"
        if node.fact is not None:
            by_fact.setdefault(node.fact, []).append((node.operators[0], getattr(node, node.operators[0])))
    for name, wanted in sorted(by_fact.items()):
        if _empty(wanted):
            return f"no {name} can be all of what is required of it"
    for node in condition.any_ or ():
        if all(contradiction(child) for child in condition.any_ or ()):
            return contradiction(node)
    return ""


def _empty(wanted: list[tuple[str, Any]]) -> bool:
    """Whether no single value can satisfy all comparisons with constants."""
    low, low_open, high, high_open = float("-inf"), False, float("inf"), False
    allowed: set[Any] | None = None
    for operator, value in wanted:
        if operator in {"equals", "one_of"}:
            these = set(value) if operator == "one_of" else {value}
            allowed = these if allowed is None else allowed & these
        elif operator in {"has", "has_any"} or isinstance(value, str):
            continue  # a list can have anything; what another fact is, is not known here
        elif operator in {"at_least", "more_than"}:
            low, low_open = max((low, low_open), (float(value), operator == "more_than"))
        elif float(value) < high or (float(value) == high and operator == "less_than"):
            high, high_open = float(value), operator == "less_than"
    if allowed is not None:
        return not any(
            not isinstance(v, (int, float)) or isinstance(v, bool) or _within(v, low, low_open, high, high_open)
            for v in allowed
        )
    return low > high or (low == high and (low_open or high_open))


def _within(value: float, low: float, low_open: bool, high: float, high_open: bool) -> bool:
    return (value > low or (value == low and not low_open)) and (value < high or (value == high and not high_open))


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() else f"{value:.2f}"
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return value or "nothing"
