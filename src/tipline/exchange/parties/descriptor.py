"""The descriptor of an installation: a closed JSON document that peers exchange, signed by the key in use.

A descriptor proves nothing by itself: it may come by any way. What makes it believed is its fingerprint, which two people read to each
other by telephone. Later ones are believed by the endorsements that lead from a key compared once to the key in use.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tipline.core.errors import InvalidInputError
from tipline.core.keys import ListedKey, SigningKey, VerifyingKey, read_verifying_key

FORMAT = "tipline-peer/1"
LARGEST_BYTES = 1_000_000
WIRE_VERSIONS = (1,)
MOST_KEYS = 500

Line = Annotated[str, StringConstraints(max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DescribedKey(_Part):
    """A line of the list of signing keys (`core.keys.ListedKey`)."""

    name: Line
    key: Line
    valid_from: Line
    valid_until: Line = ""
    endorsement: Line = ""


class Desk(_Part):
    """An agency that works in the installation."""

    code: Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
    name: Line
    kind: Line


class Descriptor(_Part):
    """What an installation says of itself. `url` may be empty: then only sticks go there."""

    format: Literal["tipline-peer/1"] = "tipline-peer/1"
    name: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    url: Line = ""
    keys: tuple[DescribedKey, ...] = Field(min_length=1, max_length=MOST_KEYS)
    age_recipient: Annotated[str, StringConstraints(max_length=100)] = ""
    agencies: tuple[Desk, ...] = Field(default=(), max_length=50_000)
    versions: tuple[int, ...] = Field(default=WIRE_VERSIONS, min_length=1, max_length=20)
    made_at: AwareDatetime
    signature: Annotated[str, StringConstraints(max_length=120)] = ""

    @property
    def signed_bytes(self) -> bytes:
        """What is signed: all but the signature, in canonical form (RFC 8785)."""
        return rfc8785.dumps(self.model_dump(mode="json", exclude={"signature"}))

    @property
    def current(self) -> VerifyingKey:
        """The key in use."""
        return read_verifying_key(self.keys[-1].key)


def sign(descriptor: Descriptor, key: SigningKey) -> Descriptor:
    """The same, signed."""
    return descriptor.model_copy(
        update={"signature": base64.b64encode(key.sign(descriptor.signed_bytes)).decode("ascii")}
    )


def fingerprint(name: str, keys: Iterable[str]) -> str:
    """What two people compare: SHA-256 over the name and the key in use (the last), 64 hex digits."""
    last = list(keys)[-1]
    return hashlib.sha256(f"tipline peer\n{name}\n{last}\n".encode()).hexdigest()


def spoken(fingerprint_hex: str) -> str:
    """A fingerprint to be read aloud: ten groups of four digits, 160 bits."""
    return " ".join(fingerprint_hex[at : at + 4] for at in range(0, 40, 4))


def read_descriptor(raw: bytes) -> Descriptor:
    """Read and check one: closed form, an address that may be called, keys that are keys, and the signature of the one in use.

    Raises
    ------
    InvalidInputError
        saying what is wrong with it.
    """
    if len(raw) > LARGEST_BYTES:
        raise InvalidInputError(f"a descriptor has at most {LARGEST_BYTES} bytes; this has {len(raw)}")
    try:
        found = Descriptor.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InvalidInputError(f"this is no descriptor of an installation: {where}: {first['msg'][:200]}") from error
    if found.url:
        check_url(found.url)
    if found.age_recipient:
        _check_recipient(found.age_recipient)
    for line in found.keys:
        check_key(line)
    if not verified(found.current, found.signature, found.signed_bytes):
        raise InvalidInputError(f"the descriptor of {found.name} is not signed by its key in use: it was altered")
    return found


def check_url(url: str) -> None:
    """Whether an address may be a peer's: https, or http on this very machine; a host, no user, no query.

    Raises
    ------
    InvalidInputError
        saying which of them it is not.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidInputError(f"{url[:100]!r} is no address") from error
    if "@" in parts.netloc or parts.query or parts.fragment or not url.isascii() or any(c.isspace() for c in url):
        raise InvalidInputError(
            f"the address {url[:100]!r} has a user, a query or a fragment: give scheme, host and path"
        )
    if not host or parts.scheme not in {"https", "http"}:
        raise InvalidInputError(f"{url[:100]!r} is no https:// address")
    if parts.scheme == "http" and not loopback(host):
        raise InvalidInputError(f"{url[:100]!r} must be https:// (http:// only on this machine)")


def loopback(host: str) -> bool:
    """Whether a host is this machine, by an address that no name server decides on."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_key(line: DescribedKey) -> None:
    """Whether a line of the list can be read.

    Raises
    ------
    InvalidInputError
        when its key or one of its times cannot.
    """
    read_verifying_key(line.key)
    for text in filter(None, (line.valid_from, line.valid_until)):
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise InvalidInputError(f"the key {line.name[:60]!r} has {text[:40]!r} for a time") from error
        if at.tzinfo is None:
            raise InvalidInputError(f"the key {line.name[:60]!r} has a time without a zone")


def _check_recipient(text: str) -> None:
    import pyrage

    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise InvalidInputError("the age recipient of the descriptor is none: age1 and 58 characters") from error


def endorsed_by(line: DescribedKey, before: VerifyingKey) -> bool:
    """Whether the key before vouched for this one (`core.keys`)."""
    listed = ListedKey(line.name, line.key, line.valid_from, line.valid_until, line.endorsement)
    return verified(before, line.endorsement, listed.endorsed_text)


def verified(key: VerifyingKey, signature: str, message: bytes) -> bool:
    """Whether a signature (base64) is this key's over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True
