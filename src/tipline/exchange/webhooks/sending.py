"""One POST to an address of an agency, which must not become a way into this network.

The name is resolved once, every address that it has is held against the rules, and the connection goes to the address that was
checked: a name that means something else a moment later changes nothing. Redirects are not followed and no answer is read.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from tipline.core.config import config
from tipline.core.errors import InvalidInputError, TransientError

TIMEOUT_SECONDS = 5.0
# In IPv6, prefixes that carry IPv4 addresses: what is global there may be private behind a gateway (RFC 6052, 3056, 4380).
_CARRIERS = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))

Network = IPv4Network | IPv6Network


class NotDeliveredError(TransientError):
    """The address did not take it. The text names why, in words fit for a screen."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


def read_url(text: str) -> str:
    """An address as somebody wrote it.

    Raises
    ------
    InvalidInputError
        when it is none that can be told anything.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise InvalidInputError("url: this is no address") from error
    if len(text) > 500 or not text.isascii() or not text.isprintable() or " " in text or not parts.hostname:
        raise InvalidInputError("url: write it as https://desk.example/hook, in at most 500 plain characters")
    if parts.scheme not in {"https", "http"} or port == 0:
        raise InvalidInputError("url: begins with https://, or with http:// on this machine")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidInputError("url: without a name, a password or a fragment: the signature says who calls")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise InvalidInputError("url: http:// only on this machine (127.0.0.1 or [::1]); elsewhere https://")
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return text
    if not allowed(literal, config().webhook_networks):
        raise InvalidInputError("url: an address inside this network, which TIPLINE_WEBHOOK_NETWORKS does not list")
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def allowed(address: IPv4Address | IPv6Address, listed: tuple[Network, ...]) -> bool:
    """Whether a webhook may go to an address: it is of the public internet, or the operator listed its network."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in network for network in listed if network.version == address.version):
        return True
    carried = any(address in network for network in _CARRIERS if network.version == address.version)
    return address.is_global and not address.is_multicast and not address.is_reserved and not carried


def addresses_of(parts: SplitResult) -> list[IPv4Address | IPv6Address]:
    """Every address of a host, all of them allowed.

    Raises
    ------
    NotDeliveredError
        when it has none, or one that a webhook may not go to.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotDeliveredError("its name has no address") from error
    addresses = list(dict.fromkeys(ip_address(str(row[4][0]).partition("%")[0]) for row in found))
    if not addresses or not all(allowed(one, config().webhook_networks) for one in addresses):
        raise NotDeliveredError("its name leads into this network: TIPLINE_WEBHOOK_NETWORKS does not list that")
    return addresses


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Hand it over. Returns the status of the answer, 200 to 299.

    Raises
    ------
    NotDeliveredError
        when it was not taken.
    """
    import httpx  # heavy, and most processes send nothing

    parts = urlsplit(url)
    address = addresses_of(parts)[0]
    host = f"[{address}]" if address.version == 6 else str(address)
    port = f":{parts.port}" if parts.port else ""
    target = f"{parts.scheme}://{host}{port}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    named = {**headers, "Host": parts.netloc}
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", target, content=body, headers=named, extensions={"sni_hostname": parts.hostname}
            ) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, OSError, ValueError) as error:
        raise NotDeliveredError(f"no answer ({type(error).__name__})") from error
    if not 200 <= status < 300:
        raise NotDeliveredError(f"it answered {status}", status)
    return status
