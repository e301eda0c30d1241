"""The text of IP addresses and their bytes, by the system's library: five times as fast as `ipaddress`, which matters for a million of them.

Connects to nothing. It is the one module below the screens that imports `socket`, so that what reads reports cannot connect at all.
"""

from __future__ import annotations

import socket

IPV4, IPV6 = socket.AF_INET, socket.AF_INET6
Family = socket.AddressFamily
# (family, text) → 4 or 16 bytes, most significant first; OSError or ValueError for what is no address of the family, leading zeros among it.
packed = socket.inet_pton


def text(address: int, bits: int) -> str:
    """An address of 32 or 128 bits as RFC 5952 writes it."""
    return socket.inet_ntop(IPV4 if bits == 32 else IPV6, address.to_bytes(bits // 8, "big"))
