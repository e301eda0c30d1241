"""How long what is kept, as cited data. A rule says from when on destruction is allowed, and from when on it is due; nothing else."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.config import config
from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import ConfigurationError, InvalidInputError

DATA = Path(__file__).parent / "data"
EVERYWHERE = "*"

Thing = Literal["report", "case", "refused_document"]
# What became of a report. There is none for a report in an open case: no rule can set a time for that.
Outcome = Literal["never_finished", "no_case", "closed_case", "refused"]
Moment = Literal["received", "finished", "case_closed"]
Kind = Literal["clearinghouse", "national", "state", "district"]

_OUTCOMES: dict[str, frozenset[str]] = {
    "report": frozenset({"never_finished", "no_case", "closed_case"}),
    "case": frozenset({"closed_case"}),
    "refused_document": frozenset({"refused"}),
}
# The moments that every thing of that outcome has.
_MOMENTS: dict[str, frozenset[str]] = {
    "never_finished": frozenset({"received"}),
    "no_case": frozenset({"received", "finished"}),
    "closed_case": frozenset({"case_closed"}),
    "refused": frozenset({"received"}),
}
MOMENTS: dict[str, str] = {
    "received": "its receipt",
    "finished": "its completed submission",
    "case_closed": "the closing of its case",
}


class Period(Strict):
    """A span of the calendar: years, days, or both."""

    years: Annotated[int, Field(ge=0, le=200)] = 0
    days: Annotated[int, Field(ge=0, le=36_600)] = 0

    @model_validator(mode="after")
    def _not_nothing(self) -> Period:
        if not self.years and not self.days:
            raise ValueError("a period has years or days")
        return self

    def after(self, start: datetime) -> datetime:
        """The moment when the period that began at `start` has run off. From 29 February, a year ends on 1 March: later, never earlier."""
        at = start.astimezone(UTC)
        year = at.year + self.years
        try:
            at = at.replace(year=year)
        except ValueError:
            at = at.replace(year=year, month=3, day=1)
        return at + timedelta(days=self.days)

    def __str__(self) -> str:
        parts = ((self.years, "year"), (self.days, "day"))
        return " and ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number)


# Starts at which years and days compare in all ways: before a leap day, on it, and after it.
_STARTS = tuple(
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in (
        (2026, 1, 1),
        (2026, 3, 1),
        (2027, 1, 1),
        (2027, 3, 1),
        (2028, 1, 1),
        (2028, 2, 29),
        (2028, 3, 1),
    )
)


class Rule(Strict):
    """How long agencies of some kinds keep a thing of which one thing became.

    `minimum`: not destroyed before. `maximum`: destroyed after, by schedule; without one never by schedule, only on order.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,80}$")]
    agencies: tuple[Kind, ...] = ()
    thing: Thing
    outcome: Outcome
    counted_from: Moment
    minimum: Period | None = None
    maximum: Period | None = None
    title: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Rule:
        if self.outcome not in _OUTCOMES[self.thing]:
            raise ValueError(f"a {self.thing} has no outcome {self.outcome}")
        if self.counted_from not in _MOMENTS[self.outcome]:
            raise ValueError(f"{self.outcome} is not counted from {self.counted_from}")
        if (
            self.minimum
            and self.maximum
            and any(self.maximum.after(start) < self.minimum.after(start) for start in _STARTS)
        ):
            raise ValueError("the maximum ends before the minimum")
        return self


class RuleFile(Strict):
    """The rules of a country, or of everywhere (`*`). The first that fits counts."""

    about: About
    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_once(self) -> RuleFile:
        ids = [rule.id for rule in self.rules]
        if repeated := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"rule ids stand twice: {', '.join(repeated)}")
        return self


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule with the file it stands in: its version, and whether it is this installation's own."""

    rule: Rule
    version: str
    file: str
    note: str

    def __str__(self) -> str:
        return f"{self.rule.id} (version {self.version})"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules in force, in the order in which they are asked: the installation's own, those of the country, those of everywhere."""

    files: tuple[tuple[str, RuleFile], ...]

    def rule(self, country: str, kind: str, thing: Thing, outcome: Outcome) -> Cited:
        """The rule for agencies of this kind.

        Raises
        ------
        InvalidInputError
            when none fits, which the file for everywhere prevents.
        """
        for name, file in self.files:
            if file.country in {country, EVERYWHERE}:
                for rule in file.rules:
                    if (rule.thing, rule.outcome) == (thing, outcome) and (not rule.agencies or kind in rule.agencies):
                        return Cited(rule, file.about.version, name, file.about.note)
        raise InvalidInputError(f"no retention rule for {thing}, {outcome}, at a {kind} of {country or 'no country'}")

    def every(self) -> list[Cited]:
        """Each rule, in the order in which they are asked."""
        return [Cited(rule, f.about.version, name, f.about.note) for name, f in self.files for rule in f.rules]


def _own(path: Path) -> RuleFile:
    """The installation's file; what is wrong with it is told with the variable, the rule and the field."""
    try:
        return load_toml(path, RuleFile)
    except InvalidInputError as error:
        raise ConfigurationError(f"TIPLINE_RETENTION: {_name_rule(path, str(error))}") from error


def _name_rule(path: Path, message: str) -> str:
    """The message with the id of the rule in place of its position."""
    found = re.search(r"rules\.(\d+)", message)
    if not found:
        return message
    try:
        name = tomllib.loads(path.read_text(encoding="utf-8"))["rules"][int(found[1])]["id"]
    except (OSError, ValueError, LookupError, TypeError):
        name = f"number {int(found[1]) + 1}"
    return message.replace(found[0], f"rule {str(name)[:80]}", 1)


def read_rules(own: Path | None) -> RuleBook:
    """The rules that come with Tipline, behind those of an installation's own file.

    Raises
    ------
    ConfigurationError
        naming TIPLINE_RETENTION, the rule and the field, when that file is wrong.
    """
    standard = [(path.name, load_toml(path, RuleFile)) for path in sorted(DATA.glob("*.toml"))]
    standard.sort(key=lambda named: named[1].country == EVERYWHERE)  # what is for everywhere comes last
    return RuleBook((*(((own.name, _own(own)),) if own else ()), *standard))


@lru_cache(maxsize=1)
def rules() -> RuleBook:
    """The rules of this installation, read once."""
    return read_rules(config().retention)
