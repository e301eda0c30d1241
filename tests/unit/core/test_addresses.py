"""Addresses as places. Where a request came from: test_clients.py."""

from __future__ import annotations

import pytest

from tipline.core.addresses import neighbourhood, read_networks, within
from tipline.core.errors import InvalidInputError


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


def test_networks_are_read_into_their_usual_form() -> None:
    given = [" 192.0.2.0/24 ", "198.51.100.7", "2001:DB8::/32", "192.0.2.0/24"]
    assert read_networks(given, 50) == ["192.0.2.0/24", "198.51.100.7/32", "2001:db8::/32"]
    assert read_networks([], 50) == []


@pytest.mark.parametrize(
    "text", ["", "192.0.2.1/24", "192.0.2.0/33", "pictogram.example", "::ffff:192.0.2.0/120", "\u0661"]
)
def test_what_is_no_network_is_named(text: str) -> None:
    with pytest.raises(InvalidInputError, match="networks: "):
        read_networks(["192.0.2.0/24", text], 50)


def test_there_is_a_most() -> None:
    with pytest.raises(InvalidInputError, match="at most 2"):
        read_networks(["192.0.2.0/30", "192.0.2.4/30", "192.0.2.8/30"], 2)
