"""Whose address a request is counted for, whatever it says about itself."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core import clients
from tipline.core.clients import client_address
from tipline.core.config import load_config
from tipline.core.errors import ConfigurationError


def address(monkeypatch: pytest.MonkeyPatch, trusted: str, peer: str, forwarded: str | None = None) -> str:
    settings = load_config({"TIPLINE_TRUSTED_PROXIES": trusted})
    monkeypatch.setattr(clients, "config", lambda: settings)
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": peer} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})
    return client_address(request)


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "expected"),
    [
        ("", "192.0.2.1", None, "192.0.2.1"),
        ("", "192.0.2.1", "198.51.100.7", "192.0.2.1"),  # nobody is believed
        ("0", "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("1", "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        ("1", "192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the left one is the client's own word
        ("2", "192.0.2.1", "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        ("2", "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        ("1", "192.0.2.1", None, "192.0.2.1"),
        ("1", "192.0.2.1", "not an address", "192.0.2.1"),
        ("192.0.2.0/24", "192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("192.0.2.0/24,198.51.100.7", "192.0.2.1", "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        ("192.0.2.0/24", "203.0.113.5", "198.51.100.7", "203.0.113.5"),  # past the proxy
        ("192.0.2.0/24", "::ffff:192.0.2.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8::/32", "2001:db8::1", "198.51.100.7", "198.51.100.7"),
        ("", "", None, "unknown"),
        ("", "unix:", "198.51.100.7", "unknown"),
        ("", "2001:DB8::1", None, "2001:db8::1"),
        ("", "fe80::1%eth0", None, "fe80::1"),
    ],
)
def test_forwarded_addresses_are_believed_from_trusted_proxies_only(
    monkeypatch: pytest.MonkeyPatch, trusted: str, peer: str, forwarded: str | None, expected: str
) -> None:
    assert address(monkeypatch, trusted, peer, forwarded) == expected


@given(st.text(max_size=60))
def test_what_a_client_writes_never_becomes_its_address_with_one_proxy_in_front(written: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert address(monkeypatch, "1", "192.0.2.1", f"{written},198.51.100.7") == "198.51.100.7"


@pytest.mark.parametrize("value", ["proxy.example", "192.0.2.1/8", "10", "-1", "1,2"])
def test_what_is_no_network_and_no_number_of_proxies_stops_the_start(value: str) -> None:
    with pytest.raises(ConfigurationError, match="TIPLINE_TRUSTED_PROXIES"):
        load_config({"TIPLINE_TRUSTED_PROXIES": value})


def test_who_says_that_a_tls_proxy_stands_in_front_believes_one() -> None:
    assert load_config({"TIPLINE_HTTPS": "1"}).trusted_proxies == 1
    assert load_config({"TIPLINE_HTTPS": "1", "TIPLINE_TRUSTED_PROXIES": "0"}).trusted_proxies == 0
    assert not load_config({}).trusted_proxies
