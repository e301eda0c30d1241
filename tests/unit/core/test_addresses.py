"""Addresses as places. Where a request came from: test_clients.py."""

from __future__ import annotations

from tipline.core.addresses import neighbourhood, within


def test_an_office_is_one_place() -> None:
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert neighbourhood("192.0.2.1") == "192.0.2.1"
    assert neighbourhood("rubbish") == ""


def test_networks_hold_addresses_of_their_own_kind() -> None:
    networks = ["192.0.2.0/24", "2001:db8::/32"]
    assert within("192.0.2.255", networks)
    assert within("2001:db8:ffff::1", networks)
    assert not within("198.51.100.1", networks)
    assert not within("", networks)
    assert not within("unknown", networks)
    assert not within("192.0.2.1", ["2001:db8::/32"])
