"""What a source says of an address, in the form that `sources` still answers in (`asking.py` makes claims of it)."""

from __future__ import annotations

from dataclasses import dataclass

# Marks that break the tie between an address and a place, and the factor by which confidence falls.
MARKS = {
    "cgnat": 0.8,
    "mobile": 0.8,
    "shared": 0.8,
    "hosting": 0.4,
    "proxy": 0.4,
    "vpn": 0.4,
    "anycast": 0.4,
    "satellite": 0.5,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one address."""

    source: str
    kind: str
    network: str
    country: str
    state: str = ""
    district: str = ""
    owner: str = ""
    flags: tuple[str, ...] = ()
    as_of: str = ""

    @property
    def level(self) -> str:
        """The most precise level it names."""
        return "district" if self.district else "state" if self.state else "country"
