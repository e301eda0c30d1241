"""Special addresses are named as what they are, whatever lies inside of them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.pipeline.attribution.sources import special_ranges
from tipline.pipeline.attribution.sources.addresses import parse
from tipline.pipeline.attribution.sources.intervals import NOTHING


def said(ip: str) -> tuple[str, str, str] | None:
    """Flag, words and network of an address."""
    speaker, parsed = special_ranges.speaker(), parse([ip])
    cover = speaker.compiled.v4 if len(parsed.v4) else speaker.compiled.v6
    assert cover is not None
    interval = cover.find(parsed.v4) if len(parsed.v4) else cover.find(parsed.high, parsed.low)
    row = int(speaker.compiled.rows_at(cover, interval, None)[0])
    if row == NOTHING:
        return None
    number, bits = special_ranges.number(ip)
    claim = speaker.claims[speaker.compiled.claim[row]]
    network = speaker.compiled.found_by(cover, int(interval[0]), row, number)
    assert (claim.country, claim.sureness) == ("", 0.0)
    return claim.flags[0], claim.how, special_ranges.found_by(network, number, bits)


@pytest.mark.parametrize(
    ("ip", "flag", "rfc", "network"),
    [
        ("10.1.2.3", "private", "RFC 1918", "10.0.0.0/8"),
        ("172.31.0.1", "private", "RFC 1918", "172.16.0.0/12"),
        ("192.168.1.1", "private", "RFC 1918", "192.168.0.0/16"),
        ("127.0.0.1", "loopback", "RFC 1122", "127.0.0.0/8"),
        ("169.254.1.1", "link-local", "RFC 3927", "169.254.0.0/16"),
        ("100.64.0.1", "cgnat", "RFC 6598", "100.64.0.0/10"),
        ("192.0.2.1", "documentation", "RFC 5737", "192.0.2.0/24"),
        ("224.0.0.1", "multicast", "RFC 5771", "224.0.0.0/4"),
        ("255.255.255.255", "broadcast", "RFC 919", "255.255.255.255/32"),
        ("250.1.1.1", "reserved", "RFC 1112", "240.0.0.0/4"),
        ("198.19.0.1", "benchmarking", "RFC 2544", "198.18.0.0/15"),
        ("::1", "loopback", "RFC 4291", "::1/128"),
        ("fe80::1", "link-local", "RFC 4291", "fe80::/10"),
        ("fd00::1", "private", "RFC 4193", "fc00::/7"),
        ("ff02::1", "multicast", "RFC 4291", "ff00::/8"),
        ("2001:db8::1", "documentation", "RFC 3849", "2001:db8::/32"),
        ("3fff::1", "documentation", "RFC 9637", "3fff::/20"),
        ("2001:20::1", "orchid", "RFC 7343", "2001:20::/28"),
        ("2002:c000:201::1", "6to4", "RFC 3056", "2002::/16, with 192.0.2.1 embedded"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "teredo", "RFC 4380", "2001::/32, with 192.0.2.45 embedded"),
        ("64:ff9b::c000:221", "nat64", "RFC 6052", "64:ff9b::/96, with 192.0.2.33 embedded"),
        ("::ffff:10.0.0.1", "private", "RFC 1918", "10.0.0.0/8"),
    ],
)
def test_what_it_is(ip: str, flag: str, rfc: str, network: str) -> None:
    found = said(ip)
    assert found is not None
    assert (found[0], found[2]) == (flag, network)
    assert found[1].endswith(f"({rfc})")


@given(st.ip_addresses())
def test_what_the_standard_library_knows_as_special_is_special(address: object) -> None:
    ip = ip_address(str(address))
    plain = getattr(ip, "ipv4_mapped", None) or ip
    if plain.is_multicast or plain.is_loopback or plain.is_link_local or plain.is_unspecified:
        assert said(str(ip)) is not None


@pytest.mark.parametrize("ip", ["1.1.1.1", "8.8.8.8", "2400::1", "2a00::1"])
def test_what_is_not_special_is_left_to_the_others(ip: str) -> None:
    assert said(ip) is None


def test_every_block_is_written_once_and_as_it_is_found() -> None:
    networks = [ip_network(special.network) for special in special_ranges.registry().range]
    assert len(set(networks)) == len(networks)
    for network in networks:
        if str(network) != "::ffff:0:0/96":
            assert said(str(network[0])) is not None
