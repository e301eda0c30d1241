"""Coordinates: of a telephone in the incident, and in EXIF pairs of reported files. They say where a device was, not who held it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tipline.pipeline.attribution.hints import Material, elements, hint, text
from tipline.pipeline.attribution.statements import Statement
from tipline.trust.places import Resolved, known_countries, resolve

KIND = "gps"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:/[0-9]+(?:\.[0-9]+)?)?")
_COMMA = re.compile(r"-?[0-9]+,[0-9]+ ?[NSEW]?", re.IGNORECASE)


def read(material: Material) -> list[Statement]:
    """One statement for each pair of coordinates that lies somewhere that is known."""
    found = []
    for incident in elements(material.details, "cellPhoneIncident"):
        found.append(_placed("cellPhoneIncident", text(incident, "latitude"), text(incident, "longitude"), material))
    for number, pairs in enumerate(material.pairs, 1):
        latitude, longitude = written(pairs)
        found.append(_placed(f"EXIF of file {number}", latitude, longitude, material))
    return [one for one in found if one]


def written(pairs: Mapping[str, str]) -> tuple[str, str]:
    """Latitude and longitude among EXIF pairs, each with its hemisphere, as written; empty where there is none."""
    named = {re.sub(r"[^a-z]", "", name.casefold()).removeprefix("exif"): value for name, value in pairs.items()}
    position = named.get("gpsposition", "")
    if position.count(",") == 1:
        return tuple(position.split(","))  # type: ignore[return-value]
    each = []
    for axis in ("latitude", "longitude"):
        value = named.get(f"gps{axis}") or named.get(axis, "")
        ref = named.get(f"gps{axis}ref", "")[:1]
        each.append(value if not ref or ref.upper() in value.upper()[-1:] else f"{value} {ref}")
    return each[0], each[1]


def degrees(value: str) -> float | None:
    """Degrees, positive north and east, of `20.93`, `-20.93`, `20 deg 55' 41.9" N`, `20/1, 55/1, 419/10 N`; None when it cannot be read."""
    value = value.strip()
    if _COMMA.fullmatch(value):
        return None  # degrees and minutes, or a decimal comma: nobody can tell
    numbers = [_ratio(n) for n in _NUMBER.findall(value)]
    if not 1 <= len(numbers) <= 3 or any(n is None for n in numbers):
        return None
    parts = [float(n) for n in numbers if n is not None]
    if any(p >= 60 for p in parts[1:]):
        return None
    size: float = sum(part / 60**i for i, part in enumerate(parts))
    letters = re.sub(r"deg", "", value, flags=re.IGNORECASE).upper()
    return -size if value.startswith("-") or "S" in letters[-6:] or "W" in letters[-6:] else size


def _ratio(number: str) -> float | None:
    over, _, under = number.partition("/")
    if not under:
        return float(over)
    return float(over) / float(under) if float(under) else None


def place_of(latitude: float, longitude: float) -> Resolved | None:
    """Where coordinates lie; None for 0, 0, for what is out of range, and for what only makes sense the other way round."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (abs(latitude) < 0.01 and abs(longitude) < 0.01):
        return None
    here = _known(latitude, longitude)
    swapped = abs(longitude) <= 90 and here is None and _known(longitude, latitude) is not None
    return None if swapped else here


def _known(latitude: float, longitude: float) -> Resolved | None:
    for country in known_countries():
        found = resolve(country, latitude=latitude, longitude=longitude)
        if found.place.state:
            return found
    return None


def _placed(source: str, latitude: str, longitude: str, material: Material) -> Statement | None:
    north, east = degrees(latitude[:100]), degrees(longitude[:100])
    found = None if north is None or east is None else place_of(north, east)
    return hint(KIND, source, found, source, material.at) if found else None
