"""An IP address, version 4 or 6: RFC 5952 text; an IPv4-mapped IPv6 address is its IPv4 address.

Leading zeros are refused, not guessed: some read `010` as eight, others as ten.
"""

from __future__ import annotations

import ipaddress


def normalise(text: str) -> str | None:
    """The canonical text of the address; None when it is none (or carries a zone index, which means nothing here)."""
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return None
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
    return str(address)
