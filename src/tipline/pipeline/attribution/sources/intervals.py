"""Networks as sorted arrays: the whole address space cut where the answer changes, so that a million look-ups are one `searchsorted`.

An IPv4 address is a uint32; an IPv6 address two uint64, the upper half first. A cover begins at 0 and has no holes: where nothing is known the
value is NOTHING.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTHING = -1
_ALL64 = (1 << 64) - 1

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Cover:
    """One address space, cut.

    Parameters
    ----------
    start
        first address of each interval, ascending: uint32 (IPv4), or the upper uint64 of it (IPv6).
    low
        its lower uint64; None for IPv4, and when all are 0.
    value
        int32: a row, NOTHING, or what the compiled source makes of a number below that.
    prefix
        uint8: length of the network that an interval is; None when an interval may be several, each as large as fits.
    """

    bits: int
    start: Array
    low: Array | None
    value: Array
    prefix: Array | None

    def find(self, high: Array, low: Array | None = None) -> Array:
        """Index of the interval of each address, int64; quick when the addresses are sorted."""
        at = np.searchsorted(self.start, high, side="right") - 1
        if self.low is None or low is None:
            return at
        unsure = np.flatnonzero(self.start[at] == high)  # the upper half alone does not decide
        if len(unsure):
            wanted = high[unsure]
            left, right = np.searchsorted(self.start, wanted, side="left"), at[unsure] + 1
            below = low[unsure]
            while (open_ := left < right).any():
                middle = (left + right) // 2
                up = open_ & (self.low[np.minimum(middle, len(self.low) - 1)] <= below)
                left = np.where(up, middle + 1, left)
                right = np.where(open_ & ~up, middle, right)
            at[unsure] = left - 1
        return at

    def span(self, index: int) -> tuple[int, int]:
        """First and last address of an interval."""
        after = self._first(index + 1) if index + 1 < len(self.start) else 1 << self.bits
        return self._first(index), after - 1

    def _first(self, index: int) -> int:
        if self.bits == 32:
            return int(self.start[index])
        return int(self.start[index]) << 64 | (int(self.low[index]) if self.low is not None else 0)

    def length(self, index: int, address: int) -> int:
        """Length of the network that an address of interval `index` was found by."""
        return int(self.prefix[index]) if self.prefix is not None else self._block(address, *self.span(index))

    def _block(self, address: int, first: int, last: int) -> int:
        """Length of the largest aligned block around the address that lies in the interval."""
        free = 0
        while free < self.bits:
            start = address >> (free + 1) << (free + 1)
            if start < first or start + (1 << (free + 1)) - 1 > last:
                break
            free += 1
        return self.bits - free


@dataclass(frozen=True, slots=True, order=True)
class Network:
    """A network of a table with the row that it stands in."""

    first: int
    length: int
    row: int

    def last(self, bits: int) -> int:
        """Its last address."""
        return self.first + (1 << (bits - self.length)) - 1


def cut(networks: Iterable[Network], bits: int) -> tuple[list[int], list[tuple[int, ...]]]:
    """Nested networks as disjoint intervals.

    Returns
    -------
    starts, rows
        of each interval: its first address, and the rows whose networks hold it, the most precise first (of one network in the order of their rows).
    """
    starts: list[int] = []
    rows: list[tuple[int, ...]] = []

    def begin(address: int, stack: Sequence[Network]) -> None:
        if starts and starts[-1] == address:
            starts.pop()
            rows.pop()
        starts.append(address)
        rows.append(tuple(n.row for n in sorted(stack, key=lambda n: (-n.length, n.row))))

    stack: list[Network] = []
    begin(0, stack)

    def close(before: int) -> None:
        """End the networks that do not reach `before`, the innermost first."""
        while stack and (last := stack[-1].last(bits)) < before:
            stack.pop()
            if last + 1 < 1 << bits:
                begin(last + 1, stack)

    for network in sorted(networks):
        close(network.first)
        stack.append(network)
        begin(network.first, stack)
    close(1 << bits)
    return starts, rows


def cover_of(starts: Sequence[int], values: Sequence[int], bits: int) -> Cover:
    """A cover from Python's numbers."""
    value = np.asarray(values, dtype=np.int32)
    if bits == 32:
        return Cover(32, np.asarray(starts, dtype=np.uint32), None, value, None)
    low = np.array([s & _ALL64 for s in starts], dtype=np.uint64)
    return Cover(128, np.array([s >> 64 for s in starts], dtype=np.uint64), low if low.any() else None, value, None)


def fill(
    start: Array, low: Array | None, prefix: Array, value: Array, bits: int
) -> tuple[Array, Array | None, Array, Array]:
    """Sorted disjoint networks with their holes filled: value 0 and prefix 0 (arrays as in `Cover`)."""
    end, end_low = _after(start, low, prefix, bits)
    follows, follows_low = (
        np.append(start[1:], start.dtype.type(0)),
        None if low is None else np.append(low[1:], np.uint64(0)),
    )
    hole = end != follows
    if low is not None and follows_low is not None and end_low is not None:
        hole |= end_low != follows_low
    if len(hole):  # what ends at the end of the space has wrapped to 0, as the value after the last has
        hole[-1] = bool(end[-1]) or bool(end_low is not None and end_low[-1])
    after = np.flatnonzero(hole)
    first = not len(start) or bool(start[0]) or bool(low is not None and low[0])

    def put(array: Array, new: Array | None = None) -> Array:
        filled = np.insert(array, after + 1, 0 if new is None else new[after])
        return np.insert(filled, 0, 0) if first else filled

    return (
        put(start, end),
        None if low is None or end_low is None else put(low, end_low),
        put(prefix),
        put(value),
    )


def _after(start: Array, low: Array | None, prefix: Array, bits: int) -> tuple[Array, Array | None]:
    """The address after each network; the end of the space wraps to 0."""
    if bits == 32:
        size = np.left_shift(np.uint64(1), (32 - prefix.astype(np.uint64)))
        return (start.astype(np.uint64) + size).astype(np.uint32), None
    lengths = prefix.astype(np.uint64)
    upper = lengths <= 64
    whole = lengths == 0
    shift = np.where(upper, 64 - np.minimum(lengths, 64), 0).astype(np.uint64)
    step = np.where(upper & ~whole, np.left_shift(np.uint64(1), np.minimum(shift, np.uint64(63))), np.uint64(0))
    if low is None:
        return start + step, None
    low_shift = np.where(upper, 0, 128 - np.maximum(lengths, 65)).astype(np.uint64)
    low_step = np.where(upper, np.uint64(0), np.left_shift(np.uint64(1), low_shift))
    end_low = low + low_step
    carried = (~upper & (end_low == 0)).astype(np.uint64)
    return start + step + carried, end_low
