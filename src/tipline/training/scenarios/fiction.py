"""Finds what is not fictional: domains, addresses, numbers and wallets that somebody may have. Nothing is looked up anywhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_FICTIONAL_ENDINGS = (".example", ".test", ".invalid", ".localhost")
# second-level names that RFC 2606 keeps for examples
_FICTIONAL_DOMAINS = (".example.com", ".example.net", ".example.org")
_RESERVED = tuple(
    map(
        ip_network,
        (
            "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  # RFC 5737
            "2001:db8::/32",  # RFC 3849
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
        ),
    )
)  # fmt: skip
# Where a name stands without a scheme only these endings tell it from a file's name or an abbreviation.
_ENDINGS = (
    "com|net|org|info|biz|name|pro|mobi|app|dev|io|co|ai|me|tv|cc|in|uk|us|eu|de|fr|nl|ru|cn|jp|kr|sg|ae|pk|bd|np|lk|gov|edu|mil|int|"
    "xyz|top|online|site|shop|store|club|live|vip|icu|onion|bit|eth|bank|pay|loan|click|link|cloud|tech|space|website|fun"
)
_HOST = r"[\w-]+(?:\.[\w-]+)+"
_URL_HOST = re.compile(rf"\b[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?({_HOST})", re.IGNORECASE)
_MAIL_HOST = re.compile(rf"@({_HOST})")
_BARE_HOST = re.compile(rf"(?<![\w@/.-])((?:[\w-]+\.)+(?:{_ENDINGS}))(?![\w-])(?!\.\w)", re.IGNORECASE)
_V4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)")
_V6 = re.compile(r"(?<![\w:.])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*(?![\w:])", re.IGNORECASE)
_INDIAN_MOBILE = re.compile(r"(?<![\w.+-])(?:(?:\+|00)91[\s-]?|0)?[6-9]\d{4}[\s-]?\d{5}(?![\w.]*\d)")
_FOREIGN = re.compile(r"(?<![\w+])\+(?!91)[1-9]\d{0,2}[\s-]?\d[\d\s-]{6,13}\d(?!\w)")
_FICTION_NUMBERS = re.compile(r"\+(?:1\d{3}55501\d\d|44(?:20794690|1632960)\d{3}|447700900\d{3}|999\d+|888\d+)")
_CARD = re.compile(r"(?<![\w.-])(?:\d[ -]?){15}\d(?![\w.-])")
_BASE58 = re.compile(r"(?<!\w)[13][1-9A-HJ-NP-Za-km-z]{25,34}(?!\w)")
_BECH32 = re.compile(r"(?<!\w)(bc|tb)1([02-9ac-hj-np-z]{11,87})(?!\w)")


def not_fictional(text: str, *, official: bool = False) -> Iterator[str]:
    """Everything in the text that might be somebody's.

    Parameters
    ----------
    official
        the text may name portals of the state (`.gov.in`, `.nic.in`): debriefs and explanations send officers there.
    """
    for look in (_domains, _addresses, _telephones, _cards, _wallets):
        for found in look(text):
            if not (official and found.lower().endswith((".gov.in", ".nic.in"))):
                yield found


def _domains(text: str) -> Iterator[str]:
    seen: dict[str, None] = {}
    for pattern in (_URL_HOST, _MAIL_HOST, _BARE_HOST):
        seen.update((found[1].strip("."), None) for found in pattern.finditer(text))
    for host in seen:
        name = "." + host.lower()
        if name.endswith((*_FICTIONAL_ENDINGS, *_FICTIONAL_DOMAINS)):
            continue
        if not name.rpartition(".")[2].isdigit():  # an address: looked at as one
            yield host


def _addresses(text: str) -> Iterator[str]:
    for found in (*_V4.finditer(text), *_V6.finditer(text)):
        written = found[0]
        if "::" not in written and "." not in written and not re.search(r"[0-9a-fA-F]{3}", written):
            continue  # a fingerprint or a time, in pairs
        try:
            address: IPv4Address | IPv6Address = ip_address(written)
        except ValueError:
            continue
        if not any(address.version == net.version and address in net for net in _RESERVED) and int(address):
            yield written


def _telephones(text: str) -> Iterator[str]:
    """Mobile numbers of India begin with 6 to 9; of other countries only what their plans keep for fiction."""
    for found in _INDIAN_MOBILE.finditer(text):
        yield found[0]
    for found in _FOREIGN.finditer(text):
        if not _FICTION_NUMBERS.fullmatch(re.sub(r"[\s-]", "", found[0])):
            yield found[0]


def _cards(text: str) -> Iterator[str]:
    for found in _CARD.finditer(text):
        digits = [int(c) for c in found[0] if c.isdigit()]
        doubled = (sum(divmod(2 * digit, 10)) if at % 2 == 0 else digit for at, digit in enumerate(digits))
        if digits[0] in {3, 4, 5, 6} and sum(doubled) % 10 == 0:
            yield found[0]


def _wallets(text: str) -> Iterator[str]:
    """Addresses whose checksum holds: a chain would take them."""
    for found in _BASE58.finditer(text):
        if _base58_holds(found[0]):
            yield found[0]
    for found in _BECH32.finditer(text):
        if _bech32_holds(found[1], found[2]):
            yield found[0]


_B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_B32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _base58_holds(text: str) -> bool:
    number = 0
    for character in text:
        number = number * 58 + _B58.index(character)
    if number >> 200:
        return False
    raw = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def _bech32_holds(human: str, data: str) -> bool:
    """BIP 173 and BIP 350."""
    values = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human] + [_B32.index(c) for c in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if (top >> bit) & 1 else 0
    return check in {1, 0x2BC830A3}
