"""data/alerts.toml: from where on a change at the doors is loud."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml

FILE = Path(__file__).parent / "data" / "alerts.toml"


class Quiet(Strict):
    """For how long after an acknowledgement the same thing opens no new alert."""

    changes_hours: int = Field(ge=0, le=24 * 30)
    trends_days: int = Field(ge=0, le=90)


class Window(Strict):
    """So many days, held against those before."""

    days: int = Field(ge=1, le=28)
    before: int = Field(ge=1, le=90)
    why: str = Field(min_length=1)


class Completeness(Window):
    """The mean fell by so many points, with so many reports on either side."""

    fell_by: float = Field(gt=0, le=100)
    least: int = Field(ge=1)
    least_before: int = Field(ge=1)


class Refusals(Window):
    """The share refused is so high, and so many times what it was, with so many refused."""

    share: float = Field(gt=0, le=1)
    times: float = Field(ge=1)
    least: int = Field(ge=1)


class Silence(Window):
    """Nothing for so many days, after filing on so many of the days before."""

    filed_on: int = Field(ge=1)


class Thresholds(Strict):
    """The data file."""

    about: About
    quiet: Quiet
    completeness: tuple[Completeness, ...]
    refusals: tuple[Refusals, ...]
    silence: tuple[Silence, ...]


THRESHOLDS = load_toml(FILE, Thresholds)
