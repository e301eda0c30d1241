"""Hashes as people and tools write them: which algorithm, how long, and what is wrong with one that does not fit."""

from __future__ import annotations

import re

from django.db import models

from tipline.core.errors import InvalidInputError


class Algorithm(models.TextChoices):
    """The algorithms that exhibits are hashed with. MD5 and SHA-1 are weak against forgery; tools still write them."""

    MD5 = "md5", "MD5"
    SHA1 = "sha1", "SHA-1"
    SHA256 = "sha256", "SHA-256"
    SHA512 = "sha512", "SHA-512"


DIGITS = {Algorithm.MD5: 32, Algorithm.SHA1: 40, Algorithm.SHA256: 64, Algorithm.SHA512: 128}
_BY_DIGITS = {digits: algorithm for algorithm, digits in DIGITS.items()}
_BY_NAME = {
    "md5": Algorithm.MD5, "sha": Algorithm.SHA1, "sha1": Algorithm.SHA1, "sha256": Algorithm.SHA256,
    "sha2256": Algorithm.SHA256, "sha512": Algorithm.SHA512, "sha2512": Algorithm.SHA512,
}  # fmt: skip
_HEX = re.compile(r"[0-9a-f]*")


def algorithm_named(name: str) -> Algorithm | None:
    """The algorithm that somebody calls by this name (`SHA-256`, `sha256`); None for one that is not kept."""
    return _BY_NAME.get(re.sub(r"[^a-z0-9]", "", name.casefold()))


def read_hash(algorithm: Algorithm, text: str) -> str:
    """The hash in lower-case hex digits; blanks, colons and hyphens between them are left out.

    Raises
    ------
    InvalidInputError
        when it has other characters, or as many digits as another algorithm's: it then says which.
    """
    digits = re.sub(r"[\s:-]", "", text).casefold()
    if _HEX.fullmatch(digits) is None:
        raise InvalidInputError(f"{_one(algorithm)} has hex digits only, 0 to 9 and a to f")
    if len(digits) != DIGITS[algorithm]:
        other = _BY_DIGITS.get(len(digits))
        looks = f"this looks like {_one(other)}" if other else f"this has {len(digits)}"
        raise InvalidInputError(f"{_one(algorithm)} has {DIGITS[algorithm]} hex digits; {looks}")
    return digits


def _one(algorithm: Algorithm) -> str:
    return f"{'an' if algorithm == Algorithm.MD5 else 'a'} {algorithm.label}"
