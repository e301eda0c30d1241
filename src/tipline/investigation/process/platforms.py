"""Platforms as data: whom to write to about an account, and what they accept. Networks stand in the log-expiry clock's directory."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.pipeline.attribution.log_expiry.directory import Contact, Day, Key, Line, words

DATA = Path(__file__).parent / "data" / "platforms.toml"

# What may be asked of somebody who holds records. Which law each rests on stands in the catalogue and in the letters.
Asking = Literal["preservation", "production", "assistance", "emergency", "mlat"]


class Accepts(Strict):
    """That a platform or network answers a sort of request, and in which form."""

    asking: Asking
    form: Line
    note: str = ""


class Platform(Strict):
    """A platform that holds accounts.

    Parameters
    ----------
    names
        how reports write it: compared by their words.
    country
        whose law its company answers to, ISO 3166-1 alpha-2.
    """

    key: Key
    name: Annotated[str, Field(min_length=1, max_length=120)]
    names: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = ()
    company: str = ""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    contact: Contact
    accepts: tuple[Accepts, ...] = ()
    source: Line
    as_of: Day


class PlatformFile(Strict):
    """All platforms, and what is done about one that is in no directory."""

    about: About
    unknown: Contact
    unknown_accepts: tuple[Accepts, ...]
    platforms: tuple[Platform, ...]

    @model_validator(mode="after")
    def _each_leads_to_one(self) -> PlatformFile:
        seen: set[tuple[str, ...]] = set()
        for platform in self.platforms:
            for name in {words(name) for name in (platform.name, *platform.names)}:
                if name in seen:
                    raise ValueError(f"the name {' '.join(name)} stands for two platforms")
                seen.add(name)
        return self

    def find(self, name: str) -> Platform | None:
        """The platform of this name; None when it is in no directory."""
        wanted = words(name)
        return next((p for p in self.platforms if wanted in {words(one) for one in (p.name, *p.names)}), None)


@lru_cache(maxsize=1)
def platforms() -> PlatformFile:
    """The directory that comes with Tipline."""
    return load_toml(DATA, PlatformFile)
