"""The index against a database: files are made again when they are not right, grow with what comes, and are never another database's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from tipline.pipeline.matching.index import store
from tipline.pipeline.matching.index.plan import SMALLEST
from tipline.pipeline.matching.index.segment import words

pytestmark = pytest.mark.django_db
MANY = 2 * SMALLEST


def fill(first: int, count: int, seed: int = 1) -> list[bytes]:
    """Values at consecutive positions, straight into the table."""
    made = np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)
    values = [row.tobytes() for row in made]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matching_hashvalue (algorithm, value, fault, position, first_seen_at)"
            " SELECT 'pdq', v, '', %s + n - 1, now() FROM unnest(%s::bytea[]) WITH ORDINALITY AS u (v, n)",
            [first, values],
        )
    return values


def near(value: bytes, bits: int) -> bytes:
    return (int.from_bytes(value) ^ ((1 << bits) - 1)).to_bytes(32)


def positions(index: store.Index, *values: bytes) -> list[tuple[int, int, int]]:
    hits = index.search(values, 10)
    return list(zip(hits.which.tolist(), hits.position.tolist(), hits.distance.tolist(), strict=True))


def test_few_values_need_no_file(tmp_path: Path) -> None:
    values = fill(1, 300)
    index = store.Index(tmp_path / "m")
    index.refresh()
    assert positions(index, near(values[299], 31), near(values[0], 32), values[7]) == [(0, 300, 31), (2, 8, 0)]
    assert (index.maintain(), index.tail, list(tmp_path.glob("m/*.idx"))) == (False, 300, [])


def test_files_grow_with_what_comes_and_old_ones_go(tmp_path: Path) -> None:
    values = fill(1, MANY)
    index, other = store.Index(tmp_path), store.Index(tmp_path)
    assert index.maintain()
    other.refresh()
    values += fill(MANY + 1, 10, seed=2)
    for one in (index, other):
        one.refresh()
        assert (len(one), one.tail) == (MANY + 10, 10)
    assert not index.maintain()
    values += fill(MANY + 11, SMALLEST, seed=3)
    assert index.maintain()
    assert [path.name for path in tmp_path.glob("*.idx")] == [f"pdq-{1:012}-{len(values):012}.idx"]
    # who has the old file open goes on, and takes the new one at the next look
    asked = [near(values[place], 20) for place in (0, MANY - 1, MANY + 5, len(values) - 1)]
    expected = [(n, place + 1, 20) for n, place in enumerate((0, MANY - 1, MANY + 5, len(values) - 1))]
    other.refresh()
    assert positions(index, *asked) == positions(other, *asked) == expected
    assert (index.tail, other.tail) == (0, 0)


@pytest.mark.parametrize("how", ["cut", "a bit", "gone", "name"])
def test_a_file_that_is_not_right_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(store, "_TOO_LONG", SMALLEST)
    values = fill(1, MANY)
    store.Index(tmp_path).maintain()
    (path,) = tmp_path.glob("*.idx")
    body = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(body[: len(body) // 2])
    elif how == "a bit":
        body[-100] ^= 4
        path.write_bytes(body)
    elif how == "gone":
        path.unlink()
    else:
        path.rename(tmp_path / f"pdq-{1:012}-{MANY + 5:012}.idx")
    (tmp_path / "pdq-left.1.new").write_bytes(b"of one that was killed")
    index = store.Index(tmp_path)
    assert bool(index.check()) == (how in {"cut", "a bit"})
    index.refresh()
    assert positions(index, near(values[MANY - 1], 31)) == [(0, MANY, 31)]
    assert [one.name for one in tmp_path.iterdir() if one.name != ".lock"] == [f"pdq-{1:012}-{MANY:012}.idx"]
    assert index.check() == []


def test_a_database_that_was_restored_is_not_searched_in_the_files_of_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_TOO_LONG", SMALLEST)
    old = fill(1, MANY)
    index = store.Index(tmp_path)
    index.maintain()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_hashvalue")
    new = fill(1, MANY, seed=5)
    assert index.check()
    index.refresh()
    assert positions(index, old[0], new[0], near(new[MANY - 1], 3)) == [(1, 1, 0), (2, MANY, 3)]


def test_a_value_that_was_destroyed_leaves_its_place_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = fill(1, MANY)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_hashvalue WHERE position IN (1, 5000)")
    index = store.Index(tmp_path)
    assert index.maintain()
    assert positions(index, values[0], values[4998], values[4999], values[5000]) == [(1, 4999, 0), (3, 5001, 0)]
    assert np.array_equal(store._read(4999, 5001)[1], words(bytes(32))[0])


def test_what_is_to_be_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "folder", lambda: tmp_path)
    fill(1, MANY)
    with store.opened() as index:
        index.maintain()
    fill(MANY + 1, 7, seed=2)
    told = store.state()
    assert told.pop("bytes") > 32 * MANY
    assert told == {"files": 1, "values": MANY + 7, "tail": 7, "unsettled": 0}
