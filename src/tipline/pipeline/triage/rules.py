"""The rules of the three scores: a cited data file, applied to facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml

ScoreName = Literal["completeness", "priority", "legal_relevance"]
SCORES: tuple[ScoreName, ...] = ("completeness", "priority", "legal_relevance")
HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is what it is: the rule, its points (0 for a floor), its title and its source."""

    rule: str
    points: int
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Result:
    """A score from 0 to 100 with every reason that moved it."""

    score: int
    reasons: tuple[Reason, ...]


class Rule(Strict):
    """Adds its points to one score when a fact holds, or lifts the score to a floor."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    score: ScoreName
    when: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    points: Annotated[int, Field(ge=-HIGHEST, le=HIGHEST)] = 0
    floor: Annotated[int, Field(ge=0, le=HIGHEST)] = 0
    title: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _does_something(self) -> Rule:
        if bool(self.points) == bool(self.floor):
            raise ValueError("a rule has either points or a floor")
        return self


class RuleSet(Strict):
    """All rules, with their version."""

    about: About
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _ids_once(self) -> RuleSet:
        ids = [rule.id for rule in self.rules]
        repeated = {one for one in ids if ids.count(one) > 1}
        if repeated:
            raise ValueError(f"rule ids stand twice: {', '.join(sorted(repeated))}")
        return self

    @property
    def facts(self) -> frozenset[str]:
        """The names of all facts that the rules ask for."""
        return frozenset(rule.when for rule in self.rules)

    def score(self, facts: Mapping[str, bool]) -> dict[ScoreName, Result]:
        """The three scores of a report. Points are summed and kept within 0 to 100; floors come after, and only lift."""
        return {name: self._one(name, facts) for name in SCORES}

    def _one(self, name: ScoreName, facts: Mapping[str, bool]) -> Result:
        holding = [rule for rule in self.rules if rule.score == name and facts[rule.when]]
        total = min(max(sum(rule.points for rule in holding), 0), HIGHEST)
        floor = max((rule.floor for rule in holding), default=0)
        return Result(max(total, floor), tuple(Reason(r.id, r.points, r.title, r.source) for r in holding))


# Read when the code is loaded: a wrong file stops the start, and no report pays for it.
RULES = load_toml(Path(__file__).parent / "data" / "rules.toml", RuleSet)
