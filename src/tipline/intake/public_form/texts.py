"""What the pages say, in each language, and the numbers to call: data files, read when the code is loaded."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from tipline.core.datafile import About, Strict, load_toml

DATA = Path(__file__).parent / "data"
DEFAULT_LANGUAGE = "en"
DEFAULT_COUNTRY = "IN"

_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Language(Strict):
    """A language of the form: its BCP 47 code and its own name."""

    code: str = Field(pattern=r"^[a-z]{2,3}$")
    name: _Text


class Texts(Strict):
    """Everything that the pages say in one language."""

    about: About
    language: Language
    texts: dict[str, _Text]
    choices: dict[str, _Text]

    def say(self, key: str, **values: object) -> str:
        """A text with its places filled in."""
        return self.texts[key].format(**values)


class Choice(Strict):
    """What a report may be about, and what that is on the wire. An empty type: the reporter is not sure."""

    id: str = Field(pattern=r"^[a-z]+$")
    incident_type: str
    annotations: tuple[str, ...] = ()


class Choices(Strict):
    """The choices, in the order of the page."""

    about: About
    choices: tuple[Choice, ...]

    def find(self, choice_id: str) -> Choice | None:
        """The choice with this id."""
        return next((one for one in self.choices if one.id == choice_id), None)


class Line(Strict):
    """A number to call: what it is called and what it is for, by language."""

    number: str = Field(pattern=r"^[0-9+ ]{2,20}$")
    kind: str = Field(pattern=r"^(emergency|children|online)$")
    name: dict[str, _Text]
    what: dict[str, _Text]
    source: _Text

    @property
    def dial(self) -> str:
        """For a `tel:` link."""
        return self.number.replace(" ", "")


class Help(Strict):
    """Emergency help of one country, the first line for danger now; where else to report; and a site to leave to."""

    about: About
    country: str = Field(pattern=r"^[A-Z]{2}$")
    lines: tuple[Line, ...] = Field(min_length=1)
    site: _Text
    exit: str = Field(pattern=r"^https://[a-z0-9.-]+/$")

    def line(self, kind: str) -> Line:
        """The line of a kind; the first one where the country has none of it."""
        return next((one for one in self.lines if one.kind == kind), self.lines[0])


def _languages() -> dict[str, Texts]:
    found = [load_toml(path, Texts) for path in sorted(DATA.glob("texts_*.toml"))]
    return {one.language.code: one for one in found}


LANGUAGES: Mapping[str, Texts] = _languages()
CHOICES = load_toml(DATA / "choices.toml", Choices)


@lru_cache(maxsize=8)
def help_of(country: str) -> Help | None:
    """The emergency help of a country; None when there is no file for it."""
    path = DATA / f"help_{country.lower()}.toml"
    return load_toml(path, Help) if country.isascii() and country.isalpha() and path.is_file() else None


def places(text: str) -> set[str]:
    """The names of the places in a text that are filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def preferred(accept_language: str, among: Iterable[str] = tuple(LANGUAGES)) -> str:
    """The first language of ours that a browser asks for, by its weights (RFC 9110 §12.5.4)."""
    ours = set(among)
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:500].split(",")):
        tag, _, parameters = part.strip().partition(";")
        name, _, value = parameters.strip().partition("=")
        try:
            weight = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        code = tag.strip().lower().partition("-")[0]
        if weight > 0 and code in ours:
            wanted.append((-weight, place, code))
    return min(wanted)[2] if wanted else DEFAULT_LANGUAGE
