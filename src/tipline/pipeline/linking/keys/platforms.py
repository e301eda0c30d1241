"""What platforms say of their handles and of the addresses of profiles (`data/platforms.toml`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from tipline.core.datafile import About, Strict, load_toml


class Platform(Strict):
    """One platform. `dots`: it ignores full stops in handles; `same_as`: its names are one platform, and the key has this one."""

    names: Annotated[tuple[str, ...], Field(min_length=1)]
    same_as: str = ""
    hosts: tuple[str, ...] = ()
    profile: str = ""
    not_handles: frozenset[str] = frozenset()
    dots: bool = False
    source: Annotated[str, Field(min_length=1)]

    @field_validator("profile")
    @classmethod
    def _pattern(cls, text: str) -> str:
        if text and re.compile(text, re.ASCII).groups != 1:
            raise ValueError("a profile pattern has one group: the handle")
        return text


class Platforms(Strict):
    """Platforms whose rules are known, and what of a web address says only how somebody came there."""

    about: About
    tracking: frozenset[str]
    tracking_prefixes: tuple[str, ...]
    platforms: tuple[Platform, ...]


PLATFORMS = load_toml(Path(__file__).parents[1] / "data" / "platforms.toml", Platforms)
BY_NAME: dict[str, Platform] = {name: one for one in PLATFORMS.platforms for name in one.names}
BY_HOST: dict[str, tuple[Platform, re.Pattern[str]]] = {
    host: (one, re.compile(one.profile, re.ASCII)) for one in PLATFORMS.platforms if one.profile for host in one.hosts
}
