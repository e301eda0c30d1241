"""What a lead's summary says, in each language: data files with the same keys, read when the code is loaded."""

from __future__ import annotations

import string
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError

DATA = Path(__file__).parent / "data"
DEFAULT_LANGUAGE = "en"

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Language(Strict):
    """A language of the paper: its BCP 47 code and its own name."""

    code: str = Field(pattern=r"^[a-z]{2,3}$")
    name: Text


class Texts(Strict):
    """Everything that the paper says in one language.

    `words` are the names of closed lists, by list and value; a value that is not named there stays as it is.
    """

    about: About
    language: Language
    labels: dict[str, Text]
    sentences: dict[str, Text]
    words: dict[str, dict[str, Text]]

    def say(self, key: str, **values: object) -> str:
        """A label with its places filled in."""
        return self.labels[key].format(**values)

    def word(self, of: str, value: str) -> str:
        """The word for a value of a closed list."""
        return self.words[of].get(value, value)


def places(text: str) -> frozenset[str]:
    """The names of the places in a text that are filled in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def load_texts(folder: Path = DATA) -> dict[str, Texts]:
    """Every language of a folder.

    Raises
    ------
    InvalidInputError
        naming the file and the key, when one language says something that another does not.
    """
    found = {one.language.code: one for one in (load_toml(path, Texts) for path in sorted(folder.glob("texts_*.toml")))}
    first = found[DEFAULT_LANGUAGE]
    for code, texts in found.items():
        for table, ours, theirs in _tables(first, texts):
            if odd := sorted(ours.keys() ^ theirs.keys()):
                raise InvalidInputError(
                    f"texts_{code}.toml, {table}.{odd[0]}: stands in one of {DEFAULT_LANGUAGE} and {code} only"
                )
            if odd := sorted(key for key, text in theirs.items() if places(text) != places(ours[key])):
                raise InvalidInputError(
                    f"texts_{code}.toml, {table}.{odd[0]}: other places to fill in than in {DEFAULT_LANGUAGE}"
                )
    return found


def _tables(first: Texts, other: Texts) -> list[tuple[str, Mapping[str, str], Mapping[str, str]]]:
    lists = sorted(first.words.keys() | other.words.keys())
    return [
        ("labels", first.labels, other.labels),
        ("sentences", first.sentences, other.sentences),
        *((f"words.{name}", first.words.get(name, {}), other.words.get(name, {})) for name in lists),
    ]


LANGUAGES: Mapping[str, Texts] = load_texts()


def language_of(languages: str, written: Container[str] = LANGUAGES) -> str:
    """The first language of an agency's list that a paper is written in."""
    return next((code for code in languages.lower().split() if code in written), DEFAULT_LANGUAGE)
