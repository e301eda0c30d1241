"""The index of PDQ values finds everything within 31 bits, nothing else, and notices when a file is not whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.pipeline.matching.index import plan as planning
from tipline.pipeline.matching.index.plan import BITS, RADIUS, SMALLEST, keys, masks, plan
from tipline.pipeline.matching.index.segment import DamagedError, Segment, Words, linear, words, write

COUNT = SMALLEST + 1000
FIRST = 501


def flipped(row: Words, bits: list[int]) -> Words:
    found = row.copy()
    for bit in bits:
        found[bit // 64] ^= np.uint64(1 << (63 - bit % 64))
    return found


def brute(hashes: Words, queries: Words, radius: int = RADIUS) -> set[tuple[int, int, int]]:
    found = set()
    for place, query in enumerate(queries):
        distance = np.bitwise_count(hashes ^ query).sum(axis=1)
        found |= {(place, int(row) + FIRST, int(distance[row])) for row in np.flatnonzero(distance <= radius)}
    return found


@pytest.fixture(scope="module", params=["sixteen parts", "twelve parts"])
def known(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Words, Segment]:
    hashes = np.random.default_rng(7).integers(0, 2**64, (COUNT, 4), dtype=np.uint64)
    path = tmp_path_factory.mktemp("index") / "pdq-1-2.idx"
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "twelve parts":
            patched.setattr(planning, "MANY", SMALLEST)
        write(path, FIRST, hashes)
        return hashes, Segment(path)


@given(st.integers(SMALLEST, 100_000_000))
def test_no_hash_within_the_radius_can_differ_in_every_part(count: int) -> None:
    parts = plan(count)
    assert sum(part.width for part in parts) == BITS
    assert [part.start for part in parts[1:]] == [part.start + part.width for part in parts[:-1]]
    assert all(0 < part.key <= part.width for part in parts)
    assert sum(part.radius + 1 for part in parts) > RADIUS


@pytest.mark.parametrize("count", [SMALLEST, 5_000_000])
def test_keys_are_the_bits_of_their_part(count: int) -> None:
    value = bytes(range(3, 35))
    text = f"{int.from_bytes(value):0256b}"
    for part in plan(count):
        assert int(keys(words(value), part)[0]) == int(text[part.start : part.start + part.key], 2)
        made = masks(part)
        assert len(set(made.tolist())) == len(made)
        assert max(int(one).bit_count() for one in made) == part.radius


@settings(max_examples=60)
@given(st.integers(0, COUNT - 1), st.lists(st.integers(0, BITS - 1), max_size=40, unique=True))
def test_what_is_planted_anywhere_is_found(known: tuple[Words, Segment], row: int, bits: list[int]) -> None:
    hashes, segment = known
    query = flipped(hashes[row], bits)[None]
    hits = segment.search(query, 100)
    found = set(zip(hits.which.tolist(), hits.position.tolist(), hits.distance.tolist(), strict=True))
    assert found == brute(hashes, query)
    assert ((0, row + FIRST, len(bits)) in found) == (len(bits) <= RADIUS)


def test_the_worst_spreads_are_found_and_one_bit_more_is_not(known: tuple[Words, Segment]) -> None:
    hashes, segment = known
    queries, expected = [], []
    for part in segment.parts:  # all that differs in one part, the rest spread
        inside = list(range(part.start, part.start + part.width))
        outside = [bit for bit in range(BITS) if bit not in inside]
        queries.append(flipped(hashes[3], inside + outside[:: len(outside) // RADIUS][: RADIUS - len(inside)]))
        expected.append(RADIUS)
    # as many in each part as it takes to be missed there, but in one
    spread = [part.start + n for part in segment.parts for n in range(part.radius + 1)]
    assert len(spread) > RADIUS
    for left in spread:
        queries.append(flipped(hashes[3], [bit for bit in spread if bit != left]))
        expected.append(len(spread) - 1)
    queries.append(flipped(hashes[3], spread))
    expected.append(len(spread))
    hits = segment.search(np.array(queries), 5)
    found = {which: distance for which, position, distance in zip(hits.which.tolist(), hits.position.tolist(), hits.distance.tolist(), strict=True) if position == 3 + FIRST}  # fmt: skip
    assert found == {place: distance for place, distance in enumerate(expected) if distance <= RADIUS}


def test_many_near_one_are_cut_to_the_nearest_and_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    one = rng.integers(0, 2**64, 4, dtype=np.uint64)
    hashes = np.array([flipped(one, rng.choice(BITS, n % 30 + 1, replace=False).tolist()) for n in range(SMALLEST)])
    write(tmp_path / "a.idx", FIRST, hashes)
    segment = Segment(tmp_path / "a.idx")
    queries = np.array([one, ~one])
    hits = segment.search(queries, 50)
    assert hits.more.tolist() == [True, False]
    assert len(hits.which) == 50
    best = sorted((distance, position) for _, position, distance in brute(hashes, queries[:1]))[:50]
    assert sorted(zip(hits.distance.tolist(), hits.position.tolist(), strict=True)) == best
    same = linear(hashes, FIRST, queries, 50)
    assert same.position.tolist() == hits.position.tolist()


def test_nothing_is_asked_and_nothing_is_there(tmp_path: Path) -> None:
    write(tmp_path / "a.idx", 1, np.zeros((0, 4), dtype=np.uint64))
    empty = Segment(tmp_path / "a.idx")
    assert empty.search(words(b"a" * 64), 5).which.tolist() == []
    assert empty.search(words(b""), 5).more.tolist() == []


def _spoilt(path: Path, how: str) -> None:
    body = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(body[:-64])
    elif how == "a bit":
        body[len(body) // 2] ^= 1
        path.write_bytes(body)
    elif how == "header":
        body[20] ^= 0xFF
        path.write_bytes(body)
    elif how == "other":
        path.write_bytes(b"something else" * 1000)
    elif how == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()


@pytest.mark.parametrize("how", ["cut", "a bit", "header", "other", "empty", "gone"])
def test_a_file_that_is_not_whole_is_noticed(tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.idx"
    write(path, 1, np.random.default_rng(1).integers(0, 2**64, (SMALLEST, 4), dtype=np.uint64))
    assert Segment(path).count == SMALLEST
    assert [one.name for one in tmp_path.iterdir()] == ["a.idx"]
    _spoilt(path, how)
    with pytest.raises(DamagedError):
        Segment(path)
