"""Places that addresses belong to. Whose address a request has: `core.clients.client_address`."""

from __future__ import annotations

import ipaddress


def neighbourhood(address: str) -> str:
    """What counts as one place: an IPv4 address by itself, an IPv6 address by its /64, which one household or office has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((int(found), 64), strict=False))


def within(address: str, networks: list[str]) -> bool:
    """Whether an address lies in one of the networks (CIDR)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(network) for network in networks)
