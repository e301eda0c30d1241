"""Signing keys of this installation: Ed25519, made at first use, listed with their validity, replaced by command.

A private key is a file of its own under `secrets/signing/`, 0600; the list of public keys stands beside them and is what gets
published. A retired key stays listed, since what it signed stays signed; it vouches for the next one, and its private side is
destroyed, so that nobody signs in its name later. Machines that share one database share `secrets/`.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConfigurationError, InvalidInputError
from tipline.core.files import ensure_private_dir, write_private

_ED25519 = b"\x01"  # algorithm byte of C2SP signed-note
_LIST = "keys.json"


@dataclass(frozen=True)
class VerifyingKey:
    """A public key: its name, and 32 bytes."""

    name: str
    raw: bytes

    @property
    def key_hash(self) -> bytes:
        """Four bytes that tell keys of one name apart (C2SP signed-note)."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        """The form of C2SP signed-note: NAME+HASH+KEY."""
        return f"{self.name}+{self.key_hash.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"


def read_verifying_key(text: str) -> VerifyingKey:
    """Read NAME+HASH+KEY.

    Raises
    ------
    InvalidInputError
        when it is none, or its hash is another key's.
    """
    parts = text.strip().split("+", 2)
    try:
        name, key_hash, blob = parts
        content = base64.b64decode(blob, validate=True)
        key = VerifyingKey(name, content[1:])
        if content[:1] != _ED25519 or len(key.raw) != 32 or key.key_hash.hex() != key_hash:
            raise ValueError("hash")
    except ValueError as error:
        raise InvalidInputError("a verifying key is written NAME+HASH+KEY, as `tipline keys list` prints it") from error
    return key


class SigningKey:
    """A private key with its public side."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._name = name

    @cached_property
    def public(self) -> VerifyingKey:
        """What verifies its signatures."""
        return VerifyingKey(self._name, self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key itself, for a library that signs."""
        return self._private

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self._name})"


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A line of the published list. Times are ISO 8601, UTC; `valid_until` is empty for the key in use.

    `endorsement` is the signature, base64, of the key before it over `endorsed_text`: who has one key can follow to the next.
    It is empty for the first key, and for one that replaced a lost key.
    """

    name: str
    key: str
    valid_from: str
    valid_until: str = ""
    endorsement: str = ""

    @property
    def public(self) -> VerifyingKey:
        """The key itself."""
        return read_verifying_key(self.key)

    @property
    def endorsed_text(self) -> bytes:
        """What the key before this one signs."""
        return f"tipline key\n{self.key}\n{self.valid_from}\n".encode()

    def valid_at(self, at: datetime) -> bool:
        """Whether it signed for this installation then."""
        until = datetime.fromisoformat(self.valid_until) if self.valid_until else None
        return datetime.fromisoformat(self.valid_from) <= at and (until is None or at <= until)


def _folder(settings: Config) -> Path:
    return settings.secrets_dir / "signing"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two processes that start at once make one key."""
    for private in (folder.parent, folder):
        ensure_private_dir(private)
    with (folder / "lock").open("a") as lock:
        (folder / "lock").chmod(0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def listed_keys(settings: Config) -> list[ListedKey]:
    """Every key that signs or signed for this installation, oldest first; none before the first use.

    Raises
    ------
    ConfigurationError
        when the list cannot be read.
    """
    path = _folder(settings) / _LIST
    try:
        listed = [ListedKey(**line) for line in json.loads(path.read_text(encoding="utf-8"))["keys"]]
        for key in listed:
            _ = key.public, key.valid_at(datetime.now(UTC))  # whatever cannot be read is told here
        return listed
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, AttributeError, InvalidInputError) as error:
        raise ConfigurationError(f"the list of signing keys {path} cannot be read: restore it from a backup") from error


def signing_key(settings: Config) -> SigningKey:
    """The key in use; made if there is none yet."""
    folder = _folder(settings)
    listed = listed_keys(settings)
    if not listed:
        with _locked(folder):
            listed = listed_keys(settings) or [_first(folder)]
    try:
        return _load(folder, listed[-1])
    except ConfigurationError:
        latest = listed_keys(settings)
        if latest[-1:] == listed[-1:]:
            raise
        return _load(folder, latest[-1])  # it was replaced while it was being read


def rotate_signing_key(settings: Config) -> ListedKey:
    """Replace the key in use by a new one; the old one stays listed and ends now."""
    folder = _folder(settings)
    with _locked(folder):
        return _make(folder, listed_keys(settings))


def _first(folder: Path) -> ListedKey:
    """The first key of an installation. One that lost its list has none: a new list would disown what was signed."""
    if left := next(folder.glob("*.key"), None):
        raise ConfigurationError(
            f"the list of signing keys {folder / _LIST} is missing, though there is {left.name} beside it: restore both from a backup"
        )
    return _make(folder, [])


def _make(folder: Path, earlier: Sequence[ListedKey]) -> ListedKey:
    at = now().isoformat()
    name = f"tipline-{secrets.token_hex(4)}"
    private = Ed25519PrivateKey.generate()
    seed = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    write_private(folder / f"{name}.key", base64.b64encode(seed).decode())
    new = ListedKey(name, str(SigningKey(name, seed).public), at)
    if earlier:
        new = replace(new, endorsement=_endorse(folder, earlier[-1], new))
    ended = [replace(key, valid_until=key.valid_until or at) for key in earlier]
    write_private(folder / _LIST, json.dumps({"keys": [asdict(k) for k in [*ended, new]]}, indent=2) + "\n")
    for key in ended:
        (folder / f"{key.name}.key").unlink(missing_ok=True)
    return new


def _endorse(folder: Path, old: ListedKey, new: ListedKey) -> str:
    try:
        return base64.b64encode(_load(folder, old).sign(new.endorsed_text)).decode()
    except ConfigurationError:
        return ""  # rotation is the way out when a key is lost


def _load(folder: Path, listed: ListedKey) -> SigningKey:
    path = folder / f"{listed.name}.key"
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError(
                f"the signing key {path} can be read by others: replace it, `tipline keys rotate signing`"
            )
        seed = base64.b64decode(path.read_text(encoding="ascii"), validate=True)
        key = SigningKey(listed.name, seed)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the signing key {path} cannot be read: restore it, or run `tipline keys rotate signing`"
        ) from error
    if str(key.public) != listed.key:
        raise ConfigurationError(f"the signing key {path} is not the one in the list beside it: restore both")
    return key


def published_keys(settings: Config) -> dict[str, Any]:
    """The list for others, signed by the key in use; each key is endorsed by the one before it.

    Keys: `keys` (name, key, valid_from, valid_until, endorsement), `signed_by`, `signature` (base64, over the keys as JSON with
    sorted keys and no blanks).
    """
    key = signing_key(settings)
    lines = [asdict(k) for k in listed_keys(settings)]
    message = json.dumps(lines, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return {
        "keys": lines,
        "signed_by": str(key.public),
        "signature": base64.b64encode(key.sign(message)).decode(),
    }
