"""What papers of figures say, in each language: phrases (`data/texts_*.toml`), and the titles, sentences and labels of figures.

The English of a figure is what its own file says. Other languages translate that (`data/figures_*.toml`): sentences by figure and version,
titles and labels by the English ones, since versions and figures have many in common. A translation is no new version of a figure: what was
asked and answered, its fingerprint among it, stays in English, and only what is printed is put into other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from babel.dates import format_date

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.investigation.leads.texts import DEFAULT_LANGUAGE, Language, Text, Texts, load_texts
from tipline.statistics.catalogue import FIGURES, Figure
from tipline.statistics.figures import Definition

DATA = Path(__file__).parent / "data"


class Translation(Strict):
    """Figures in one language: `names` has titles and labels of measures by the English ones, the others a sentence of each `name@version`."""

    about: About
    language: Language
    names: dict[str, Text]
    counts: dict[str, Text]
    leaves_out: dict[str, Text]


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """One language of papers."""

    texts: Texts
    translation: Translation | None

    @property
    def code(self) -> str:
        """BCP 47 code of the language."""
        return self.texts.language.code

    def say(self, key: str, **values: object) -> str:
        """A phrase with its places filled in."""
        return self.texts.say(key, **values)

    def word(self, of: str, value: str) -> str:
        """The word for a value of a closed list."""
        return self.texts.word(of, value)

    def definition(self, of: Definition) -> Definition:
        """A figure of the catalogue with its words in this language, all else as it was."""
        if self.translation is None:
            return of
        names, key = self.translation.names, f"{of.name}@{of.version}"
        measures = tuple(measure.model_copy(update={"label": names[measure.label]}) for measure in of.measures)
        return of.model_copy(
            update={
                "title": names[of.title], "counts": self.translation.counts[key],
                "leaves_out": self.translation.leaves_out[key], "measures": measures,
            }
        )  # fmt: skip

    def day(self, day: date) -> str:
        """A day as people write it."""
        return str(format_date(day, "dd MMM y", locale=self.code))

    def month(self, day: date) -> str:
        """The month of a day."""
        return str(format_date(day, "MMMM y", locale=self.code))

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """A moment in a time zone, which it names."""
        local = at.astimezone(zone)
        return f"{self.day(local)} {local:%H:%M %Z}"


def load_translations(folder: Path = DATA, figures: Mapping[str, Figure] = FIGURES) -> dict[str, Translation]:
    """Every language that figures are translated into.

    Raises
    ------
    InvalidInputError
        naming the file and what it lacks of the figures, or has beside them.
    """
    definitions = {name: figure.definition for name, figure in figures.items()}
    names = {text for of in definitions.values() for text in (of.title, *(measure.label for measure in of.measures))}
    found = {}
    for path in sorted(folder.glob("figures_*.toml")):
        one = load_toml(path, Translation)
        for table, have, wanted in (
            ("names", one.names, names),
            ("counts", one.counts, definitions.keys()),
            ("leaves_out", one.leaves_out, definitions.keys()),
        ):
            if odd := sorted(have.keys() ^ wanted):
                raise InvalidInputError(f"{path.name}, {table}: {odd[0]!r} stands in one of it and the figures only")
        found[one.language.code] = one
    return found


def load_wordings() -> dict[str, Wording]:
    """Every language that papers of figures are printed in.

    Raises
    ------
    InvalidInputError
        when one has phrases and no figures, or figures and no phrases.
    """
    texts, translations = load_texts(DATA), load_translations()
    if odd := sorted(texts.keys() ^ translations.keys() ^ {DEFAULT_LANGUAGE}):
        raise InvalidInputError(f"{odd[0]} has one of texts_{odd[0]}.toml and figures_{odd[0]}.toml only")
    return {code: Wording(one, translations.get(code)) for code, one in texts.items()}


WORDINGS = load_wordings()
ENGLISH = WORDINGS[DEFAULT_LANGUAGE]


def wording(language: str) -> Wording:
    """The words of a language; English where there are none."""
    return WORDINGS.get(language, ENGLISH)
