"""MaxMind GeoIP2 Connection Type."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts import nested
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape
from tipline.pipeline.attribution.sources.reading import Reading


def _recognises(database_type: str, shape: Shape) -> bool:
    return shape.has("connection_type", kind="text")


def _read(record: dict[str, Any]) -> Reading:
    return Reading(flags=nested.flags({"traits": record}))


LAYOUT = Layout(
    "maxmind-connection", "MaxMind Connection Type", ("flags",), _recognises, _read, licence="MaxMind's licence"
)
