"""The Merkle tree of RFC 6962 (Certificate Transparency): roots, inclusion proofs, consistency proofs, and their verification.

Trees are read through `Hashes`, which gives the hash of any complete subtree, so that a proof in a tree of a million leaves
reads a few hundred of them. Verification needs nothing but the hashes in its arguments.
Source: https://www.rfc-editor.org/rfc/rfc6962 section 2.1; verification as in RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

# (level, index) -> hash of the complete subtree over leaves [index * 2**level, (index + 1) * 2**level)
Hashes = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node above two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """The root of a tree that leaves are appended to, in memory logarithmic in their number."""

    def __init__(self) -> None:
        self._stack: list[bytes] = []  # roots of complete subtrees, the largest first
        self.size = 0

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        carry, size = leaf, self.size
        while size & 1:
            carry = node_hash(self._stack.pop(), carry)
            size >>= 1
        self._stack.append(carry)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._stack:
            return EMPTY_ROOT
        found = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            found = node_hash(left, found)
        return found


def _split(size: int) -> int:
    """The largest power of two that is smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _range(hashes: Hashes, start: int, end: int) -> bytes:
    """Root over leaves [start, end), where `start` is a multiple of the subtree's width, as RFC 6962 splits guarantee."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return hashes(level, start >> level)
    k = _split(size)
    return node_hash(_range(hashes, start, start + k), _range(hashes, start + k, end))


def root(hashes: Hashes, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return _range(hashes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """The path that proves that leaf `index` is in the tree of `size` leaves, from the leaf upwards.

    Raises
    ------
    ValueError
        when there is no such leaf in such a tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(hashes, middle, end))
            end = middle
        else:
            path.append(_range(hashes, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(hashes: Hashes, old: int, new: int) -> list[bytes]:
    """The hashes that prove that the tree of `new` leaves begins with the tree of `old`.

    Raises
    ------
    ValueError
        unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not continue one of {old}")
    if old in {0, new}:
        return []
    path: list[bytes] = []
    start, end, known = 0, new, True  # known: the subtree [start, old) is one whose hash the verifier has
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(hashes, middle, end))
            end = middle
        else:
            path.append(_range(hashes, start, middle))
            start, known = middle, False
    if not known:
        path.append(_range(hashes, start, end))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether `path` leads from the leaf's hash to the root `expected` of a tree of `size`."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and found == expected


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the tree of `new` leaves with `new_root` begins with the tree of `old` with `old_root`."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    proof = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not proof:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
