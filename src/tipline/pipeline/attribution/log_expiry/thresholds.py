"""data/thresholds.toml: when a log that ends soon is raised, and to whom."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml


class Threshold(Strict):
    """Raised when a log is likely gone within so many days.

    `accepted`: also where a case is open; `escalate`: the desk above is told too, while nobody has accepted the report.
    """

    days: Annotated[int, Field(ge=1, le=365)]
    urgent_days: Annotated[int, Field(ge=1, le=365)]
    accepted: bool
    escalate: bool

    @model_validator(mode="after")
    def _urgent_is_earlier(self) -> Threshold:
        if self.urgent_days < self.days:
            raise ValueError("what is urgent is never raised later")
        return self


class Thresholds(Strict):
    """All of them, the widest first."""

    about: About
    thresholds: Annotated[tuple[Threshold, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _widest_first(self) -> Thresholds:
        for which in ("days", "urgent_days"):
            days = [getattr(threshold, which) for threshold in self.thresholds]
            if any(later >= earlier for earlier, later in pairwise(days)):
                raise ValueError(f"{which} must fall from one threshold to the next")
        return self


# Read when the code is loaded: a wrong file stops the start.
THRESHOLDS = load_toml(Path(__file__).parent / "data" / "thresholds.toml", Thresholds).thresholds
WIDEST_DAYS = THRESHOLDS[0].urgent_days
