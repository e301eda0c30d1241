"""The parameters of the model: a cited data file with a schema, and an installation's own floors over it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.config import config
from tipline.core.datafile import About, Strict, load_toml

Level = Literal["country", "state", "district"]
LEVELS: tuple[Level, ...] = ("country", "state", "district")
Share = Annotated[float, Field(ge=0, le=1)]


class PerLevel(Strict):
    """One number from 0 to 1 for each level."""

    country: Share
    state: Share
    district: Share

    def at(self, depth: int) -> float:
        """The number of `LEVELS[depth]`."""
        return (self.country, self.state, self.district)[depth]


class Belief(Strict):
    """How far a kind of source is believed at one level on the day it speaks of, and in how many days that halves."""

    trust: Share
    half_life_days: Annotated[int, Field(gt=0)]


class Kind(Strict):
    """A kind of source. What it says of a country is believed at least as much, and as long, as what it says of a state."""

    title: Annotated[str, Field(min_length=1)]
    group: Literal["operator", "public", "hint"]
    country: Belief
    state: Belief
    district: Belief

    def at(self, depth: int) -> Belief:
        """The belief of `LEVELS[depth]`."""
        return (self.country, self.state, self.district)[depth]

    @model_validator(mode="after")
    def _falls(self) -> Kind:
        for wide, narrow in ((self.country, self.state), (self.state, self.district)):
            if narrow.trust > wide.trust or narrow.half_life_days > wide.half_life_days:
                raise ValueError("trust and half-life never rise from country to state to district")
        return self


class Mark(Strict):
    """What loosens the tie between an address and a place: the levels it leaves, and what it takes of each."""

    title: Annotated[str, Field(min_length=1)]
    cap: Level
    operator_cap: Level
    factors: PerLevel

    @model_validator(mode="after")
    def _falls(self) -> Mark:
        if not self.factors.country >= self.factors.state >= self.factors.district:
            raise ValueError("factors never rise from country to state to district")
        return self


class Groups(Strict):
    """How far sources of a group looked for themselves, and a group beside another."""

    operator: Share
    public: Share
    hint: Share
    between: Share


class Ageing(Strict):
    """How ages are counted, in days."""

    step_days: Annotated[int, Field(gt=0)]
    undated_days: Annotated[int, Field(ge=0)]


class Combining(Strict):
    """How the sightings of one account combine (`whereabouts.py`)."""

    half_life_days: Annotated[int, Field(gt=0)]
    independence: Share
    at_once_hours: Annotated[int, Field(ge=0)]
    majority: Annotated[float, Field(gt=0.5, le=1)]
    hint_weight: Share
    hints_alone: Level
    precise_hints: tuple[str, ...]


class Model(Strict):
    """All parameters of version 2. Hashed by identity, so that answers are kept per model."""

    about: About
    floors: PerLevel
    disagreement: PerLevel
    ageing: Ageing
    groups: Groups
    kinds: dict[str, Kind]
    marks: dict[str, Mark]
    whereabouts: Combining

    __hash__ = object.__hash__

    @property
    def version(self) -> str:
        """As it is stored with every answer."""
        return self.about.version

    @model_validator(mode="after")
    def _whole(self) -> Model:
        missing = set(self.whereabouts.precise_hints) - set(self.kinds)
        if missing:
            raise ValueError(f"whereabouts.precise_hints names kinds that are not there: {', '.join(sorted(missing))}")
        return self


class Override(Strict):
    """An installation's own file: other floors, with a head that says who set them and when."""

    about: About
    floors: PerLevel


SHIPPED = load_toml(Path(__file__).parent / "model.toml", Model)


@lru_cache(maxsize=4)
def _with(path: Path) -> Model:
    own = load_toml(path, Override)
    about = SHIPPED.about.model_copy(update={"version": f"{SHIPPED.version}+{own.about.version}"[:20]})
    return SHIPPED.model_copy(update={"about": about, "floors": own.floors})


def model() -> Model:
    """The model of this installation: what comes with Tipline, with the floors of `TIPLINE_ATTRIBUTION` if that is set."""
    path = config().attribution
    return SHIPPED if path is None else _with(path)
