"""What entries of lists can be said to be, and what forms call it: `data/words.toml`, read at the start."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.reports.hashes.words import CATEGORIES as OUTGOING
from tipline.reports.hashes.words import LISTED


class Category(Strict):
    """What an entry is said to be."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")
    label: str
    note: str


class _Words(Strict):
    about: About
    category: list[Category]
    called: dict[str, dict[str, str]]
    kind: dict[str, str]


_words = load_toml(Path(__file__).parent / "data" / "words.toml", _Words)
CATEGORIES: dict[str, str] = {
    **{name: OUTGOING[name].label for name in LISTED},
    **{one.name: one.label for one in _words.category},
}
UNSPECIFIED = "unspecified"
_KINDS = _words.kind
_PLAIN = str.maketrans("", "", " -_+")


def category_called(form: str, name: str | None) -> str:
    """The category that a form's own word stands for; empty when it stands for none."""
    return _words.called.get(form, {}).get((name or "").strip(), "")


def category_named(name: str) -> str:
    """A category's own name, checked.

    Raises
    ------
    InvalidInputError
        naming those that there are.
    """
    if name not in CATEGORIES:
        raise InvalidInputError(f"category: {name[:40]!r} is none; there are {', '.join(CATEGORIES)}")
    return name


def kind_called(name: str) -> str:
    """The kind of hash that a form's word stands for (`HASH_MD5`, `SHA-256`, `PDNA`); empty when it is none that is known."""
    return _KINDS.get(name.strip().lower().translate(_PLAIN), "")
