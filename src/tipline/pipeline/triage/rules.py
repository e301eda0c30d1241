"""The rules of the three scores: a cited data file, and one for each jurisdiction's law, applied to facts.

The file that comes with Tipline is in force until somebody releases another set (`releases.py`). Law stays in files: a country is a file
more. A floor lifts a report to the urgent lane and nothing takes it out again but a person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError

ScoreName = Literal["completeness", "priority", "legal_relevance"]
SCORES: tuple[ScoreName, ...] = ("completeness", "priority", "legal_relevance")
HIGHEST = 100
RAISED = 90  # a priority that a person raised is never below it
MAX_BYTES = 64 * 1024
MAX_RULES = 200
RAISED_RULE, LOWERED_RULE = "raised-by-person", "lowered-by-person"
# What no set may leave out, whoever releases it: fact → the lowest floor that will do.
FLOORS: Mapping[str, int] = {"escalated": 80, "text_self_harm": 80, "text_meeting_soon": 80}

Evidence = dict[str, Any]
Facts = Mapping[str, Any]  # fact → whether it holds: false, or true, or the non-empty list of what shows it


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is what it is.

    Parameters
    ----------
    points
        what the rule added; 0 for a floor.
    floor
        what the rule lifts the score to; 0 for points.
    version
        of the rules that this one is of.
    jurisdiction
        country whose law the rule is of; empty for rules of every place.
    facts
        where in the report it stands: [{kind, path or id, ...}], by reference. Never a text of the report.
    """

    rule: str
    points: int
    title: str
    source: str
    floor: int = 0
    version: str = ""
    jurisdiction: str = ""
    facts: tuple[Evidence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept; what is empty is left out, but for what old rows have."""
        kept: dict[str, Any] = {
            "rule": self.rule, "points": self.points, "title": self.title, "source": self.source, "version": self.version,
        }  # fmt: skip
        if self.floor:
            kept["floor"] = self.floor
        if self.jurisdiction:
            kept["jurisdiction"] = self.jurisdiction
        if self.facts:
            kept["facts"] = list(self.facts)
        return kept


@dataclass(frozen=True, slots=True)
class Result:
    """A score from 0 to 100 with every reason that moved it; of legal relevance also what each jurisdiction's law gives."""

    score: int
    reasons: tuple[Reason, ...]
    jurisdictions: tuple[tuple[str, int], ...] = ()

    @property
    def floors(self) -> tuple[str, ...]:
        """The rules that lift it, a person's word left out."""
        return tuple(one.rule for one in self.reasons if one.floor and one.rule != RAISED_RULE)


@dataclass(frozen=True, slots=True)
class PersonsWord:
    """What a person said of a report's priority: raised, or lowered in spite of certain floors."""

    mark: int
    raised: bool
    floors: frozenset[str] = frozenset()


class Rule(Strict):
    """Adds its points to one score when a fact holds, or lifts the score to a floor."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)]
    score: ScoreName
    when: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=60)]
    points: Annotated[int, Field(ge=-HIGHEST, le=HIGHEST)] = 0
    floor: Annotated[int, Field(ge=0, le=HIGHEST)] = 0
    title: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    sections: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9-]+$", max_length=40)], ...] = ()

    @model_validator(mode="after")
    def _does_something(self) -> Rule:
        if bool(self.points) == bool(self.floor):
            raise ValueError("a rule has either points or a floor")
        return self


class Jurisdiction(Strict):
    """What one country's law makes of a report: rules of legal relevance alone. `sections` are ids of the law catalogue."""

    about: About
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _of_law(self) -> Jurisdiction:
        other = [rule.id for rule in self.rules if rule.score != "legal_relevance"]
        if other:
            raise ValueError(f"rules of a jurisdiction are of legal_relevance: {', '.join(other)}")
        _once(self.rules)
        return self


def _once(rules: Iterable[Rule]) -> None:
    ids = [rule.id for rule in rules]
    repeated = {one for one in ids if ids.count(one) > 1}
    if repeated:
        raise ValueError(f"rule ids stand twice: {', '.join(sorted(repeated))}")


class RuleSet(Strict):
    """All rules that hold everywhere, with their version."""

    about: About
    rules: Annotated[tuple[Rule, ...], Field(max_length=MAX_RULES)]

    @model_validator(mode="after")
    def _ids_once(self) -> RuleSet:
        _once(self.rules)
        if reserved := {rule.id for rule in self.rules} & {RAISED_RULE, LOWERED_RULE}:
            raise ValueError(f"{', '.join(sorted(reserved))}: the software says so of a person's word")
        return self

    @property
    def facts(self) -> frozenset[str]:
        """The names of all facts that the rules ask for."""
        return frozenset(rule.when for rule in self.rules)

    def score(
        self,
        facts: Facts,
        touched: Collection[str] = (),
        said: PersonsWord | None = None,
        law: Mapping[str, Jurisdiction] | None = None,
        version: str = "",
    ) -> dict[ScoreName, Result]:
        """The three scores of a report. Points are summed and kept within 0 to 100; floors come after, and only lift.

        Parameters
        ----------
        touched
            countries that the report touches. Where none has a file, every file is asked and the highest counts.
        said
            what a person said, which stands above the rules.
        version
            how the set is called where it is in force; by default as it calls itself.
        """
        version = version or self.about.version
        law = JURISDICTIONS if law is None else law
        return {
            "completeness": _sum(self.rules, "completeness", facts, version),
            "priority": _with_word(_sum(self.rules, "priority", facts, version), said),
            "legal_relevance": self._relevance(facts, touched, law, version),
        }

    def _relevance(
        self, facts: Facts, touched: Collection[str], law: Mapping[str, Jurisdiction], version: str
    ) -> Result:
        asked = [one for one in sorted(touched) if one in law] or sorted(law)
        base = [rule for rule in self.rules if rule.score == "legal_relevance" and facts[rule.when]]
        found: list[tuple[int, str, list[Reason]]] = []
        for country in asked:
            own = law[country]
            holding = [rule for rule in own.rules if facts[rule.when]]
            reasons = [_reason(rule, facts, own.about.version, country) for rule in holding]
            reasons += [_reason(rule, facts, version) for rule in base]
            found.append((_total([*holding, *base]), country, reasons))
        if not found:
            return Result(_total(base), tuple(_reason(rule, facts, version) for rule in base))
        score, _, reasons = max(found, key=lambda one: (one[0], one[1]))
        return Result(score, tuple(reasons), tuple((country, total) for total, country, _ in found))


def _reason(rule: Rule, facts: Facts, version: str, country: str = "") -> Reason:
    shown = facts[rule.when]
    evidence = tuple(shown) if isinstance(shown, (list, tuple)) else ()
    return Reason(rule.id, rule.points, rule.title, rule.source, rule.floor, version, country, evidence)


def _total(rules: Sequence[Rule]) -> int:
    total = min(max(sum(rule.points for rule in rules), 0), HIGHEST)
    return max(total, max((rule.floor for rule in rules), default=0))


def _sum(rules: Iterable[Rule], name: ScoreName, facts: Facts, version: str) -> Result:
    holding = [rule for rule in rules if rule.score == name and facts[rule.when]]
    return Result(_total(holding), tuple(_reason(rule, facts, version) for rule in holding))


def _with_word(found: Result, said: PersonsWord | None) -> Result:
    """A priority with what a person said of it."""
    if said is None:
        return found
    fact: Evidence = {"kind": "mark", "id": said.mark}
    if said.raised:
        reason = Reason(
            RAISED_RULE, 0, "A person raised it", "a person's word, which software never lowers", RAISED, facts=(fact,)
        )
        return Result(max(found.score, RAISED), (*found.reasons, reason))
    if set(found.floors) - said.floors:  # something new asks for urgency: what was said was said of less
        return found
    without = min(max(sum(one.points for one in found.reasons), 0), HIGHEST)
    reason = Reason(
        LOWERED_RULE, without - found.score, "A supervisor looked and took it out of the urgent lane",
        "a person's word; it ends when another floor holds", facts=(fact,),
    )  # fmt: skip
    return Result(without, (*found.reasons, reason))


def urgent(found: Result, said: PersonsWord | None) -> bool:
    """Whether the report belongs on the urgent lane: by a floor, or by a person's word."""
    if said is not None and said.raised:
        return True
    return bool(set(found.floors) - (said.floors if said else frozenset()))


def parse(body: str, known: Collection[str]) -> RuleSet:
    """A rule set as written, if it can be put in force.

    Parameters
    ----------
    known
        the facts that are computed (`facts.FACTS`).

    Raises
    ------
    InvalidInputError
        naming the rule and what is wrong with it; also when a floor is missing that no set may leave out.
    """
    if len(body.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidInputError(f"the rules are longer than {MAX_BYTES // 1024} KiB")
    try:
        raw = tomllib.loads(body)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise InvalidInputError(f"the rules are not TOML: {error}") from error
    try:
        found = RuleSet.model_validate(raw)
    except ValidationError as error:
        fault = error.errors()[0]
        raise InvalidInputError(f"the rules cannot be used: {_where(raw, fault['loc'])}{fault['msg']}") from error
    for rule in found.rules:
        if rule.when not in known:
            raise InvalidInputError(f"rule {rule.id}: no fact is called {rule.when!r}")
    for fact, lowest in FLOORS.items():
        best = max((r.floor for r in found.rules if r.when == fact and r.score == "priority"), default=0)
        if best < lowest:
            raise InvalidInputError(
                f"the floor of {fact} is {best or 'missing'}: what it stands for always reaches the urgent lane,"
                f" so a rule must lift it to {lowest} or more"
            )
    return found


def _where(raw: Mapping[str, Any], at: Sequence[int | str]) -> str:
    """A fault's place in words: the rule by its id, and the key."""
    rules = raw.get("rules")
    if len(at) > 1 and at[0] == "rules" and isinstance(at[1], int) and isinstance(rules, list) and at[1] < len(rules):
        rule = rules[at[1]]
        name = rule.get("id") if isinstance(rule, dict) else None
        return f"rule {str(name)[:60] if name else at[1] + 1}: " + (f"{at[2]}: " if len(at) > 2 else "")
    return f"{'.'.join(str(part) for part in at)}: " if at else ""


@lru_cache(maxsize=16)
def parsed(body: str) -> RuleSet:
    """A set that was checked when it was kept. One reading for all batches."""
    return RuleSet.model_validate(tomllib.loads(body))


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules that score now: how they are called at each score, and the number of the set in the database, if it is one."""

    rules: RuleSet
    version: str
    number: int | None = None
    body: str = field(default="", repr=False)


_DATA = Path(__file__).parent / "data"
STANDARD = _DATA / "rules.toml"
# Read when the code is loaded: a wrong file stops the start, and no report pays for it.
RULES = load_toml(STANDARD, RuleSet)
JURISDICTIONS: dict[str, Jurisdiction] = {
    one.country: one
    for one in (load_toml(path, Jurisdiction) for path in sorted((_DATA / "jurisdictions").glob("*.toml")))
}
