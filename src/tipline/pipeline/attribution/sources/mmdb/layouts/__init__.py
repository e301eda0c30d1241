"""Layouts of MMDB files, one file each. A layout is recognised by what the file calls itself and by the fields of its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.mmdb.layouts import (
    dbip_flat,
    dbip_nested,
    ip2location,
    ipinfo,
    maxmind_anonymous,
    maxmind_asn,
    maxmind_city,
    maxmind_connection,
    maxmind_country,
    maxmind_isp,
)
from tipline.pipeline.attribution.sources.mmdb.layouts.layout import Layout, Shape

# The first that knows a file reads it: makers by name before those whose fields others use too.
LAYOUTS: tuple[Layout, ...] = (
    ip2location.LAYOUT,
    ipinfo.LAYOUT,
    dbip_nested.LAYOUT,
    dbip_flat.LAYOUT,
    maxmind_city.LAYOUT,
    maxmind_country.LAYOUT,
    maxmind_isp.LAYOUT,
    maxmind_asn.LAYOUT,
    maxmind_anonymous.LAYOUT,
    maxmind_connection.LAYOUT,
)

__all__ = ["LAYOUTS", "Layout", "layout_of"]


def layout_of(name: str, database_type: str, sample: Sequence[dict[str, Any]]) -> Layout:
    """The layout of a file by its own name for itself and some of its records.

    Raises
    ------
    InvalidInputError
        when it is none that is known; it says what was found.
    """
    shape = Shape.of(sample)
    for layout in LAYOUTS:
        if layout.recognises(database_type, shape):
            return layout
    fields = ", ".join(f"{key} ({kind})" for key, kind in sorted(shape.fields.items()))[:300] or "none"
    known = ", ".join(layout.title for layout in LAYOUTS)
    raise InvalidInputError(
        f"{name}: an MMDB of type {database_type[:60]!r} whose records have the fields {fields} is of no layout that Tipline knows"
        f" ({known})"
    )
