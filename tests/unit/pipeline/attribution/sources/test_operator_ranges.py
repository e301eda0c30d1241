"""Range tables: what is read, what is refused and named, and which row speaks when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.intervals import NOTHING
from tipline.pipeline.attribution.sources.operator_ranges import compile_table, read
from tipline.pipeline.attribution.sources.times import microseconds

HEAD = "network,country,state,district,owner,flags"


def who(text: str, ip: str, at: datetime) -> str | None:
    """The owner whose row speaks of an address at a time."""
    compiled, _ = compile_table("t.csv", text)
    address = ip_address(ip)
    cover = compiled.v4 if address.version == 4 else compiled.v6
    if cover is None:
        return None
    number = int(address)
    if address.version == 4:
        interval = cover.find(np.array([number], dtype=np.uint32))
    else:
        halves = np.array([[number >> 64, number & (2**64 - 1)]], dtype=np.uint64)
        interval = cover.find(halves[:, 0], halves[:, 1])
    row = int(compiled.rows_at(cover, interval, np.array([microseconds(at)]))[0])
    if row == NOTHING:
        return None
    network = ip_network(compiled.found_by(cover, int(interval[0]), row, number))
    assert address in network
    return compiled.owners[int(compiled.owner[row])]


def test_the_row_that_was_valid_at_the_time_speaks() -> None:
    text = (
        f"{HEAD},valid_from,valid_until,asn\n"
        "192.0.2.0/24,IN,Gujarat,,before,,,2025-12-31,AS64500\n"
        "192.0.2.0/24,IN,Kerala,,after,,2026-01-01,,64501\n"
    )
    newyear = datetime(2026, 1, 1, tzinfo=UTC)
    assert who(text, "192.0.2.1", newyear - timedelta(microseconds=1)) == "before"
    assert who(text, "192.0.2.1", newyear) == "after"


def test_outside_of_its_time_a_precise_row_leaves_the_word_to_the_wider_one() -> None:
    text = f"{HEAD},valid_until\n192.0.2.0/24,IN,,,wide,,\n192.0.2.0/28,IN,,,narrow,,2026-03-01T12:00:00+05:30\n"
    end = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert who(text, "192.0.2.3", end - timedelta(seconds=1)) == "narrow"
    assert who(text, "192.0.2.3", end) == "wide"
    assert who(text, "192.0.2.77", end) == "wide"


def test_further_columns_may_stand_in_any_order() -> None:
    text = f"{HEAD},asn,valid_until,valid_from\n2001:db8::/32,IN,,,x,,AS64500,2026-02-01,2026-01-01\n"
    (row,) = read("t.csv", text)
    assert (row.asn, row.valid_from, row.valid_until) == (
        64500, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("head", "rows", "words"),
    [
        (HEAD + ",valid_from", "192.0.2.0/24,IN,,,x,,2026-01-01T00:00:00", "line 2, valid_from: .* is a time without a zone"),
        (HEAD + ",valid_from", "192.0.2.0/24,IN,,,x,,soon", "line 2, valid_from: 'soon' is neither a day"),
        (HEAD + ",valid_from,valid_until", "192.0.2.0/24,IN,,,x,,2026-02-01,2026-01-01", "line 2, valid_until: 2026-01-01 is not after"),
        (HEAD + ",asn", "192.0.2.0/24,IN,,,x,,AS4294967296", "line 2, asn: 'AS4294967296' is not an AS number"),
        (HEAD + ",asn,asn", "192.0.2.0/24,IN,,,x,,1,1", "line 1: the columns must be"),
        (HEAD + ",colour", "192.0.2.0/24,IN,,,x,,1", "line 1: the columns must be"),
        (HEAD, "10.1.0.0/16,IN,,,x,", "line 2, network: 10.1.0.0/16 is in 10.0.0.0/8: a private address"),
        (HEAD, "100.64.0.0/12,IN,,,x,cgnat", "line 2, network: .*RFC 6598"),
        (HEAD, "2002:c000:200::/40,IN,,,x,", "line 2, network: .*6to4"),
        (HEAD, "192.0.2.0,IN,,,x,", "line 2, network: '192.0.2.0' has no length"),
        (HEAD, "192.0.02.0/24,IN,,,x,", "line 2, network"),
        (HEAD, "192.0.2.0/24,IN,,,a\x07b,", "line 2, owner: holds characters"),
        (HEAD, '192.0.2.0/24,IN,,,"x,', "not CSV"),
        (HEAD + ",valid_from,valid_until",
         "192.0.2.0/24,IN,Kerala,,x,,,2026-01-31\n192.0.2.0/24,IN,Gujarat,,x,,2026-01-31,",
         "line 3: 192.0.2.0/24 stands at line 2 already for a time that both cover, as Kerala, IN; here it is Gujarat, IN"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named(head: str, rows: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read("t.csv", f"{head}\n{rows}\n")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_its_line(text: str) -> None:
    for body in (text, f"{HEAD}\n{text}", f"{HEAD},valid_from,valid_until,asn\n192.0.2.0/24,IN,{text}"):
        fault = ""
        try:
            compile_table("t.csv", body)
        except InvalidInputError as error:
            fault = str(error)
        assert not fault or fault.startswith("t.csv line ")


DAYS = st.one_of(st.none(), st.dates(datetime(2025, 1, 1).date(), datetime(2025, 1, 12).date()))
ROWS = st.lists(st.tuples(st.integers(0, 15), st.integers(26, 32), DAYS, DAYS), min_size=1, max_size=8)


@given(ROWS, st.integers(0, 63), st.datetimes(datetime(2024, 12, 31), datetime(2025, 1, 14)))
def test_the_most_precise_row_of_the_time_speaks_as_by_hand(
    drawn: list[tuple[int, int, object, object]], host: int, naive: datetime
) -> None:
    at = naive.replace(tzinfo=UTC)
    lines = [
        f"{ip_network(f'192.0.2.{number * 4}/{length}', strict=False)},IN,,,row{i},,{start or ''},{end or ''}"
        for i, (number, length, start, end) in enumerate(drawn)
    ]
    text = f"{HEAD},valid_from,valid_until\n" + "\n".join(lines) + "\n"
    try:
        rows = read("t.csv", text)
    except InvalidInputError:
        return
    ip = ip_address(f"192.0.2.{host}")
    holding = [
        r for r in rows
        if ip in r.network and (r.valid_from is None or r.valid_from <= at) and (r.valid_until is None or at < r.valid_until)
    ]  # fmt: skip
    best = max(holding, key=lambda r: r.network.prefixlen, default=None)
    assert who(text, str(ip), at) == (best.owner if best else None)
