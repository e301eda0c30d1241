"""The prefix of a telephone number: its country, and of an Indian line in a house the district of its exchange.

A mobile number keeps its country wherever it goes, and nothing below: numbers move between networks and people between states.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import phonenumbers
from phonenumbers import PhoneNumberType
from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.pipeline.attribution.hints import Material, hint
from tipline.pipeline.attribution.statements import Statement
from tipline.reports.models import IdentifierKind
from tipline.trust.places import Place, Resolved, canonical_place

KIND = "telephone"
_AT_HOME = {PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Exchange(Strict):
    """An STD code without its zero, and the district that its exchange serves; the state alone where it serves several."""

    code: Annotated[str, Field(pattern=r"^[1-9][0-9]{1,3}$")]
    state: Annotated[str, Field(min_length=1)]
    district: str = ""


class Exchanges(Strict):
    """All codes of one country."""

    about: About
    exchanges: tuple[Exchange, ...]


INDIA = load_toml(Path(__file__).parent / "data" / "in.toml", Exchanges)
_CODES = {one.code: one for one in INDIA.exchanges}


def read(material: Material) -> list[Statement]:
    """One statement for each number whose country is known."""
    found = []
    for seen in material.seen:
        if seen.kind == IdentifierKind.PHONE and (place := place_of(seen.value)):
            said = f"a number that begins {seen.value[:5]}"
            found.append(hint(KIND, "telephone prefix", place, said, material.at, INDIA.about.version))
    return [one for one in found if one]


@lru_cache(maxsize=4096)
def place_of(number: str) -> Resolved | None:
    """Where a number in E.164 form belongs; None when its country cannot be told or it is none in use."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(parsed)
    if not country or len(country) != 2:
        return None
    if country == "IN" and phonenumbers.number_type(parsed) in _AT_HOME:
        national = phonenumbers.national_significant_number(parsed)
        exchange = next((_CODES[national[:n]] for n in (4, 3, 2) if national[:n] in _CODES), None)
        if exchange:
            state, district = canonical_place("IN", exchange.state, exchange.district)
            where = f"STD code 0{exchange.code} serves {district or state}"
            return Resolved(Place("IN", state, district), "exchange", where)
    return Resolved(Place(country), "country")
