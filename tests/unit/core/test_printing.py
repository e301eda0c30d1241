"""Printed papers: the same bytes for the same document, tagged, in three languages, and reported text is only text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.core.printing import __file__ as printing
from tipline.core.printing.model import (
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Remark,
    Run,
    SignHere,
    Style,
    Table,
)
from tipline.core.printing.pdf import to_pdf

# As tools/vendor.sh takes them in after checking the integrity that npm states.
DIGESTS = {
    "NotoSans-Bold.ttf": "13a813c49624ae3ba3c5c6e72c5ebffc4b9e1e6ea32f421c04069b037c6ad431",
    "NotoSans-Regular.ttf": "fe8c022f48d8dd29f17b744d16f9346f4357e16f7d4f7be58b000ae7c291b614",
    "NotoSansDevanagari-Bold.ttf": "67f1ec9e2ac30b261090e32953b2df0adf6c942ab26ac47efb490fa7315bddab",
    "NotoSansDevanagari-Regular.ttf": "084a94d89eb54aafb93a056e15425c34fd859f6342875165d304837b3bcfc2d2",
}


def text_of(made: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made))


def document(**more: object) -> Document:
    given: dict[str, object] = {"title": "A title", "language": "en", "blocks": (Paragraph("Words"),)}
    return Document(**(given | more))  # type: ignore[arg-type]


def test_fonts_are_as_published() -> None:
    folder = Path(printing).parent / "fonts"
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.ttf")}
    assert found == DIGESTS


def test_every_block_is_on_the_paper_and_the_file_is_tagged_and_the_same_each_time() -> None:
    whole = document(
        head=("Jalgaon Cyber Police",),
        marking="DRAFT – REVIEW BEFORE USE",
        reference="IN-MH-JALGAON/2026/0001",
        blocks=(
            Heading("A heading"), Paragraph((Run("plain "), Run("strong", Style.STRONG))), Items(("one", "two"), numbered=True),
            Facts((("Port", (Run("port of the address", Style.MISSING),)),)),
            Table("Files", ("SHA-256", "Name"), tuple(((Run("ab" * 32, Style.CODE),), "x") for _ in range(80)), (3, 1)),
            Remark("IT Act 2000 s.67B"), SignHere(("Name, rank, date",)),
        ),
    )  # fmt: skip
    made = to_pdf(whole)
    assert made == to_pdf(whole)
    assert b"/StructTreeRoot" in made and b"pdfuaid" in made
    text = text_of(made)
    for words in (
        "A title", "A heading", "strong", "two", "[port of the address]", "IT Act 2000 s.67B", "Name, rank, date",
        "DRAFT – REVIEW BEFORE USE", "Page 2 / 2", "IN-MH-JALGAON/2026/0001", "Jalgaon Cyber Police", "ab" * 32,
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize(("language", "words"), [("hi", "प्राथमिकी का प्रारूप"), ("mr", "प्रथम माहिती अहवाल")])
def test_devanagari_is_in_the_file_as_text(language: str, words: str) -> None:
    made = to_pdf(document(title=words, language=language))
    assert f"/Lang({language})".encode() in made
    assert words in text_of(made)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_any_text_prints_and_none_of_it_is_markup(words: str) -> None:
    made = to_pdf(document(title="T", blocks=(Paragraph(words), Facts(((words, words),)), Items((words,)))))
    assert made.startswith(b"%PDF-")


def test_markup_of_the_typesetter_and_hidden_characters_are_shown_as_they_are() -> None:
    text = text_of(to_pdf(document(blocks=(Paragraph('#read("/etc/passwd") *x* $y$ \u202eevil'),))))
    assert '#read("/etc/passwd") *x* $y$' in text
    assert "U+202E" in text


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        Table("Files", ("a", "b"), (("only one",),))
