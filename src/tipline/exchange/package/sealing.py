"""Sealed copies in a package: what is looked at of them without a key. Needs no database and no network, and opens nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tipline.exchange.package.format import SealError
from tipline.exchange.record.model import Record, Sealed

FOLDER = "data/sealed/"
# of the age format (https://age-encryption.org/v1): a line, then a stanza for each key, then a line with a MAC
_INTRODUCTION = b"age-encryption.org/v1\n"
_TO_A_KEY = b"-> X25519 "
HEAD_BYTES = 64 * 1024


def sealed_path(sha256: str) -> str:
    """Where a sealed copy stands: by what it is, so that the same one stands there once."""
    return f"{FOLDER}{sha256}.age"


def sealed_of(record: Record) -> Iterator[Sealed]:
    """Every sealed copy that a record names, once."""
    found = {one.sealed.sha256: one.sealed for report in record.reports for one in report.files if one.sealed}
    yield from found.values()


def check_head(path: str, head: bytes, to: Sequence[str]) -> None:
    """Whether a file begins as one that was sealed to so many public keys, and to nothing else, such as a password.

    To whom the format does not say: that stands in the record.

    Raises
    ------
    SealError
        when it does not: whatever it is, it is not carried and not taken.
    """
    lines = head[:HEAD_BYTES].split(b"\n")
    end = next((n for n, line in enumerate(lines) if line.startswith(b"--- ")), None)
    stanzas = [line for line in lines[: end or 0] if line.startswith(b"-> ")]
    # age adds stanzas of no meaning, so that readers learn to leave out what they do not know
    keys = [line for line in stanzas if line.startswith(_TO_A_KEY)]
    if not head.startswith(_INTRODUCTION) or end is None or any(line.startswith(b"-> scrypt ") for line in stanzas):
        raise SealError(f"{path} is not sealed to keys: it is no age file, or one of a password")
    if len(keys) != len(to):
        raise SealError(f"{path} is sealed to {len(keys)} keys, and the record names {len(to)}")
