"""Places by their canonical names: old names, other spellings and Devanagari lead to the one that jurisdictions use.

A name that the gazetteer does not know stays as it is written: it then matches no jurisdiction below its country, and a
person sees it. Nothing is matched by a part of its name: there are many Jalgaons.
"""

from __future__ import annotations

import csv
import unicodedata
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def key(name: str) -> str:
    """The form in which two spellings of a name are compared: NFKC, case folded, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@lru_cache(maxsize=1)
def _states() -> dict[tuple[str, str], str]:
    return {
        ("IN", key(name)): row["name"]
        for row in _rows("states.csv")
        for name in _names(row, "name", "code", "iso", "name_hi", "name_mr", "aliases")
    }


@lru_cache(maxsize=1)
def _districts() -> dict[tuple[str, str, str], str]:
    return {
        ("IN", key(row["state"]), key(name)): row["district"]
        for row in _rows("districts.csv")
        for name in _names(row, "district", "name_hi", "name_mr", "aliases", "pin_name")
    }


def _names(row: dict[str, str], *columns: str) -> list[str]:
    """All that a row is called: a cell may hold several names, separated by semicolons."""
    return [name for column in columns for name in row[column].split(";") if name.strip()]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "IN" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def canonical_place(country: str, state: str, district: str) -> tuple[str, str]:
    """The canonical names of a state and a district, each as written where the gazetteer does not know it."""
    state = _states().get((country, key(state)), state)
    return state, _districts().get((country, key(state), key(district)), district)
