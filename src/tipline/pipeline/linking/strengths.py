"""Rules of strength: what sharing an identifier says, as data (`data/strengths.toml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.reports.models import IdentifierKind

ACCOUNT = "account"
ACROSS = "handle-across"  # of a handle at whatever platform
Place = Literal["stated", "platform", "any", "minute", "unreadable"]


class Rule(Strict):
    """One rule. `place`: where its identifiers meet (`keys.Meeting`); `most`: reports at one identifier, 0 without limit;
    `most_accounts`: account numbers in the reports that name it by this rule."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")]
    title: Annotated[str, Field(min_length=1)]
    kind: IdentifierKind | Literal["any"]
    place: Place = "stated"
    verified: bool | None = None
    strength: Annotated[float, Field(gt=0, lt=1)]
    most: Annotated[int, Field(ge=0, le=1_000_000)]
    most_accounts: Annotated[int, Field(ge=0, le=1000)] = 0
    source: Annotated[str, Field(min_length=1)]


class Strengths(Strict):
    """All rules, the first that fits is taken, and from what strength one identifier joins by itself."""

    about: About
    joins_at: Annotated[float, Field(gt=0.5, lt=1)]
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _sound(self) -> Strengths:
        if len({rule.id for rule in self.rules}) != len(self.rules):
            raise ValueError("two rules have one id")
        mosts: dict[tuple[str, str], set[int]] = {}
        for rule in self.rules:
            mosts.setdefault((rule.kind, rule.place), set()).add(rule.most)
            if rule.kind == IdentifierKind.IP and (rule.place != "minute" or rule.strength >= self.joins_at):
                raise ValueError("an IP address alone never links (domain need 19)")
            if rule.strength < self.joins_at and not 0 < rule.most <= 100:
                raise ValueError(f"{rule.id}: a weak rule compares pairs, and needs a limit of at most 100 reports")
        counted = [(rule.kind, rule.place) for rule in self.rules if rule.most_accounts]
        if len(set(counted)) != len(counted) or any(r.most_accounts and not r.most for r in self.rules):
            raise ValueError("of rules that meet at the same identifiers one counts accounts, below a limit of reports")
        for (kind, place), found in mosts.items():
            if len(found) > 1:
                raise ValueError(f"rules of {kind} at {place} meet at the same identifiers and need the same `most`")
        return self

    def rule_of(self, kind: str, place: Place, *, verified: bool) -> Rule | None:
        """The first rule that fits, None: such an identifier says nothing."""
        for rule in self.rules:
            if rule.kind in {kind, "any"} and rule.place == place and (rule.verified in {None, verified}):
                return rule
        return None

    def counting(self, rule: Rule) -> Rule | None:
        """The rule that counts accounts where this one's identifiers meet."""
        same = (other for other in self.rules if (other.kind, other.place) == (rule.kind, rule.place))
        return next((other for other in same if other.most_accounts), None)

    @property
    def weak(self) -> tuple[Rule, ...]:
        """Rules that join only together with others."""
        return tuple(rule for rule in self.rules if rule.strength < self.joins_at)

    def of(self, rule_id: str) -> Rule | None:
        """The rule of an id; None for one of an earlier version."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


# Read when the code is loaded: a wrong file stops the start, and no report pays for it.
STRENGTHS = load_toml(Path(__file__).parent / "data" / "strengths.toml", Strengths)
