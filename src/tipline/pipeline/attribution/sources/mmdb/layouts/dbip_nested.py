"""DB-IP's own MMDB files (City Lite, Location, Location and ISP), in GeoIP2's form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts import nested
from tipline.pipeline.attribution.sources.mmdb.layouts.dbip_flat import CREDIT, CREDIT_URL, LICENCE, without_quarter
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape
from tipline.pipeline.attribution.sources.reading import Reading


def _recognises(database_type: str, shape: Shape) -> bool:
    return database_type.lower().startswith(("dbip", "db-ip")) and shape.has("country", kind="map")


def _read(record: dict[str, Any]) -> Reading:
    reading = nested.read(record)
    return replace(reading, city=without_quarter(reading.city))


LAYOUT = Layout(
    "dbip", "DB-IP", ("country", "city", "asn", "owner", "flags"), _recognises, _read, CREDIT, CREDIT_URL, LICENCE
)
