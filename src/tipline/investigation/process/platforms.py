"""Platforms as data: whom to write to about an account, and what they accept. Networks stand in the log-expiry clock's directory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.pipeline.attribution.log_expiry.directory import Contact, Day, Key, Line, words

DATA = Path(__file__).parent / "data" / "platforms.toml"

# What may be asked of somebody who holds records. Which law each rests on stands in the catalogue and in the letters.
Asking = Literal["preservation", "production", "assistance", "emergency", "mlat"]
Topic = Literal["channel", "preservation", "production", "content", "emergency", "note"]


class Accepts(Strict):
    """That a platform or network answers a sort of request, and in which form.

    Parameters
    ----------
    days
        of a preservation: how long it keeps what it was asked to keep. None: it says nothing, and the default is counted.
    renewable
        of a preservation: whether it says that it goes on when it is asked again.
    """

    asking: Asking
    form: Line
    note: Annotated[str, Field(max_length=300)] = ""
    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    renewable: bool | None = None

    @model_validator(mode="after")
    def _only_preservations_end(self) -> Accepts:
        if self.asking != "preservation" and (self.days is not None or self.renewable is not None):
            raise ValueError("days and renewable are of a preservation")
        return self


class Fact(Strict):
    """Something that a company says of itself in public, in our words. `source` and `as_of` are its platform's where it has none."""

    about: Topic
    text: Line
    source: Annotated[str, Field(max_length=300)] = ""
    as_of: Day | None = None


class Platform(Strict):
    """A platform that holds accounts.

    Parameters
    ----------
    names
        how reports write it: compared by their words.
    country
        whose law its company answers to, ISO 3166-1 alpha-2.
    languages
        in which it is known to take letters, ISO 639-1.
    source, as_of
        of everything in the entry that names no other.
    """

    key: Key
    name: Annotated[str, Field(min_length=1, max_length=120)]
    names: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = ()
    company: Annotated[str, Field(max_length=120)] = ""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    contact: Contact
    accepts: tuple[Accepts, ...] = ()
    facts: Annotated[tuple[Fact, ...], Field(max_length=30)] = ()
    source: Line
    as_of: Day

    @model_validator(mode="after")
    def _accepts_once(self) -> Platform:
        asked = [one.asking for one in self.accepts]
        if len(set(asked)) != len(asked):
            raise ValueError(f"{self.key} accepts the same sort of request twice")
        return self

    def answers(self, name: str) -> bool:
        """Whether a report that writes this name means it."""
        return words(name) in {words(one) for one in (self.name, *self.names)}


def _check(platforms: Sequence[Platform]) -> None:
    """Every key and every name leads to one platform."""
    keys = [platform.key for platform in platforms]
    if len(set(keys)) != len(keys):
        raise ValueError("a key stands twice")
    seen: set[tuple[str, ...]] = set()
    for platform in platforms:
        for name in {words(name) for name in (platform.name, *platform.names)}:
            if not name:
                raise ValueError(f"{platform.key}: a name holds no word")
            if name in seen:
                raise ValueError(f"the name {' '.join(name)} stands for two platforms")
            seen.add(name)


class PlatformFile(Strict):
    """All platforms, and what is done about one that is in no directory."""

    about: About
    unknown: Contact
    unknown_accepts: tuple[Accepts, ...]
    platforms: Annotated[tuple[Platform, ...], Field(max_length=20_000)]

    @model_validator(mode="after")
    def _each_leads_to_one(self) -> PlatformFile:
        _check(self.platforms)
        return self

    def find(self, name: str) -> Platform | None:
        """The platform of this name; None when it is in no directory."""
        return next((platform for platform in self.platforms if platform.answers(name)), None)

    def by_key(self, key: str) -> Platform | None:
        """The platform of this key; None when it is in no directory."""
        return next((platform for platform in self.platforms if platform.key == key), None)


class OwnPlatformFile(Strict):
    """What an installation knows itself: entries that stand before those that come with Tipline, key by key."""

    about: About
    unknown: Contact | None = None
    unknown_accepts: tuple[Accepts, ...] | None = None
    platforms: Annotated[tuple[Platform, ...], Field(max_length=20_000)] = ()

    @model_validator(mode="after")
    def _each_leads_to_one(self) -> OwnPlatformFile:
        _check(self.platforms)
        return self


@lru_cache(maxsize=1)
def platforms() -> PlatformFile:
    """The directory that comes with Tipline."""
    return load_toml(DATA, PlatformFile)


def together(own: OwnPlatformFile | None) -> PlatformFile:
    """The directory in force: an installation's own entries first, so that their names count where two platforms have one."""
    standard = platforms()
    if own is None:
        return standard
    keys = {platform.key for platform in own.platforms}
    # not checked once more: a name of the installation's may well be one that an entry of ours has too
    return PlatformFile.model_construct(
        about=standard.about.model_copy(update={"version": f"own {own.about.version} + {standard.about.version}"}),
        unknown=own.unknown or standard.unknown,
        unknown_accepts=standard.unknown_accepts if own.unknown_accepts is None else own.unknown_accepts,
        platforms=(*own.platforms, *(p for p in standard.platforms if p.key not in keys)),
    )
