"""Tables of networks' owners: start, end, AS number, name."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.intervals import NOTHING
from tipline.pipeline.attribution.sources.network_owners import compile_table, looks_like


def owner(text: str, ip: str) -> tuple[str, int, str] | None:
    compiled, _ = compile_table("asn.csv", text)
    number = int(ip_address(ip))
    if ":" in ip:
        cover = compiled.v6
        assert cover is not None
        interval = cover.find(
            np.array([number >> 64], dtype=np.uint64), np.array([number & (2**64 - 1)], dtype=np.uint64)
        )
    else:
        cover = compiled.v4
        assert cover is not None
        interval = cover.find(np.array([number], dtype=np.uint32))
    row = int(compiled.rows_at(cover, interval, None)[0])
    if row == NOTHING:
        return None
    found_by = compiled.found_by(cover, int(interval[0]), row, number)
    return compiled.owners[int(compiled.owner[row])], int(compiled.asn[row]), found_by


@pytest.mark.parametrize(
    "row", ['192.0.2.0,192.0.2.127,64500,"Example, Net"', '3221225984,3221226111,AS64500,"Example, Net"']
)
def test_addresses_in_text_or_as_numbers(row: str) -> None:
    assert looks_like(row + "\n")
    assert owner(row, "192.0.2.127") == ("Example, Net", 64500, "192.0.2.0/25")
    assert owner(row, "192.0.2.128") is None


def test_a_range_that_is_no_network_is_named_by_its_ends() -> None:
    text = "2001:db8::,2001:db8::5,64500,X\n2001:db8::6,2001:db8::ff,64501,Y\n"
    assert owner(text, "2001:db8::5") == ("X", 64500, "2001:db8:: to 2001:db8::5")
    assert owner(text, "2001:db8::6") == ("Y", 64501, "2001:db8::6 to 2001:db8::ff")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("192.0.2.9,192.0.2.0,1,a\n", "line 1, end: 192.0.2.0 does not come after 192.0.2.9"),
        ("192.0.2.0,2001:db8::,1,a\n", "line 1, end"),
        ("192.0.2.0,192.0.2.9,x,a\n", "line 1, AS number: 'x' is not an AS number"),
        ("192.0.2.0,192.0.2.9,1\n", "line 1: a row has 4 columns"),
        ("192.0.2.00,192.0.2.9,1,a\n", "line 1, start: '192.0.2.00' is not an IP address"),
    ],
)
def test_a_wrong_row_is_named(text: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        compile_table("asn.csv", text)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    looks_like(text)
    with suppress(InvalidInputError):
        compile_table("asn.csv", text)


def test_a_name_is_kept_without_what_cannot_be_shown() -> None:
    assert owner("192.0.2.0,192.0.2.255,64500,Ex\u00adample\u202e Net\n", "192.0.2.1") == (
        "Ex ample  Net",
        64500,
        "192.0.2.0/24",
    )


def test_where_two_owners_overlap_neither_is_believed_and_both_lines_are_named() -> None:
    text = "192.0.2.0,192.0.2.9,1,a\n192.0.2.8,192.0.2.15,2,b\n192.0.2.4,192.0.2.5,1,a\n"
    assert [owner(text, f"192.0.2.{n}") for n in (8, 9, 16)] == [None, None, None]
    assert [(owner(text, f"192.0.2.{n}") or ("",))[0] for n in (0, 4, 6, 10)] == ["a", "a", "a", "b"]
    _, remarks = compile_table("asn.csv", text)
    assert remarks == ("asn.csv: the ranges of line 1 and line 2 overlap; there neither is believed",)
