"""Forms and letters as data: one file each in `data/COUNTRY/`, complete in three languages, with named fields and nothing else in braces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.process.platforms import Asking

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "hi", "mr")
LANGUAGE_NAMES = {"en": "English", "hi": "Hindi", "mr": "Marathi"}

Kind = Literal["heading", "paragraph", "items", "facts", "table", "remark", "sign"]
# What a block may depend on. Names only: what each means is code (`record.CONDITIONS`).
When = Literal[
    "always", "pocso", "no_pocso", "fir", "no_fir", "zero_fir", "accounts", "addresses", "ports", "abroad", "children",
    "below_inspector", "seven_years",
]  # fmt: skip
_FIELD = re.compile(r"\{([a-z]+\.[a-z0-9_]+)\}")


class Words(Strict):
    """A text in every language."""

    en: Annotated[str, Field(min_length=1)]
    hi: Annotated[str, Field(min_length=1)]
    mr: Annotated[str, Field(min_length=1)]

    def of(self, language: str) -> str:
        """The text in one language."""
        return {"en": self.en, "hi": self.hi, "mr": self.mr}[language]

    @property
    def all(self) -> tuple[str, ...]:
        """The text in all languages."""
        return self.en, self.hi, self.mr


class FormBlock(Strict):
    """One block of a form. Which of the keys it has depends on its kind."""

    kind: Kind
    when: When = "always"
    text: Words | None = None  # heading, paragraph, remark
    items: tuple[Words, ...] = ()  # items, sign
    numbered: bool = False
    level: Annotated[int, Field(ge=1, le=2)] = 1
    rows: tuple[str, ...] = ()  # facts: names of fields
    table: str = ""
    columns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> FormBlock:
        has = {name for name in ("text", "items", "rows", "table") if getattr(self, name)}
        wanted = {"items": "items", "sign": "items", "facts": "rows", "table": "table"}.get(self.kind, "text")
        if has != {wanted}:
            raise ValueError(f"a block of kind {self.kind} has {wanted} and nothing else, not {sorted(has)}")
        return self

    @property
    def texts(self) -> Iterator[Words]:
        """All its texts in words."""
        if self.text:
            yield self.text
        yield from self.items


class Form(Strict):
    """A form: what it is called, the sections it stands on, to whom it goes, its blocks.

    Parameters
    ----------
    basis
        ids of sections in the law catalogue of its country; printed with the catalogue's date.
    addressee
        `none`, or what a holder of records must accept to be written to: one letter for each.
    in_set
        made when somebody asks for the whole set: `always`, only with a POCSO section (`pocso`), or `never`.
    order
        its place in lists.
    """

    about: About
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
    order: int
    title: Words
    purpose: Annotated[str, Field(min_length=1, max_length=200)]
    basis: Annotated[tuple[str, ...], Field(min_length=1)]
    addressee: Literal["none"] | Asking = "none"
    in_set: Literal["always", "pocso", "never"] = "never"
    blocks: Annotated[tuple[FormBlock, ...], Field(min_length=1)]


class TableNames(Strict):
    """A table that a form may show: its caption, and its columns by name."""

    caption: Words
    columns: dict[str, Words]
    code: tuple[str, ...] = ()  # columns that may break anywhere: hashes, addresses, handles


class Vocabulary(Strict):
    """Every field and table that a form may name, with what people read, and the words that programs put into letters."""

    about: About
    words: dict[str, Words]
    fields: dict[str, Words]
    blanks: dict[str, Words]
    tables: dict[str, TableNames]

    @model_validator(mode="after")
    def _each_is_told_apart(self) -> Vocabulary:
        for language in LANGUAGES:
            labels = [label.of(language) for label in (*self.fields.values(), *self.blanks.values())]
            twice = {label for label in labels if labels.count(label) > 1}
            if twice:
                raise ValueError(f"two fields are called {min(twice)!r} in {language}")
        return self

    def label(self, field: str, language: str) -> str:
        """What a field, a blank or a table is called."""
        room, _, name = field.partition(".")
        if room == "blank":
            return self.blanks[name].of(language)
        if room == "table":
            return self.tables[name].caption.of(language)
        return self.fields[field].of(language)

    def by_label(self, language: str) -> dict[str, str]:
        """What people read → the field."""
        found = {words.of(language): name for name, words in self.fields.items()}
        found |= {words.of(language): f"blank.{name}" for name, words in self.blanks.items()}
        return found | {names.caption.of(language): f"table.{name}" for name, names in self.tables.items()}

    def word(self, word: str, language: str, /, **given: str) -> str:
        """A word or sentence that programs put into letters; `<name>` in it is replaced by what is given."""
        text = self.words[word].of(language)
        for key, value in given.items():
            text = text.replace(f"<{key}>", value)
        return text


def pieces(text: str) -> list[tuple[str, bool]]:
    """A form's text in pieces: (text, False) or (name of a field, True).

    Raises
    ------
    ValueError
        for a brace that is not part of a named field: forms know no expressions.
    """
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _FIELD.finditer(text):
        found.append((text[end : match.start()], False))
        found.append((match[1], True))
        end = match.end()
    found.append((text[end:], False))
    for piece, is_field in found:
        if not is_field and ("{" in piece or "}" in piece):
            raise ValueError(
                f"a brace that is not part of a named field such as {{case.number}}: {piece.strip()[:60]!r}"
            )
    return [(piece, is_field) for piece, is_field in found if piece]


def read_form(path: Path, vocabulary: Vocabulary, country: str) -> Form:
    """Read a form and hold it against the vocabulary and the law.

    Raises
    ------
    InvalidInputError
        naming the file and the field, table, column or section that is not known.
    """
    form = load_toml(path, Form)
    law = catalogue(country)
    for section_id in form.basis:
        try:
            law.section(section_id)
        except InvalidInputError as error:
            raise InvalidInputError(f"{path.name}, basis: {error}") from error
    for words in _texts(form):
        for language, text in zip(LANGUAGES, words.all, strict=True):
            try:
                named = {piece for piece, is_field in pieces(text) if is_field}
            except ValueError as error:
                raise InvalidInputError(f"{path.name}, {language}: {error}") from error
            _known(path, vocabulary, named)
    for block in form.blocks:
        _known(path, vocabulary, block.rows)
        if block.table:
            if block.table not in vocabulary.tables:
                raise InvalidInputError(f"{path.name}: there is no table {block.table!r}")
            unknown = set(block.columns) - set(vocabulary.tables[block.table].columns)
            if unknown:
                raise InvalidInputError(f"{path.name}: table {block.table} has no column {min(unknown)!r}")
    _same_fields(path, form)
    return form


def _texts(form: Form) -> Iterator[Words]:
    yield form.title
    for block in form.blocks:
        yield from block.texts


def _known(path: Path, vocabulary: Vocabulary, names: Iterable[str]) -> None:
    for name in names:
        room, _, rest = name.partition(".")
        if (rest not in vocabulary.blanks) if room == "blank" else (name not in vocabulary.fields):
            raise InvalidInputError(f"{path.name}: there is no field {name!r}")


def _same_fields(path: Path, form: Form) -> None:
    """Each text names the same fields in every language: a translation loses none."""
    for words in _texts(form):
        named = [sorted(piece for piece, is_field in pieces(text) if is_field) for text in words.all]
        if named[0] != named[1] or named[0] != named[2]:
            raise InvalidInputError(f"{path.name}: the fields of {words.en[:60]!r} differ between languages")


@lru_cache(maxsize=8)
def vocabulary(country: str) -> Vocabulary:
    """The fields of a country's forms, and their names."""
    return load_toml(DATA / country / "fields.toml", Vocabulary)


@lru_cache(maxsize=8)
def forms(country: str) -> tuple[Form, ...]:
    """The forms of a country, in their order; none where there is no folder of them yet."""
    folder = DATA / country
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper() and folder.is_dir()):
        return ()
    words = vocabulary(country)
    found = [read_form(path, words, country) for path in sorted(folder.glob("*.toml")) if path.name != "fields.toml"]
    if len({form.id for form in found}) != len(found):
        raise InvalidInputError(f"two forms of {country} have the same id")
    return tuple(sorted(found, key=lambda form: (form.order, form.id)))


def form_of(country: str, form_id: str) -> Form:
    """A form by its id.

    Raises
    ------
    NotFoundError
        when the country has no such form.
    """
    for form in forms(country):
        if form.id == form_id:
            return form
    raise NotFoundError(f"there is no form {form_id[:40]!r}")
