"""Addresses as they come, as numbers: many at once."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tipline.core import inet
from tipline.pipeline.attribution.sources.intervals import Array


@dataclass(frozen=True, slots=True)
class Parsed:
    """Addresses sorted within their family.

    Parameters
    ----------
    v4
        uint32, ascending. An IPv4-mapped address is its IPv4 address (RFC 4291 §2.5.5.2).
    high, low
        halves of the IPv6 addresses, ascending by `high`.
    v4_at, v6_at
        where in what was asked each stands.
    unreadable
        where what is no address stands.
    """

    v4: Array
    v4_at: Array
    high: Array
    low: Array
    v6_at: Array
    unreadable: tuple[int, ...]


def parse(texts: Sequence[str]) -> Parsed:
    """Read addresses; leading zeros and zones are unreadable, not guessed."""
    colon = [":" in text for text in texts]
    v4_at = [i for i, six in enumerate(colon) if not six]
    v6_at = [i for i, six in enumerate(colon) if six]
    bad: list[int] = []
    four = _packed([texts[i] for i in v4_at], v4_at, inet.IPV4, bad)
    six = _packed([texts[i] for i in v6_at], v6_at, inet.IPV6, bad)
    if bad:
        wrong = set(bad)
        v4_at, v6_at = [i for i in v4_at if i not in wrong], [i for i in v6_at if i not in wrong]
    numbers = np.frombuffer(four, dtype=">u4").astype(np.uint32)
    halves = np.frombuffer(six, dtype=">u8").reshape(-1, 2).astype(np.uint64)
    where4, where6 = np.array(v4_at, dtype=np.int64), np.array(v6_at, dtype=np.int64)
    mapped = (halves[:, 0] == 0) & (halves[:, 1] >> np.uint64(32) == 0xFFFF)
    if mapped.any():
        numbers = np.concatenate([numbers, halves[mapped, 1].astype(np.uint32)])
        where4 = np.concatenate([where4, where6[mapped]])
        halves, where6 = halves[~mapped], where6[~mapped]
    order4, order6 = np.argsort(numbers), np.argsort(halves[:, 0])
    return Parsed(
        numbers[order4], where4[order4], halves[order6, 0], halves[order6, 1], where6[order6], tuple(sorted(bad))
    )


def _packed(texts: Sequence[str], where: Sequence[int], family: inet.Family, bad: list[int]) -> bytes:
    read = inet.packed
    try:
        return b"".join([read(family, text) for text in texts])
    except (OSError, ValueError, TypeError):
        good: list[bytes] = []
        for at, text in zip(where, texts, strict=True):
            try:  # as RFC 5952 and RFC 6943 have it, whatever this system's library takes
                good.append(ipaddress.ip_address(text).packed if "%" not in text else read(family, ""))
            except (OSError, ValueError):
                bad.append(at)
        return b"".join(good)
