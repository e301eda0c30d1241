"""MaxMind GeoIP2 and GeoLite2 City, Enterprise and Insights, and files of others in their form."""

from __future__ import annotations

from tipline.pipeline.attribution.sources.mmdb.layouts import nested
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape


def _recognises(database_type: str, shape: Shape) -> bool:
    return shape.has("country", kind="map") and shape.has("city", "subdivisions", "location", "postal")


LAYOUT = Layout(
    "maxmind-city", "MaxMind City", ("country", "city", "flags"), _recognises, nested.read,
    "This product includes GeoLite2 data created by MaxMind, available from https://www.maxmind.com", "https://www.maxmind.com",
    "MaxMind's licence",
)  # fmt: skip
