"""A hash as a list states it, in its normal form; or what is wrong with it, by name."""

from __future__ import annotations

import re

from tipline.pipeline.matching.lists.entries import LONGEST_OPAQUE, LONGEST_REFERENCE, Refused, Wrong
from tipline.pipeline.matching.lists.words import CATEGORIES

DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128, "pdq": 64}
_BY_LENGTH = {32: "MD5", 40: "SHA-1", 64: "SHA-256 or PDQ", 128: "SHA-512"}
_LABELS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512", "pdq": "PDQ"}
_HEX = re.compile(r"[0-9a-fA-F]+")
_OPAQUE = re.compile(r"[!-~]+")
_YES, _NO = frozenset({"1", "true", "yes", "y", "revoked"}), frozenset({"", "0", "false", "no", "n"})


def read_hash(algorithm: str, text: str) -> tuple[str, str]:
    """The value, and why it is never matched (empty: it is).

    Raises
    ------
    Refused
        naming the fault; the sentence holds lengths and kinds, and nothing of the value.
    """
    value = text.strip()
    if not value:
        raise Refused(Wrong.NO_HASH, "there is no hash")
    digits = DIGITS.get(algorithm)
    if digits is None:
        if len(value) > LONGEST_OPAQUE or not _OPAQUE.fullmatch(value):
            raise Refused(
                Wrong.OPAQUE, f"a value of {algorithm} is 1 to {LONGEST_OPAQUE} characters of ASCII without blanks"
            )
        return value, ""
    if not _HEX.fullmatch(value):
        raise Refused(Wrong.LETTERS, f"{_LABELS[algorithm]} is written in hex digits, and this has other characters")
    if len(value) != digits:
        other = _BY_LENGTH.get(len(value))
        if other:
            raise Refused(Wrong.OTHER_KIND, f"{_LABELS[algorithm]} has {digits} hex digits; this has {len(value)}, as {other} has")  # fmt: skip
        raise Refused(Wrong.LENGTH, f"{_LABELS[algorithm]} has {digits} hex digits; this has {len(value)}")
    value = value.lower()
    return value, flag(algorithm, value)


def flag(algorithm: str, value: str) -> str:
    """Why a value is kept and never matched; empty when nothing is wrong with it."""
    if algorithm == "pdq":
        if not value.strip("0"):
            return "all_zero"
        if not value.strip("f"):
            return "all_one"
    return ""


def read_category(text: str) -> str:
    """One of our own category names, or empty for the list's."""
    name = text.strip()
    if name and name not in CATEGORIES:
        raise Refused(Wrong.CATEGORY, f"the category is none of {', '.join(CATEGORIES)}")
    return name


def read_confidence(given: object) -> float | None:
    """0 to 1; None for the list's."""
    if given is None or given == "":
        return None
    try:
        number = float(given) if isinstance(given, (int, float, str)) and not isinstance(given, bool) else -1.0
    except (ValueError, OverflowError):
        number = -1.0
    if not 0 <= number <= 1:
        raise Refused(Wrong.CONFIDENCE, "confidence is a number from 0 to 1")
    return number


def read_reference(text: str) -> str:
    """The publisher's own number of an entry."""
    reference = text.strip()
    if len(reference) > LONGEST_REFERENCE or (reference and not reference.isprintable()):
        raise Refused(Wrong.REFERENCE, f"a reference is {LONGEST_REFERENCE} printable characters at most")
    return reference


def read_revoked(given: object) -> bool:
    """Whether the entry is taken back."""
    if isinstance(given, bool):
        return given
    word = str("" if given is None else given).strip().lower()[:20]
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refused(Wrong.REVOKED, "revoked is true or false")
