"""Networks cut into intervals say the same as looking through them one by one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.pipeline.attribution.sources.addresses import parse
from tipline.pipeline.attribution.sources.intervals import Network, cover_of, cut, fill

V4 = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32))
V6 = st.tuples(st.integers(0, 2**128 - 1), st.sampled_from([0, 1, 12, 32, 48, 63, 64, 65, 80, 127, 128]))
NEAR_V6 = st.tuples(st.integers(2**64 - 4, 2**64 + 4), st.integers(60, 128))


def networks(drawn: list[tuple[int, int]], bits: int) -> list[Network]:
    return [
        Network(number >> (bits - length) << (bits - length), length, row) for row, (number, length) in enumerate(drawn)
    ]


def by_hand(those: list[Network], address: int, bits: int) -> tuple[int, ...]:
    holding = [n for n in those if n.first <= address <= n.last(bits)]
    return tuple(n.row for n in sorted(holding, key=lambda n: (-n.length, n.row)))


def interesting(those: list[Network], bits: int, extra: list[int]) -> list[int]:
    edges = {e + d for n in those for e in (n.first, n.last(bits)) for d in (-1, 0, 1)} | {0, 2**bits - 1} | set(extra)
    return sorted(e for e in edges if 0 <= e < 2**bits)


@given(st.lists(V4, max_size=12), st.lists(st.integers(0, 2**32 - 1), max_size=5))
def test_ipv4_networks(drawn: list[tuple[int, int]], extra: list[int]) -> None:
    those = networks(drawn, 32)
    starts, rows = cut(those, 32)
    cover = cover_of(starts, range(len(starts)), 32)
    asked = interesting(those, 32, extra)
    found = cover.find(np.array(asked, dtype=np.uint32))
    assert [rows[i] for i in found] == [by_hand(those, a, 32) for a in asked]
    assert all(cover.span(i)[0] <= a <= cover.span(i)[1] for a, i in zip(asked, found.tolist(), strict=True))


@given(st.lists(st.one_of(V6, NEAR_V6), max_size=12), st.lists(st.integers(0, 2**128 - 1), max_size=5))
def test_ipv6_networks(drawn: list[tuple[int, int]], extra: list[int]) -> None:
    those = networks(drawn, 128)
    starts, rows = cut(those, 128)
    cover = cover_of(starts, range(len(starts)), 128)
    asked = interesting(those, 128, extra)
    parsed = parse([f"{IPv6Address(a)}" for a in asked])
    mapped = {i for i, a in enumerate(asked) if a >> 32 == 0xFFFF}
    found = cover.find(parsed.high, parsed.low)
    for position, interval in zip(parsed.v6_at.tolist(), found.tolist(), strict=True):
        assert rows[interval] == by_hand(those, asked[position], 128)
    assert set(parsed.v4_at.tolist()) == mapped


@pytest.mark.parametrize("bits", [32, 128])
@given(data=st.data())
def test_holes_between_networks_are_filled(bits: int, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(V4 if bits == 32 else st.one_of(V6, NEAR_V6), max_size=10))
    disjoint: list[Network] = []
    for network in networks(drawn, bits):
        if all(network.last(bits) < o.first or network.first > o.last(bits) for o in disjoint):
            disjoint.append(network)
    disjoint.sort()
    values = np.arange(1, len(disjoint) + 1, dtype=np.uint32)
    prefix = np.array([n.length for n in disjoint], dtype=np.uint8)
    low = None
    if bits == 32:
        start = np.array([n.first for n in disjoint], dtype=np.uint32)
    else:
        start = np.array([n.first >> 64 for n in disjoint], dtype=np.uint64)
        low = np.array([n.first & (2**64 - 1) for n in disjoint], dtype=np.uint64)
        if not low.any():
            low = None
            if any(n.length > 64 for n in disjoint):
                low = np.zeros(len(disjoint), dtype=np.uint64)
    start, low, prefix, value = fill(start, low, prefix, values, bits)
    firsts = [int(s) if bits == 32 else int(s) << 64 | (0 if low is None else int(low[i])) for i, s in enumerate(start)]
    assert firsts[0] == 0 and firsts == sorted(set(firsts))
    for address in interesting(disjoint, bits, []):
        at = max(i for i, first in enumerate(firsts) if first <= address)
        expected = next((n for n in disjoint if n.first <= address <= n.last(bits)), None)
        assert int(value[at]) == (0 if expected is None else disjoint.index(expected) + 1)


@given(st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=20), st.sampled_from([
    "192.0.2.011", "::ffff:192.0.2.1", "::ffff:c000:201", "fe80::1%eth0", "1.2.3", "", "0x7f.1", "1.2.3.4\n", "1.2.3.4 ", "١.2.3.4",
])), max_size=12))  # fmt: skip
def test_addresses_are_read_as_the_standard_library_reads_them(texts: list[str]) -> None:
    parsed = parse(texts)
    read: dict[int, int] = dict(zip(parsed.v4_at.tolist(), parsed.v4.tolist(), strict=True))
    for at, high, low in zip(parsed.v6_at.tolist(), parsed.high.tolist(), parsed.low.tolist(), strict=True):
        read[at] = high << 64 | low
    for i, text in enumerate(texts):
        try:
            address = ip_address(text)
            if isinstance(address, IPv6Address) and address.scope_id:
                raise ValueError
        except ValueError:
            assert i in parsed.unreadable and i not in read
            continue
        plain: IPv4Address | IPv6Address = address
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            plain = address.ipv4_mapped
        assert read[i] == int(plain) and i not in parsed.unreadable


def test_the_network_of_a_joined_interval_is_the_largest_that_fits() -> None:
    cover = cover_of([0, 10, 17], [-1, 0, -1], 32)
    lengths = {address: cover.length(1, address) for address in range(10, 17)}
    assert lengths == {10: 31, 11: 31, 12: 30, 13: 30, 14: 30, 15: 30, 16: 32}
    assert ip_network("0.0.0.12/30").num_addresses == 4
