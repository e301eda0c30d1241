"""A place, and what the gazetteer makes of a stated one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A country, a state of it, or a district of that, by canonical names; what is not known is empty."""

    country: str = ""
    state: str = ""
    district: str = ""

    @property
    def level(self) -> str:
        """`district`, `state`, `country`, or empty: the most precise level it names."""
        return "district" if self.district else "state" if self.state else "country" if self.country else ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.district, self.state, self.country) if part)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the gazetteer makes of a stated place.

    Parameters
    ----------
    place
        as precise as is certain: never a guess between several.
    rule
        which rule decided (docs/explanation/places.md).
    text
        why, as part of a sentence: `'Bhusawal' is in Jalgaon by name and by coordinates`.
    candidates
        the places it could be, when that is several, or when name and coordinates say different ones.
    sureness
        0 to 1, to be multiplied with the trust in whoever stated the place.
    """

    place: Place
    rule: str
    text: str = ""
    candidates: tuple[Place, ...] = ()
    sureness: float = 1.0
