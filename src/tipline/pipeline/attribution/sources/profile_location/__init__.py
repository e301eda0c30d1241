"""Where an account says that it is: `estimatedLocation` (city, region, country code, when). Its owner wrote it, or its provider guessed it."""

from __future__ import annotations

from tipline.pipeline.attribution.hints import Material, elements, hint, text
from tipline.pipeline.attribution.statements import Statement
from tipline.reports.times import read_time
from tipline.trust.places import resolve

KIND = "profile_location"


def read(material: Material) -> list[Statement]:
    """One statement for each location that names a country."""
    found = []
    for person in material.people:
        for stated in elements(person, "estimatedLocation"):
            country, region, city = (text(stated, name)[:200] for name in ("countryCode", "region", "city"))
            if len(country) != 2:
                continue
            at = read_time(str(stated.get("@timestamp") or "")).at or material.at
            place = resolve(country.upper(), state=region, city=city)
            found.append(hint(KIND, "estimatedLocation", place, ", ".join(p for p in (city, region, country) if p), at))
    return [one for one in found if one]
