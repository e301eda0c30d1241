"""The tree of RFC 6962: the vectors that Certificate Transparency publishes, and what holds of trees of any size."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.trust.audit import merkle

# https://github.com/google/certificate-transparency-go, merkletree tests; the same in transparency-dev/merkle
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf counted from 1, size) -> path
INCLUSION = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (3, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (2, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}  # fmt: skip
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}  # fmt: skip


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def tree_of(leaves: Sequence[bytes]) -> merkle.Hashes:
    return lambda level, index: naive_root(leaves[index << level : (index + 1) << level])


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4)) for number in range(count)]


LEAVES = [merkle.leaf_hash(data) for data in INPUTS]
MANY = leaves_of(300)
ROOTS_OF_MANY = [naive_root(MANY[:size]) for size in range(301)]
_known: dict[tuple[int, int], bytes] = {}


def many(level: int, index: int) -> bytes:
    if (level, index) not in _known:
        _known[level, index] = naive_root(MANY[index << level : (index + 1) << level])
    return _known[level, index]


def test_the_empty_tree() -> None:
    assert merkle.root(tree_of([]), 0).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.Growing().root() == merkle.EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_the_published_vectors(size: int) -> None:
    growing = merkle.Growing()
    for leaf in LEAVES[:size]:
        growing.append(leaf)
    assert growing.root().hex() == ROOTS[size - 1]
    assert merkle.root(tree_of(LEAVES), size).hex() == ROOTS[size - 1]
    assert naive_root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("leaf", "size"), INCLUSION)
def test_the_inclusion_paths_of_the_published_vectors(leaf: int, size: int) -> None:
    path = merkle.inclusion_proof(tree_of(LEAVES), leaf - 1, size)
    assert [value.hex() for value in path] == INCLUSION[leaf, size]
    assert merkle.verify_inclusion(LEAVES[leaf - 1], leaf - 1, size, path, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_consistency_paths_of_the_published_vectors(old: int, new: int) -> None:
    path = merkle.consistency_proof(tree_of(LEAVES), old, new)
    assert [value.hex() for value in path] == CONSISTENCY[old, new]
    old_root, new_root = (bytes.fromhex(ROOTS[size - 1]) for size in (old, new))
    assert merkle.verify_consistency(old, new, old_root, new_root, path)


def test_a_growing_tree_has_the_root_of_every_size() -> None:
    growing = merkle.Growing()
    for size, leaf in enumerate(MANY, 1):
        growing.append(leaf)
        assert growing.root() == ROOTS_OF_MANY[size]
        assert merkle.root(many, size) == ROOTS_OF_MANY[size]


@given(st.data())
def test_inclusion_is_proven_for_every_leaf_of_every_size_and_for_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(many, index, size)
    expected = ROOTS_OF_MANY[size]
    assert merkle.verify_inclusion(MANY[index], index, size, path, expected)
    assert len(path) <= 9
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not merkle.verify_inclusion(MANY[other], index, size, path, expected)
        assert not merkle.verify_inclusion(MANY[index], other, size, path, expected)
    assert not merkle.verify_inclusion(MANY[index], index, size, [*path, MANY[0]], expected)
    if path:
        assert not merkle.verify_inclusion(MANY[index], index, size, path[:-1], expected)
    assert not merkle.verify_inclusion(flipped(MANY[index], data), index, size, path, expected)
    assert not merkle.verify_inclusion(MANY[index], index, size, path, flipped(expected, data))
    if path:
        assert not merkle.verify_inclusion(MANY[index], index, size, one_flipped(path, data), expected)


@given(st.data())
def test_consistency_is_proven_between_any_two_sizes_and_for_no_other_history(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, new))
    path = merkle.consistency_proof(many, old, new)
    roots = ROOTS_OF_MANY[old], ROOTS_OF_MANY[new]
    assert merkle.verify_consistency(old, new, *roots, path)
    assert not merkle.verify_consistency(old, new, flipped(roots[0], data), roots[1], path)
    assert not merkle.verify_consistency(old, new, roots[0], flipped(roots[1], data), path)
    assert not merkle.verify_consistency(old, new, *roots, [*path, MANY[0]])
    if path:
        assert not merkle.verify_consistency(old, new, *roots, one_flipped(path, data))
        assert not merkle.verify_consistency(old, new, *roots, path[:-1])
        # a history in which one old entry is another
        changed = data.draw(st.integers(0, old - 1))
        forged = [*MANY[:changed], merkle.leaf_hash(b"forged"), *MANY[changed + 1 : new]]
        forged_path = merkle.consistency_proof(tree_of(forged), old, new)
        assert not merkle.verify_consistency(old, new, roots[0], naive_root(forged), forged_path)


def flipped(value: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    return (int.from_bytes(value) ^ 1 << bit).to_bytes(len(value))


def one_flipped(path: Sequence[bytes], data: st.DataObject) -> list[bytes]:
    at = data.draw(st.integers(0, len(path) - 1))
    return [flipped(value, data) if number == at else value for number, value in enumerate(path)]


@settings(max_examples=30)
@given(st.integers(-3, 300), st.integers(-3, 300))
def test_what_is_not_in_the_tree_has_no_proof(index: int, size: int) -> None:
    if not 0 <= index < size:
        with pytest.raises(ValueError, match="not in a tree"):
            merkle.inclusion_proof(many, index, size)
        assert not merkle.verify_inclusion(MANY[0], index, size, [], MANY[0])
    if not 0 <= index <= size:
        with pytest.raises(ValueError, match="does not continue"):
            merkle.consistency_proof(many, index, size)
        assert not merkle.verify_consistency(index, size, MANY[0], MANY[0], [])


def test_every_tree_continues_the_empty_one_and_itself() -> None:
    assert merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, ROOTS_OF_MANY[5], [])
    assert not merkle.verify_consistency(0, 5, ROOTS_OF_MANY[1], ROOTS_OF_MANY[5], [])
    assert merkle.verify_consistency(5, 5, ROOTS_OF_MANY[5], ROOTS_OF_MANY[5], [])
    assert not merkle.verify_consistency(5, 5, ROOTS_OF_MANY[5], ROOTS_OF_MANY[4], [])
    assert not merkle.verify_consistency(3, 5, ROOTS_OF_MANY[3], ROOTS_OF_MANY[5], [])
