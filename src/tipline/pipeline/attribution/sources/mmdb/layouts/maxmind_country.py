"""MaxMind GeoIP2 and GeoLite2 Country."""

from __future__ import annotations

from tipline.pipeline.attribution.sources.mmdb.layouts import maxmind_city, nested
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape


def _recognises(database_type: str, shape: Shape) -> bool:
    return shape.has("country", "registered_country", kind="map")


LAYOUT = Layout(
    "maxmind-country", "MaxMind Country", ("country", "flags"), _recognises, nested.read,
    maxmind_city.LAYOUT.credit, maxmind_city.LAYOUT.credit_url, maxmind_city.LAYOUT.licence,
)  # fmt: skip
