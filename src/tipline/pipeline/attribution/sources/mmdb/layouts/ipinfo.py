"""IPinfo's files (Lite, Location, ASN, Privacy): flat records, most values as text."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts.layout import (
    Layout,
    Shape,
    as_number,
    coordinates,
    country_code,
    set_flags,
    words,
)
from tipline.pipeline.attribution.sources.reading import Reading

_FLAGS = (
    ("anonymous", "anonymous"), ("anycast", "anycast"), ("hosting", "hosting"), ("is_anonymous", "anonymous"),
    ("is_anycast", "anycast"), ("is_hosting", "hosting"), ("is_mobile", "mobile"), ("is_satellite", "satellite"),
    ("mobile", "mobile"), ("proxy", "proxy"), ("relay", "relay"), ("satellite", "satellite"), ("tor", "tor"), ("vpn", "vpn"),
)  # fmt: skip


def _recognises(database_type: str, shape: Shape) -> bool:
    if shape.has("country", kind="map") or shape.has("autonomous_system_number", "state1"):
        return False
    fields = ("as_name", "as_domain", "region", "loc", "asn", "vpn", "hosting", "country", "country_code")
    return shape.has(*fields) and ("ipinfo" in database_type.lower() or shape.has(*fields[:7]))


def _read(record: dict[str, Any]) -> Reading:
    north, _, east = words(record.get("loc")).partition(",")
    latitude, longitude = coordinates(
        record.get("lat", record.get("latitude", north)), record.get("lng", record.get("longitude", east))
    )
    return Reading(
        country_code(record.get("country_code")) or country_code(record.get("country")),
        words(record.get("region"), 80),
        "",
        words(record.get("city")),
        words(record.get("postal_code"), 20) or words(record.get("postal"), 20),
        latitude,
        longitude,
        words(record.get("as_name")) or words(record.get("name")),
        as_number(record.get("asn")),
        set_flags(record, _FLAGS),
    )


LAYOUT = Layout(
    "ipinfo", "IPinfo", ("country", "city", "asn", "owner", "flags"), _recognises, _read,
    "IP address data by IPinfo, https://ipinfo.io", "https://ipinfo.io", "CC BY-SA 4.0 for IPinfo Lite; IPinfo's licence for others",
)  # fmt: skip
