"""DB-IP's own MMDB files (City Lite, Location, Location and ISP), in GeoIP2's form."""

from __future__ import annotations

from tipline.pipeline.attribution.sources.mmdb.layouts import nested
from tipline.pipeline.attribution.sources.mmdb.layouts.dbip_flat import CREDIT, CREDIT_URL, LICENCE
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape


def _recognises(database_type: str, shape: Shape) -> bool:
    return database_type.lower().startswith(("dbip", "db-ip")) and shape.has("country", kind="map")


LAYOUT = Layout(
    "dbip", "DB-IP", ("country", "city", "asn", "owner", "flags"), _recognises, nested.read, CREDIT, CREDIT_URL, LICENCE
)
