"""MaxMind GeoIP2 Anonymous IP: whether an address hides somebody, and how."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.sources.mmdb.layouts import nested
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape, set_flags
from tipline.pipeline.attribution.sources.reading import Reading


def _recognises(database_type: str, shape: Shape) -> bool:
    return shape.has("is_anonymous", kind="boolean")


def _read(record: dict[str, Any]) -> Reading:
    return Reading(flags=set_flags(record, nested.TRAITS))


LAYOUT = Layout(
    "maxmind-anonymous", "MaxMind Anonymous IP", ("flags",), _recognises, _read, licence="MaxMind's licence"
)
