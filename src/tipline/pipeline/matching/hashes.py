"""Normal forms of hashes, and the named faults of those that have none or that say nothing.

A fault is one of two: what cannot be read (`Fault` instead of a `Hash`), or what can be read and is kept, but is never matched because too
many files have it (`Hash.fault`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import models

# Hexadecimal digits of what is read; every other algorithm is opaque.
LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
MOST_OPAQUE = 512  # characters
PDQ = "pdq"
PDQ_BITS = 256
# The reference implementation of PDQ advises to let nothing below 50 of 100 match (hashing.pdf, "quality metric").
LEAST_QUALITY = 50
# PDQ sets the bits above the median of its 256 coefficients, so that 128 are set unless many coefficients are equal, which is a picture
# with nothing on it. Half as many, or half as many again, no photograph has.
FEWEST_SET, MOST_SET = 64, 192
# The sixteen rows of the hash, sixteen bits each, are rows of frequencies. In a flat picture, a slope or stripes they repeat: of the
# reference vectors its one picture of a bare slope has seven that differ, and its photographs sixteen.
FEWEST_ROWS = 8

_NAME = re.compile(r"[a-z0-9]{1,12}")
_HEX = re.compile(r"[0-9a-f]+")
_OTHER_NAMES = {"tmkpdqf": "tmk", "photodnahash": "photodna"}
# The hashes of no bytes at all, which every file that failed to be read has.
_OF_NOTHING = {
    "md5": bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e"),
    "sha1": bytes.fromhex("da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    "sha256": bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
}


class Fault(models.TextChoices):
    """What is wrong with a hash; the label is a sentence for a person."""

    UNNAMED = "unnamed", "The name of the algorithm is not one: 1 to 12 letters and digits."
    EMPTY = "empty", "There is no hash."
    TOO_LONG = "too_long", "The hash is longer than 512 characters."
    WRONG_LENGTH = "wrong_length", "The hash is not as long as its algorithm makes them."
    WRONG_LETTERS = "wrong_letters", "The hash has letters that are not hexadecimal digits, or cannot be printed."
    LIKE_MD5 = "like_md5", "This is as long as an MD5, in the field of another algorithm."
    LIKE_SHA1 = "like_sha1", "This is as long as a SHA-1, in the field of another algorithm."
    LIKE_SHA256 = "like_sha256", "This is as long as a SHA-256 or a PDQ, in the field of another algorithm."
    ALL_ZERO = "all_zero", "All bits are 0: a placeholder, or a picture with nothing on it. It is never matched."
    ALL_ONE = "all_one", "All bits are 1: a placeholder. It is never matched."
    OF_NOTHING = "of_nothing", "This is the hash of an empty file. It is never matched."
    LOW_QUALITY = "low_quality", "The PDQ has too little in it to tell pictures apart. It is never matched."


_LIKE = {32: Fault.LIKE_MD5, 40: Fault.LIKE_SHA1, 64: Fault.LIKE_SHA256}


@dataclass(frozen=True, slots=True)
class Hash:
    """A hash in its normal form.

    Parameters
    ----------
    algorithm
        `md5`, `sha1`, `sha256`, `pdq`, or the small letters and digits of another, which is opaque.
    value
        the bytes of a hexadecimal one; of an opaque one its text in UTF-8.
    fault
        why it is never matched; None when it is.
    """

    algorithm: str
    value: bytes
    fault: Fault | None = None

    @property
    def text(self) -> str:
        """As it is written: hexadecimal in small letters, or the opaque text."""
        return text_of(self.algorithm, self.value)


def text_of(algorithm: str, value: bytes) -> str:
    """How the value of a `HashValue` is written."""
    return value.hex() if algorithm in LENGTHS else value.decode("utf-8", "replace")


def algorithm_of(name: str) -> str | Fault:
    """The name of an algorithm as it is kept: `SHA-256`, `sha_256` and ` Sha256` are `sha256`."""
    if len(name) > 40:  # more than any name with its hyphens
        return Fault.UNNAMED
    found = re.sub(r"[\s_\-+.]", "", name).lower()
    found = _OTHER_NAMES.get(found, found)
    return found if _NAME.fullmatch(found) else Fault.UNNAMED


def normal(algorithm: str, text: str, quality: float | None = None) -> Hash | Fault:
    """Read a hash.

    Parameters
    ----------
    algorithm
        its name, in any usual spelling.
    text
        the hash; blanks around it do not count, nor does the case of hexadecimal digits.
    quality
        of a PDQ, 0 to 100, when whoever made it says so.

    Returns
    -------
    Hash or Fault
        a `Fault` when it cannot be read; a `Hash` with a `fault` when it can be read, but says nothing.
    """
    name = algorithm_of(algorithm)
    if isinstance(name, Fault):
        return name
    if len(text) > 2 * MOST_OPAQUE:  # so that trimming costs no more than this either
        return Fault.TOO_LONG
    text = text.strip()
    if not text:
        return Fault.EMPTY
    if name not in LENGTHS:
        return _opaque(name, text)
    return _read(name, text.lower(), quality)


def _opaque(name: str, text: str) -> Hash | Fault:
    if len(text) > MOST_OPAQUE:
        return Fault.TOO_LONG
    if not (text.isascii() and text.isprintable()):
        return Fault.WRONG_LETTERS
    small = text.lower()
    return Hash(name, (small if _HEX.fullmatch(small) else text).encode())


def _read(name: str, text: str, quality: float | None) -> Hash | Fault:
    hexadecimal = _HEX.fullmatch(text) is not None
    if len(text) != LENGTHS[name]:
        return _LIKE.get(len(text), Fault.WRONG_LENGTH) if hexadecimal else Fault.WRONG_LENGTH
    if not hexadecimal:
        return Fault.WRONG_LETTERS
    value = bytes.fromhex(text)
    return Hash(name, value, _says_nothing(name, value, quality))


def _says_nothing(name: str, value: bytes, quality: float | None) -> Fault | None:
    bits = int.from_bytes(value).bit_count()
    if bits == 0:
        return Fault.ALL_ZERO
    if bits == 8 * len(value):
        return Fault.ALL_ONE
    if value == _OF_NOTHING.get(name):
        return Fault.OF_NOTHING
    if name == PDQ and (quality is not None and not quality >= LEAST_QUALITY):
        return Fault.LOW_QUALITY
    if name == PDQ and (not FEWEST_SET <= bits <= MOST_SET or _rows(value) < FEWEST_ROWS):
        return Fault.LOW_QUALITY
    return None


def _rows(value: bytes) -> int:
    return len({value[place : place + 2] for place in range(0, len(value), 2)})
