"""What a person can find a file to be, and which hashes lists hand out: `data/words.toml`, read at the start."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError

LONGEST = 512  # of an opaque value
_OPAQUE = re.compile(r"[!-~]+")


class Category(Strict):
    """What a file can be found to be. One that is not listed keeps a hash out of lists."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")
    label: str
    note: str
    listed: bool = True


class Algorithm(Strict):
    """A kind of hash, and its type in the form of ThreatExchange. Without `digits` it is opaque: any text without blanks."""

    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,11}$")
    label: str
    type: str = Field(pattern=r"^HASH_[A-Z0-9_]{1,24}$")
    digits: int | None = None


class _Words(Strict):
    about: About
    category: list[Category]
    algorithm: list[Algorithm]


_words = load_toml(Path(__file__).parent / "data" / "words.toml", _Words)
CATEGORIES: dict[str, Category] = {one.name: one for one in _words.category}
LISTED: tuple[str, ...] = tuple(one.name for one in _words.category if one.listed)
ALGORITHMS: dict[str, Algorithm] = {one.name: one for one in _words.algorithm}
BY_TYPE: dict[str, str] = {one.type: one.name for one in _words.algorithm}


def category_named(name: str) -> Category:
    """The category of this name.

    Raises
    ------
    InvalidInputError
        naming those that there are.
    """
    if name not in CATEGORIES:
        raise InvalidInputError(f"category: {name[:40]!r} is none; there are {', '.join(CATEGORIES)}")
    return CATEGORIES[name]


def read_value(algorithm: str, text: str) -> str:
    """A hash as lists hold it: hex digits in lower case; an opaque one as it was given.

    Raises
    ------
    InvalidInputError
        saying what is wrong with it.
    """
    kind = ALGORITHMS.get(algorithm)
    if kind is None:
        raise InvalidInputError(f"{algorithm[:40]!r} is no kind of hash here; there are {', '.join(ALGORITHMS)}")
    value = text.strip()
    if kind.digits is None:
        if len(value) > LONGEST or not _OPAQUE.fullmatch(value):
            raise InvalidInputError(f"a value of {kind.label} is 1 to {LONGEST} characters of ASCII without blanks")
        return value
    value = value.lower()
    if len(value) != kind.digits or not re.fullmatch(r"[0-9a-f]+", value):
        raise InvalidInputError(f"{kind.label} has {kind.digits} hex digits; this has {len(value)} characters")
    return value
