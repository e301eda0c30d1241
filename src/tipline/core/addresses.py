"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

from tipline.core.config import config

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(request: HttpRequest) -> str:
    """The address that a request came from, or "" when it is none.

    With TIPLINE_HTTPS a proxy of ours stands in front and is the only one that reaches us: what it saw is the last entry of
    X-Forwarded-For; entries before that are the client's own words.
    """
    text = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if config().https and forwarded:
        text = forwarded.rpartition(",")[2]
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


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
