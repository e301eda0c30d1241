"""data/queue.toml: bands and their weights, how long something may rest, and what may be put among what only informs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml

Priority = Annotated[int, Field(ge=0, le=100)]


class Band(Strict):
    """A line of a desk's queue. One condition, or none: then everything fits."""

    id: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")]
    title: Annotated[str, Field(min_length=1, max_length=60)]
    weight: Annotated[int, Field(ge=1, le=100)]
    urgent: bool = False
    log_within_hours: Annotated[int, Field(ge=1, le=24 * 60)] | None = None
    due_soon: bool = False
    priority_at_least: Priority | None = None

    @property
    def conditions(self) -> int:
        """How many it has."""
        return sum((self.urgent, self.log_within_hours is not None, self.due_soon, self.priority_at_least is not None))


class Rest(Strict):
    """How long a report may rest at most."""

    urgent_hours: Annotated[int, Field(ge=1, le=24)]
    ordinary_days: Annotated[int, Field(ge=1, le=366)]

    def longest(self, *, urgent: bool) -> timedelta:
        """How long this one may."""
        return timedelta(hours=self.urgent_hours) if urgent else timedelta(days=self.ordinary_days)


class Informational(Strict):
    """What may be put among what only informs."""

    priority_at_most: Priority


class QueueRules(Strict):
    """The whole file."""

    about: About
    band: Annotated[tuple[Band, ...], Field(min_length=2, max_length=20)]
    rest: Rest
    informational: Informational

    @model_validator(mode="after")
    def _whole(self) -> QueueRules:
        if len({one.id for one in self.band}) != len(self.band):
            raise ValueError("band: each id stands once")
        if not self.band[0].urgent or any(one.urgent for one in self.band[1:]):
            raise ValueError("band: the first is the urgent one, and no other")
        if any(one.conditions != 1 for one in self.band[:-1]) or self.band[-1].conditions:
            raise ValueError("band: each has one condition, and the last has none")
        return self

    def titled(self, band: str) -> str:
        """The words of a band; of one that this version does not know, its id."""
        return next((one.title for one in self.band if one.id == band), band)


# Read when the code is loaded: a wrong file stops the start.
QUEUE = load_toml(Path(__file__).parent / "data" / "queue.toml", QueueRules)
