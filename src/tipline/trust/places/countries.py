"""Countries by their ISO 3166-1 codes."""

from __future__ import annotations

import csv
from functools import lru_cache

from tipline.trust.places.loading import DATA


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["alpha2"]: row["name"] for row in csv.DictReader(file)}


def country_name(code: str) -> str:
    """The English name of a country by its alpha-2 code; the code where that is none."""
    return _names().get(code, code)
