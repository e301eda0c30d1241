"""Countries by their codes and names, and by the beginning of a telephone number."""

from __future__ import annotations

import csv
from functools import lru_cache

from tipline.trust.places.loading import DATA
from tipline.trust.places.names import key

LONGEST_CALLING_CODE = 7


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, str]]:
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {
        key(name): row["alpha2"]
        for row in _rows()
        for column in ("alpha2", "alpha3", "name", "name_hi", "name_mr", "aliases")
        for name in row[column].split(";")
        if name
    }


@lru_cache(maxsize=1)
def _by_calling_code() -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for row in _rows():
        for code in filter(None, row["calling_code"].split(";")):
            known[code] = (*known.get(code, ()), row["alpha2"])
    return known


def country_code(name: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country written as a code or a name; empty where that is none of them."""
    return _by_name().get(key(name), "")


def countries_of_number(number: str) -> tuple[str, ...]:
    """The countries that an international number can belong to, by the longest code that it begins with.

    Parameters
    ----------
    number
        the digits of an E.164 number, with or without the plus sign.

    Returns
    -------
    tuple of alpha-2 codes
        one where the code is a country's own, several where they share it (+1 is the United States and Canada), none
        where no code fits.
    """
    digits = number.removeprefix("+")
    for length in range(LONGEST_CALLING_CODE, 0, -1):
        if len(digits) >= length and (found := _by_calling_code().get(digits[:length])):
            return found
    return ()
