"""The search tree of an MMDB as arrays, read level by level: all nodes of a depth at once (MaxMind DB file format 2.0, "Binary Search Tree Section")."""

from __future__ import annotations

import mmap
from dataclasses import dataclass

import numpy as np

from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.intervals import Array

MAX_NETWORKS = 50_000_000
SEPARATOR = 16  # bytes of zeros between the tree and the data
Buffer = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Leaves:
    """Disjoint networks that have a record, ascending.

    Parameters
    ----------
    start, low
        first addresses as in `intervals.Cover`; `low` is None for IPv4 and when it is always 0.
    prefix
        uint8, lengths.
    pointer
        uint32, which record: equal numbers are one record.
    merged
        no two networks that are halves of one have one record: what lies side by side can be joined and found again.
    """

    start: Array
    low: Array | None
    prefix: Array
    pointer: Array
    merged: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """Both halves of every node, uint32."""

    left: Array
    right: Array
    count: int

    @classmethod
    def read(cls, buffer: Buffer, node_count: int, record_bits: int) -> Tree:
        """The nodes of a file.

        Raises
        ------
        InvalidInputError
            when the file has no room for them, or the records are of no known size.
        """
        if record_bits not in (24, 28, 32):
            raise InvalidInputError(f"its records have {record_bits} bits; the format knows 24, 28 and 32")
        size = record_bits // 4
        if node_count < 1 or node_count * size + SEPARATOR > len(buffer):
            raise InvalidInputError(f"it should have {node_count} nodes, for which the file is too short")
        raw = np.frombuffer(buffer, dtype=np.uint8, count=node_count * size).reshape(node_count, size)

        def number(*columns: int) -> Array:
            made = np.zeros(node_count, dtype=np.uint32)
            for column in columns:
                made <<= np.uint32(8)
                made |= raw[:, column]
            return made

        if record_bits == 28:
            left, right = number(0, 1, 2), number(4, 5, 6)
            middle = raw[:, 3].astype(np.uint32)
            left |= (middle >> np.uint32(4)) << np.uint32(24)
            right |= (middle & np.uint32(15)) << np.uint32(24)
        else:
            half = size // 2
            left, right = number(*range(half)), number(*range(half, size))
        if np.frombuffer(buffer[node_count * size : node_count * size + SEPARATOR], dtype=np.uint8).any():
            raise InvalidInputError("there is no gap between its tree and its data")
        return cls(left, right, node_count)

    def ipv4_root(self) -> tuple[int, int]:
        """Where ::/96 leads, and after how many bits."""
        node = 0
        for depth in range(96):
            if node >= self.count:
                return node, depth
            node = int(self.left[node])
        return node, 96

    def leaves(self, bits: int, root: int = 0, without: int | None = None) -> Leaves:
        """The networks below a node that have a record; `without`: a node that is left out wherever it hangs.

        Raises
        ------
        InvalidInputError
            when the tree is deeper than addresses are long, or has more networks than any true one.
        """
        wide = bits == 128
        kind = np.uint64 if wide else np.uint32
        nodes = np.array([root], dtype=np.uint32)
        high: Array = np.zeros(1, dtype=kind)
        low: Array = np.zeros(1, dtype=np.uint64)
        starts, lows, lengths, pointers = [], [], [], []
        merged, found = True, 0
        for depth in range(bits):
            left, right = self.left[nodes], self.right[nodes]
            merged = merged and not bool(((left == right) & (left > self.count)).any())
            in_high = not wide or depth < 64
            bit = kind(1 << ((63 if wide else 31) - depth)) if in_high else np.uint64(1 << (127 - depth))
            next_nodes, next_high, next_low = [], [], []
            for child, one in ((left, False), (right, True)):
                upper = high | bit if one and in_high else high
                lower = low | bit if one and not in_high else low
                leaf, inner = child > self.count, child < self.count
                if without is not None:
                    inner &= child != without
                starts.append(upper[leaf])
                lengths.append(np.full(len(starts[-1]), depth + 1, dtype=np.uint8))
                pointers.append(child[leaf])
                next_nodes.append(child[inner])
                next_high.append(upper[inner])
                if wide:
                    lows.append(lower[leaf])
                    next_low.append(lower[inner])
            found += len(starts[-1]) + len(starts[-2])
            nodes, high = np.concatenate(next_nodes), np.concatenate(next_high)
            low = np.concatenate(next_low) if wide else low
            if found + len(nodes) > MAX_NETWORKS:
                raise InvalidInputError(f"its tree has more than {MAX_NETWORKS} networks, or runs in circles")
            if not len(nodes):
                break
        else:
            raise InvalidInputError(f"its tree is deeper than the {bits} bits of an address")
        start, low_all = np.concatenate(starts), np.concatenate(lows) if wide else None
        if low_all is not None and not low_all.any():
            low_all = None
        order = np.argsort(start, kind="stable") if low_all is None else np.lexsort((low_all, start))
        return Leaves(
            start[order], None if low_all is None else low_all[order], np.concatenate(lengths)[order],
            np.concatenate(pointers)[order], merged,
        )  # fmt: skip
