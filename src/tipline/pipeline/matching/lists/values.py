"""A hash as a list states it, in its normal form; or what is wrong with it, by name."""

from __future__ import annotations

from tipline.pipeline.matching.hashes import Fault, normal
from tipline.pipeline.matching.lists.entries import LONGEST_REFERENCE, Refused, Wrong
from tipline.pipeline.matching.lists.words import CATEGORIES

_YES, _NO = frozenset({"1", "true", "yes", "y", "revoked"}), frozenset({"", "0", "false", "no", "n"})


def read_hash(algorithm: str, text: str) -> tuple[bytes, str]:
    """The value, and why it is never matched (empty: it is).

    Raises
    ------
    Refused
        naming the fault; the sentence holds nothing of the value.
    """
    if not algorithm:
        raise Refused(Wrong.NO_KIND, "the kind of hash is none that is known here")
    found = normal(algorithm, text)
    if isinstance(found, Fault):
        raise Refused(found, f"{algorithm}: {found.label}")
    return found.value, found.fault.value if found.fault else ""


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
