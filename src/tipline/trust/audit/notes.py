"""Checkpoints as signed notes: C2SP tlog-checkpoint and signed-note, Ed25519.

Sources: https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tipline.core.errors import InvalidInputError
from tipline.core.keys import SigningKey, VerifyingKey

_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree: whose (`origin`), how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed, each with its line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature of a note: the name of its key, the four bytes that tell keys of one name apart, and the signature."""

    name: str
    key_hash: bytes
    signature: bytes


def sign(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The note: the checkpoint, an empty line, and the signature's line."""
    signature = key.sign(checkpoint.text.encode())
    blob = base64.b64encode(key.public.key_hash + signature).decode()
    return f"{checkpoint.text}\n{_DASH}{key.public.name} {blob}\n"


def read(note: str) -> tuple[Checkpoint, list[SignatureLine]]:
    """The checkpoint of a note and its signatures, not yet verified.

    Raises
    ------
    InvalidInputError
        when it is not a checkpoint.
    """
    text, separator, tail = note.partition("\n\n")
    lines = text.split("\n")
    try:
        if not separator or len(lines) != 3 or not lines[0] or not tail.endswith("\n"):
            raise ValueError("lines")
        checkpoint = Checkpoint(lines[0], _size(lines[1]), base64.b64decode(lines[2], validate=True))
        # what was signed is the text: there is one way to write each checkpoint, and all of it is read
        if len(checkpoint.root) != hashlib.sha256().digest_size or checkpoint.text != f"{text}\n":
            raise ValueError("root")
        return checkpoint, [_line(line) for line in tail[:-1].split("\n")]
    except (ValueError, binascii.Error) as error:
        raise InvalidInputError("this is not a checkpoint: origin, size and root, an empty line, signatures") from error


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError("size")
    return int(text)


def _line(line: str) -> SignatureLine:
    name, _, blob = line.removeprefix(_DASH).rpartition(" ")
    content = base64.b64decode(blob, validate=True)
    if not line.startswith(_DASH) or not name or len(content) != 4 + 64 or base64.b64encode(content).decode() != blob:
        raise ValueError("signature")
    return SignatureLine(name, content[:4], content[4:])


def signed_by(note: str, key: VerifyingKey) -> bool:
    """Whether the note carries a valid signature of this key."""
    checkpoint, signatures = read(note)
    for line in signatures:
        if line.name == key.name and line.key_hash == key.key_hash:
            try:
                Ed25519PublicKey.from_public_bytes(key.raw).verify(line.signature, checkpoint.text.encode())
            except InvalidSignature:
                return False
            return True
    return False
