"""What a source says of where something is. Sources make statements, `fusion` makes one answer out of several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of a place, whatever network it was looked up by: equal claims weigh equally, so they are weighed once.

    Parameters
    ----------
    source
        name of the source as people know it, with `version` saying which edition spoke: a report remembers both.
    kind
        the folder of `attribution/sources/` that it came from: `operator_ranges`, `mmdb`, `special_ranges`, `reverse_dns`, `telephone`, ...
    as_of
        the day the source speaks of; None when it does not say. Its age on the day of the sighting lowers it.
    precision
        `district`, `state` or `country`: how precise it claims to be; a place may be named less precisely than that.
    sureness
        0 to 1, to be multiplied with the trust in its kind: what the gazetteer made of a stated city or coordinates.
    how
        part of a sentence: how its words became this place, such as `'Bhusawal' is in Jalgaon by name and by coordinates`; or empty.
    candidates
        further places it could mean, as (country, state, district), when it is not one.
    """

    source: str
    kind: str
    version: str = ""
    as_of: date | None = None
    country: str = ""
    state: str = ""
    district: str = ""
    precision: str = "country"
    sureness: float = 1.0
    flags: tuple[str, ...] = ()
    how: str = ""
    candidates: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim about one address or one person, with what it was found by.

    Parameters
    ----------
    found_by
        the network of a range or MMDB source; what was read (never a child's) of others.
    """

    claim: Claim
    found_by: str = ""
    owner: str = ""
    asn: int | None = None
