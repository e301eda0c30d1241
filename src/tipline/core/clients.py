"""Who is at the other end: the address of a client."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest

from tipline.core.config import config

_LONGEST_FORWARDED = 1000


def client_address(request: HttpRequest) -> str:
    """The address that a request came from, in its usual form; `unknown` when the web server does not say.

    `X-Forwarded-For` is anybody's word, so it is read from its right end, where the nearest proxy wrote, and only as far
    as TIPLINE_TRUSTED_PROXIES reaches. Without a proxy it is not read at all.
    """
    peer = _read(request.META.get("REMOTE_ADDR", ""))
    if peer is None:
        return "unknown"
    trusted = config().trusted_proxies
    said = request.META.get("HTTP_X_FORWARDED_FOR", "") if trusted else ""
    hops = said[-_LONGEST_FORWARDED:].split(",") if said else []
    passed = 0
    while hops and (passed < trusted if isinstance(trusted, int) else any(peer in network for network in trusted)):
        before = _read(hops.pop())
        if before is None:
            break  # what a proxy of ours did not write as an address is nobody's
        peer, passed = before, passed + 1
    return str(peer)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
