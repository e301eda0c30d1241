"""Where a request comes from, and what of it a client can make up."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from tipline.core import addresses
from tipline.core.addresses import client_address, neighbourhood, within


def asked(remote: str, forwarded: str = "") -> str:
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **more))


@pytest.mark.parametrize(
    ("remote", "found"),
    [
        ("192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"), ("", ""), ("unix:", ""), ("999.1.1.1", ""),
    ],
)  # fmt: skip
def test_an_address_is_written_in_one_way(remote: str, found: str) -> None:
    assert asked(remote) == found


def test_without_a_proxy_a_client_cannot_say_where_it_is() -> None:
    assert asked("192.0.2.1", "198.51.100.7") == "192.0.2.1"


def test_behind_our_proxy_only_its_own_word_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "config", lambda: SimpleNamespace(https=True))
    assert asked("127.0.0.1", "203.0.113.9, 198.51.100.7") == "198.51.100.7"
    assert asked("127.0.0.1", "198.51.100.7, rubbish") == ""
    assert asked("127.0.0.1") == "127.0.0.1"


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
    assert not within("192.0.2.1", ["2001:db8::/32"])
