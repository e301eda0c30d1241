"""MaxMind GeoLite2 ASN, and files of others with the same two fields (DB-IP ASN Lite, npm's `@ip-location-db/asn-mmdb`)."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape, as_number, words
from tipline.pipeline.attribution.sources.reading import Reading


def _recognises(database_type: str, shape: Shape) -> bool:
    return shape.has("autonomous_system_number", kind="number")


def _read(record: dict[str, Any]) -> Reading:
    return Reading(
        owner=words(record.get("autonomous_system_organization")), asn=as_number(record.get("autonomous_system_number"))
    )


LAYOUT = Layout("maxmind-asn", "MaxMind ASN", ("asn", "owner"), _recognises, _read)
