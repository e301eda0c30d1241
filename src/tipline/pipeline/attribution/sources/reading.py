"""What a record of a source says, in one form, and the place that the gazetteer makes of it: once for each distinct record, at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tipline.trust import places


@dataclass(frozen=True, slots=True)
class Reading:
    """A record as its layout reads it; what it does not say is empty.

    Parameters
    ----------
    latitude, longitude
        degrees north and east (WGS 84). They place nothing by themselves: a file gives a whole country's middle when it knows no more.
    """

    country: str = ""
    state: str = ""
    district: str = ""
    city: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    owner: str = ""
    asn: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def precision(self) -> str:
        """How precise the record claims to be."""
        if self.district or self.city or self.postal_code:
            return "district"
        return "state" if self.state else "country"


class Template(NamedTuple):
    """A claim but for the source that makes it: what is stored of a compiled source."""

    country: str = ""
    state: str = ""
    district: str = ""
    precision: str = "country"
    sureness: float = 1.0
    flags: tuple[str, ...] = ()
    how: str = ""
    candidates: tuple[tuple[str, str, str], ...] = ()
    until: str = ""  # the last day it was so, of a row whose time is over


Place = Callable[[Reading], Template]


def placed(reading: Reading) -> Template:
    """The claim that a record makes."""
    if not reading.country:
        return Template(flags=reading.flags)
    precise = reading.precision == "district"
    found = places.resolve(
        reading.country,
        reading.state,
        reading.district,
        reading.city,
        reading.latitude if precise else None,
        reading.longitude if precise else None,
        reading.postal_code,
    )
    return Template(
        found.place.country,
        found.place.state,
        found.place.district,
        reading.precision,
        found.sureness,
        reading.flags,
        found.text,
        tuple((p.country, p.state, p.district) for p in found.candidates),
    )
