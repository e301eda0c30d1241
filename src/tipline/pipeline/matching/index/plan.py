"""How 256 bits are parted so that two hashes within 31 bits of each other are alike in at least one part.

Multi-index hashing (M. Norouzi, A. Punjani, D. J. Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing", IEEE TPAMI 36, 2014):
give part i a radius t_i, and look up every key within t_i of the query's. If a hash were missed, it would differ in at least t_i + 1 bits in
each part; so none is missed as long as the sum of all t_i + 1 is more than the radius. A key of fewer bits than its part has misses nothing
either: bits that are not looked at cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

BITS = 256
RADIUS = 31
# Below, reading every hash costs less than looking parts up.
SMALLEST = 8_192
# From here on twelve parts are faster than sixteen (docs/explanation/matching.md).
MANY = 3_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Bits `start` to `start + width`, of which the first `key` are looked up, within `radius`."""

    start: int
    width: int
    key: int
    radius: int


def plan(count: int) -> tuple[Part, ...]:
    """The parts for so many hashes; none when they are few."""
    if count < SMALLEST:
        return ()
    if count < MANY:
        return _parts(16, 16)
    # about four hashes a key: fewer keys make longer lists, more make the tables larger than the lists
    return _parts(12, max(16, min(22, (count - 1).bit_length() - 3)))


def _parts(number: int, longest: int) -> tuple[Part, ...]:
    width, wider = divmod(BITS, number)
    radius, larger = divmod(RADIUS + 1, number)
    found: list[Part] = []
    start = 0
    for place in range(number):
        # the wider parts last, so that the larger radius, which costs more the more bits there are, is that of the others
        bits = width + (place >= number - wider)
        found.append(Part(start, bits, min(bits, longest), radius - 1 + (place < larger)))
        start += bits
    return tuple(found)


def masks(part: Part) -> NDArray[np.int64]:
    """What a key is XORed with to have every key within the radius, itself first."""
    found = [
        sum(1 << bit for bit in chosen)
        for differing in range(part.radius + 1)
        for chosen in combinations(range(part.key), differing)
    ]
    return np.array(found, dtype=np.int64)


def keys(hashes: NDArray[np.uint64], part: Part) -> NDArray[np.int64]:
    """The keys of hashes, given as (n, 4) words, the first bit being the highest of the first word."""
    word, skipped = divmod(part.start, 64)
    over = skipped + part.key - 64
    mask = np.uint64((1 << part.key) - 1)
    if over <= 0:
        found = hashes[:, word] >> np.uint64(-over)
    else:
        found = (hashes[:, word] << np.uint64(over)) | (hashes[:, word + 1] >> np.uint64(64 - over))
    return (found & mask).astype(np.int64)
