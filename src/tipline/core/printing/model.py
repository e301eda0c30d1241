"""A document to be printed: blocks of text and tables, in order. What stands in it is data: nothing of it is ever read as markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Language = str  # en, hi or mr: which hyphenation and which name of the language the file states


class Style(StrEnum):
    """How a run of text is set."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"  # a hash, an address, a handle: may break anywhere
    MISSING = "missing"  # a field that the record does not have: shown as a blank with its name


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one style."""

    text: str
    style: Style = Style.PLAIN


Text = str | tuple[Run, ...]


def runs(text: Text) -> tuple[Run, ...]:
    """Any text as runs."""
    return (Run(text),) if isinstance(text, str) else text


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the document's title: level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. Line feeds in it begin a new line."""

    text: Text


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `numbered` or with bullets."""

    items: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are, one below the other."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption and heads; `widths` are shares of the line, equal when none are given."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    widths: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows) or len(self.widths) not in {0, len(self.head)}:
            raise ValueError(f"table {self.caption!r}: a row or the widths do not fit its {len(self.head)} columns")


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark set apart: what to mind, and what the law says."""

    text: Text


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that software made, as SVG, with what it says for who does not see it. Never an image that somebody reported."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class SignHere:
    """Empty lines for a person to sign, each with what belongs on it. Software signs nothing."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Items | Facts | Table | Remark | Picture | SignHere


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    Parameters
    ----------
    language
        `en`, `hi` or `mr`.
    head
        lines above the title: who writes, and where.
    marking
        what stands on top of every page, such as *draft – review before use*; empty: nothing.
    reference
        what stands at the foot of every page beside its number.
    """

    title: str
    language: Language
    blocks: tuple[Block, ...]
    head: tuple[str, ...] = ()
    marking: str = ""
    reference: str = ""
    page_word: str = field(default="")  # "Page" in the language; the built-in word when empty
