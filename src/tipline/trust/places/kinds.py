"""A place, and what the gazetteer makes of a stated one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

Where = tuple[str, str]  # canonical state, canonical district
# What is known of a state counts only if most of the nearest offices are there.
MOSTLY = 0.6


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


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a point.

    Parameters
    ----------
    shares
        district → its share of the nearest offices, the nearer the weightier; the largest first. Empty: nothing within reach.
    nearest_km, sixth_km
        how far the nearest and the sixth nearest office are.
    surrounded
        whether offices lie on all sides: a point outside the country, or off the coast, is not surrounded.
    """

    shares: tuple[tuple[Where, float], ...] = ()
    nearest_km: float = math.inf
    sixth_km: float = math.inf
    surrounded: bool = False

    def share(self, where: Where) -> float:
        """The share of one district, 0 when it is not among the nearest."""
        return next((share for found, share in self.shares if found == where), 0.0)

    def within(self, state: str) -> Around:
        """The same among the offices of a state that is known otherwise, if most of the nearest are there."""
        kept = [(where, share) for where, share in self.shares if where[0] == state]
        total = sum(share for _, share in kept)
        return replace(self, shares=tuple((w, s / total) for w, s in kept)) if total >= MOSTLY else self
