"""What the nested layouts share: GeoIP2's maps of maps, which others took over."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts.layout import (
    as_number,
    coordinates,
    country_code,
    set_flags,
    words,
)
from tipline.pipeline.attribution.sources.reading import Reading

# Beyond this the coordinates are the middle of a region, not of a place (GeoIP2 `location.accuracy_radius`, km).
WIDEST_RADIUS_KM = 100
TRAITS = (
    ("is_anonymous", "anonymous"),
    ("is_anonymous_proxy", "proxy"),
    ("is_anonymous_vpn", "vpn"),
    ("is_anycast", "anycast"),
    ("is_hosting_provider", "hosting"),
    ("is_public_proxy", "proxy"),
    ("is_residential_proxy", "proxy"),
    ("is_satellite_provider", "satellite"),
    ("is_tor_exit_node", "tor"),
)
_USED_BY = {
    "cellular": "mobile",
    "mobile": "mobile",
    "hosting": "hosting",
    "satellite": "satellite",
    "content_delivery_network": "hosting",
}


def part(record: dict[str, Any], name: str) -> dict[str, Any]:
    """A map in a map; empty when there is none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def english(place: Any) -> str:
    """Its name in English."""
    return words(part(place, "names").get("en")) if isinstance(place, dict) else ""


def flags(record: dict[str, Any]) -> tuple[str, ...]:
    """From the traits, the type of connection and who uses it."""
    traits = part(record, "traits")
    said = [*set_flags(traits, TRAITS)]
    for field in ("connection_type", "user_type"):
        said += [flag for flag in [_USED_BY.get(words(traits.get(field)).lower())] if flag]
    return tuple(dict.fromkeys(said))


def read(record: dict[str, Any]) -> Reading:
    """`country` is where the address is; the registered or represented country is not, and is never taken for it."""
    divisions = record.get("subdivisions")
    names = [english(d) for d in divisions] if isinstance(divisions, list) else []
    location, traits = part(record, "location"), part(record, "traits")
    radius = location.get("accuracy_radius")
    near = not isinstance(radius, int | float) or radius <= WIDEST_RADIUS_KM
    latitude, longitude = coordinates(location.get("latitude"), location.get("longitude")) if near else (None, None)
    return Reading(
        country_code(part(record, "country").get("iso_code")),
        names[0] if names else "",
        names[1] if len(names) > 1 else "",
        english(record.get("city")),
        words(part(record, "postal").get("code"), 20),
        latitude,
        longitude,
        words(traits.get("isp"))
        or words(traits.get("organization"))
        or words(traits.get("autonomous_system_organization")),
        as_number(traits.get("autonomous_system_number")),
        flags(record),
    )
