"""Addresses that are nobody's place: IANA's special-purpose registries (RFC 6890) and the multicast and reserved blocks.

They come with Tipline and speak before every other source. What is embedded in a 6to4, Teredo or NAT64 address is named and never placed: it is a
relay's.
"""

from __future__ import annotations

import ipaddress
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path

import numpy as np
from pydantic import Field, field_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.inet import text
from tipline.pipeline.attribution.sources.compiled import Compiled, Rows
from tipline.pipeline.attribution.sources.intervals import NOTHING, Array, Network, cover_of, cut
from tipline.pipeline.attribution.sources.reading import Template
from tipline.pipeline.attribution.sources.speaker import Speaker, claims_of
from tipline.pipeline.attribution.statements import Claim

KIND = "special_ranges"
DATA = Path(__file__).parent / "data" / "special.toml"
NAME = "IANA special-purpose addresses"
UNREADABLE = Claim(NAME, KIND, precision="country", sureness=0.0, flags=("malformed",), how="it is not an IP address")


class SpecialRange(Strict):
    """A block and what it is for."""

    network: str
    name: str = Field(min_length=1, description="completes the sentence: it is ...")
    flag: str = Field(pattern=r"^[a-z0-9-]{1,20}$")
    rfc: str = Field(pattern=r"^RFC \d{3,5}$")

    @field_validator("network")
    @classmethod
    def _network(cls, value: str) -> str:
        return str(ip_network(value))


class SpecialRanges(Strict):
    """The data file."""

    about: About
    range: tuple[SpecialRange, ...]


@lru_cache(maxsize=1)
def registry() -> SpecialRanges:
    """The registries as they come with Tipline."""
    return load_toml(DATA, SpecialRanges)


@lru_cache(maxsize=1)
def speaker() -> Speaker:
    """The registries as a source."""
    rows = Rows()
    networks: dict[int, list[Network]] = {32: [], 128: []}
    for special in registry().range:
        network = ip_network(special.network)
        template = Template(sureness=0.0, flags=(special.flag,), how=f"it is {special.name} ({special.rfc})")
        row = rows.add(template, length=network.prefixlen)
        networks[network.max_prefixlen].append(Network(int(network.network_address), network.prefixlen, row))
    covers = []
    for bits, those in networks.items():
        starts, said = cut(those, bits)
        covers.append(cover_of(starts, [one[0] if one else NOTHING for one in said], bits))
    compiled = Compiled.of(rows, covers[0], covers[1], len(registry().range))
    about = registry().about
    as_of = date.fromisoformat(about.as_of)
    return Speaker(NAME, KIND, compiled, claims_of(compiled, NAME, KIND, f"{about.version} of {about.as_of}", as_of))


@lru_cache(maxsize=1)
def _documentation_rows() -> Array:
    compiled = speaker().compiled
    flagged = [template.flags == ("documentation",) for template in compiled.templates]
    return np.array(flagged)[compiled.claim]


def is_documentation(rows: Array) -> Array:
    """Whether each row of the registries is of documentation addresses, the only ones that an operator's table may place."""
    return _documentation_rows()[rows]


def special_of(network: IPv4Network | IPv6Network) -> SpecialRange | None:
    """The most precise special block that a whole network lies in."""
    holding = [s for s in registry().range if _holds(ip_network(s.network), network)]
    return max(holding, key=lambda s: ip_network(s.network).prefixlen, default=None)


def _holds(block: IPv4Network | IPv6Network, network: IPv4Network | IPv6Network) -> bool:
    return (
        block.version == network.version and block.prefixlen <= network.prefixlen and network.network_address in block
    )


def number(readable: str) -> tuple[int, int]:
    """A readable address and its bits; an IPv4-mapped one is its IPv4 address."""
    address = ipaddress.ip_address(readable)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return int(address), address.max_prefixlen


def found_by(network: str, address: int, bits: int) -> str:
    """The block, and the IPv4 address that stands in an address of it."""
    inside = embedded(address) if bits == 128 else None
    return network if inside is None else f"{network}, with {inside} embedded"


def embedded(address: int) -> str | None:
    """The IPv4 address in a 6to4 (RFC 3056 §2), Teredo (RFC 4380 §4: the client's, inverted) or NAT64 address (RFC 6052 §2.1)."""
    if address >> 112 == 0x2002:
        return text(address >> 80 & 0xFFFFFFFF, 32)
    if address >> 96 == 0x2001_0000:
        return text(~address & 0xFFFFFFFF, 32)
    if address >> 32 == 0x64FF9B << 64 or address >> 32 == 0:
        return text(address & 0xFFFFFFFF, 32) if address > 1 else None
    return None
