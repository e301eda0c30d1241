"""The signed checkpoint of an edition: what a subscriber compares its copy with. docs/reference/hash-lists.md

The text is of this software; the signature around it is C2SP signed-note, as the log's. The root is that of RFC 6962 over the live
entries, in order of kind and value.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tipline.core.errors import InvalidInputError
from tipline.core.keys import SigningKey, VerifyingKey
from tipline.trust.audit.merkle import leaf_hash

FIRST = "tipline hash list 1"
_DASH = "\N{EM DASH} "
_LONGEST, _MOST_SIGNATURES = 10_000, 16
_TEXT = re.compile(
    rf"{FIRST}\n(?P<origin>[^\n]{{1,300}})\nedition (?P<edition>[0-9]{{1,9}})\nposition (?P<position>[0-9]{{1,18}})\n"
    r"entries (?P<entries>[0-9]{1,10})\nroot (?P<root>[A-Za-z0-9+/=]{44})\npublished (?P<at>[0-9TZ:-]{20})\n"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One edition of a list."""

    origin: str  # INSTALLATION/AGENCY/LIST
    edition: int
    position: int
    entries: int
    root: bytes
    published_at: datetime

    @property
    def text(self) -> str:
        """The lines that are signed, each with its line end."""
        return (
            f"{FIRST}\n{self.origin}\nedition {self.edition}\nposition {self.position}\nentries {self.entries}\n"
            f"root {base64.b64encode(self.root).decode()}\npublished {self.published_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
        )


def sign(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The note: the text, an empty line, and the signature's line."""
    blob = key.public.key_hash + key.sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n{_DASH}{key.public.name} {base64.b64encode(blob).decode()}\n"


def entry_leaf(indicator_type: str, value: str, category: str) -> bytes:
    """The hash of an entry's leaf. None of the three holds a blank, so that no two entries have one text."""
    return leaf_hash(f"{indicator_type} {value} {category}".encode("ascii"))


def verified(note: str, key: VerifyingKey) -> Checkpoint:
    """The checkpoint of a note that this key signed.

    Raises
    ------
    InvalidInputError
        when it is no checkpoint of a list, or the key did not sign it.
    """
    text, separator, tail = note.replace("\r\n", "\n").partition("\n\n")
    shape = _TEXT.fullmatch(f"{text}\n") if separator and len(note) <= _LONGEST else None
    if shape is None:
        raise InvalidInputError("this is not the checkpoint of a hash list")
    for line in tail.splitlines()[:_MOST_SIGNATURES]:
        name, _, blob = line.removeprefix(_DASH).rpartition(" ")
        try:
            content = base64.b64decode(blob, validate=True)
            if line.startswith(_DASH) and name == key.name and content[:4] == key.key_hash:
                Ed25519PublicKey.from_public_bytes(key.raw).verify(content[4:], f"{text}\n".encode())
                return Checkpoint(
                    shape["origin"], int(shape["edition"]), int(shape["position"]), int(shape["entries"]),
                    base64.b64decode(shape["root"], validate=True),
                    datetime.strptime(shape["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
                )  # fmt: skip
        except (ValueError, InvalidSignature):
            continue
    raise InvalidInputError(f"the checkpoint is not signed by {key.name}")
