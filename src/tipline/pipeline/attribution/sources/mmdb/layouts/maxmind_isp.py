"""MaxMind GeoIP2 ISP: who runs a network, and who uses it."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape, as_number, words
from tipline.pipeline.attribution.sources.reading import Reading


def _recognises(database_type: str, shape: Shape) -> bool:
    return shape.has("isp", kind="text")


def _read(record: dict[str, Any]) -> Reading:
    owner = next(
        (said for f in ("isp", "organization", "autonomous_system_organization") if (said := words(record.get(f)))), ""
    )
    mobile = bool(words(record.get("mobile_network_code")))
    return Reading(
        owner=owner, asn=as_number(record.get("autonomous_system_number")), flags=("mobile",) if mobile else ()
    )


LAYOUT = Layout(
    "maxmind-isp", "MaxMind ISP", ("asn", "owner", "flags"), _recognises, _read, licence="MaxMind's licence"
)
