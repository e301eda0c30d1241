"""Time zone and language: the zone that times are written in, zones and locales of devices, the script of display names. A country at most."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.pipeline.attribution.hints import Material, hint, texts
from tipline.pipeline.attribution.statements import Statement
from tipline.reports.models import IdentifierKind
from tipline.trust.places import Place, Resolved

KIND = "time_zone"
_LETTERS = 3  # fewer of a script are an ornament


class _Says(Strict):
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    sureness: Annotated[float, Field(gt=0, le=1)]


class Offset(_Says):
    """A distance to UTC that few countries use."""

    offset: Annotated[str, Field(pattern=r"^[+-][0-9]{2}:[0-9]{2}$")]


class Script(_Says):
    """A block of Unicode."""

    name: str
    first: int
    last: int


class Zones(Strict):
    """What offsets and scripts say."""

    about: About
    offsets: tuple[Offset, ...]
    scripts: tuple[Script, ...]


KNOWN = load_toml(Path(__file__).parent / "data" / "zones.toml", Zones)


def read(material: Material) -> list[Statement]:
    """One statement for each sort of hint and country, however often it stands there."""
    said: dict[tuple[str, str], float] = {}
    for seen in material.seen:
        if seen.kind == IdentifierKind.IP:
            for one in KNOWN.offsets:
                if seen.at_text.endswith(one.offset):
                    said["times written in " + one.offset, one.country] = one.sureness
        if seen.kind == IdentifierKind.DEVICE and (country := of_device(seen.scope, seen.original.strip())):
            said["zone or locale of a device", country] = 1.0
    for person in material.people:
        for name in texts(person, "displayName"):
            for script in KNOWN.scripts:
                if sum(script.first <= ord(letter) <= script.last for letter in name) >= _LETTERS:
                    said[f"a display name in {script.name}", script.country] = script.sureness
    found = [
        hint(
            KIND,
            source,
            Resolved(Place(country), "country", sureness=sureness),
            source,
            material.at,
            KNOWN.about.version,
        )
        for (source, country), sureness in said.items()
    ]
    return [one for one in found if one]


def of_device(scope: str, value: str) -> str:
    """The country of a device's time zone (`Asia/Kolkata`) or locale (`hi_IN`), by the type of its id; empty for others."""
    kind = scope.casefold().replace("_", "").replace(" ", "")
    if kind in {"timezone", "tz"}:
        return str(get_global("zone_territories").get(get_global("zone_aliases").get(value, value), ""))
    if kind in {"locale", "language"}:
        try:
            territory = Locale.parse(value.replace("-", "_")[:35], resolve_likely_subtags=False).territory
        except (UnknownLocaleError, ValueError, TypeError):
            return ""
        return territory if territory and len(territory) == 2 else ""
    return ""
