"""The catalogue of sections of a country."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError

DATA = Path(__file__).parent / "data"


class Names(Strict):
    """What a section is called in another language than English."""

    act: str
    section: str
    title: str


class Section(Strict):
    """One section of an act, in our own words.

    Parameters
    ----------
    punishment
        in words, of an offence; a working summary. Empty: not stated here.
    least_years, first_years, most_years
        imprisonment: the least that must be given, the most on a first conviction, the most at all; None: not stated here.
    source
        where it can be looked up; empty: the catalogue's own source.
    hi, mr
        its names in Hindi and Marathi; the English ones stand where there are none.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]+)+$")]
    act: str
    section: str
    title: str
    summary: str
    offence: bool = False
    punishment: str = ""
    least_years: int | None = None
    first_years: int | None = None
    most_years: int | None = None
    source: str = ""
    hi: Names | None = None
    mr: Names | None = None

    @property
    def label(self) -> str:
        """As a case shows it: `IT Act 2000 s.67B: …`."""
        return f"{self.act} {self.section}: {self.title}"

    def names(self, language: str) -> Names:
        """Act, section and title in a language, or in English."""
        other = {"hi": self.hi, "mr": self.mr}.get(language)
        return other or Names(act=self.act, section=self.section, title=self.title)


class Catalogue(Strict):
    """All sections of a country, with the version and the source of the summary."""

    about: About
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    sections: tuple[Section, ...]

    @model_validator(mode="after")
    def _ids_once(self) -> Catalogue:
        ids = [section.id for section in self.sections]
        if len(set(ids)) != len(ids):
            raise ValueError("a section id stands twice")
        return self

    @property
    def offences(self) -> tuple[Section, ...]:
        """The sections that a case can be registered under."""
        return tuple(section for section in self.sections if section.offence)

    def section(self, section_id: str) -> Section:
        """The section of this id.

        Raises
        ------
        InvalidInputError
            naming it when the catalogue does not have it.
        """
        for section in self.sections:
            if section.id == section_id:
                return section
        raise InvalidInputError(f"there is no section {section_id!r} in the law catalogue of {self.country}")


@lru_cache(maxsize=32)
def catalogue(country: str) -> Catalogue:
    """The catalogue of a country (ISO 3166-1 alpha-2); one without sections where there is no data file yet."""
    path = DATA / f"{country.lower()}.toml"
    if not (len(country) == 2 and country.isascii() and country.isalpha() and path.is_file()):
        about = About(
            title="none", version="0", source="no data file for this country", licence="-", as_of="2026-11-24"
        )
        return Catalogue(about=about, country="ZZ", sections=())
    return load_toml(path, Catalogue)
