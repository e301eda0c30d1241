"""Addresses as places: what counts as one, and which lie in a network. Where a request came from: `core.clients`."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tipline.core.errors import InvalidInputError


def neighbourhood(address: str) -> str:
    """What counts as one place: an IPv4 address by itself, an IPv6 address by its /64, which one household or office has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((int(found), 64), strict=False))


def within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks (CIDR)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in _network(network) for network in networks)


def read_networks(given: Sequence[str], most: int) -> list[str]:
    """Networks as somebody wrote them, in their usual form and order, each once.

    Raises
    ------
    InvalidInputError
        naming the one that is none, or when there are more than `most`.
    """
    if len(given) > most:
        raise InvalidInputError(f"networks: at most {most}")
    found: set[str] = set()
    for text in given:
        try:
            network = ipaddress.ip_network(text.strip())
        except ValueError as error:
            raise InvalidInputError(
                f"networks: {text.strip()[:60]!r} is not a network; write it as 192.0.2.0/24 or 2001:db8::/32"
            ) from error
        if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped:
            raise InvalidInputError(f"networks: write {text.strip()[:60]!r} as IPv4, as callers are compared")
        found.add(str(network))
    return sorted(found)


@lru_cache(maxsize=4096)
def _network(network: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(network)
