"""IP2Location's MMDB files (DB1 to DB26 and LITE), in GeoIP2's form."""

from __future__ import annotations

import re

from tipline.pipeline.attribution.sources.mmdb.layouts import nested
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape

_NAME = re.compile(r"ip2location|ip2lite|\bDB\d{1,2}\b", re.IGNORECASE)


def _recognises(database_type: str, shape: Shape) -> bool:
    return bool(_NAME.search(database_type)) and shape.has("country", kind="map")


LAYOUT = Layout(
    "ip2location", "IP2Location", ("country", "city", "flags"), _recognises, nested.read,
    "This site or product includes IP2Location LITE data available from https://lite.ip2location.com",
    "https://lite.ip2location.com", "CC BY-SA 4.0 for LITE; IP2Location's licence for others",
)  # fmt: skip
