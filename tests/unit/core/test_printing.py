"""Printed papers: the same bytes for the same document, tagged, in three languages, and reported text is only text."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.core.printing import __file__ as printing
from tipline.core.printing.coverage import SIGNS, coverage, drawn
from tipline.core.printing.model import (
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Picture,
    Remark,
    Run,
    SignHere,
    Style,
    Table,
)
from tipline.core.printing.office import to_odt
from tipline.core.printing.pdf import to_pdf

# As tools/vendor.sh takes them in after checking the integrity that npm states.
DIGESTS = {
    "NotoSans-Bold.ttf": "13a813c49624ae3ba3c5c6e72c5ebffc4b9e1e6ea32f421c04069b037c6ad431",
    "NotoSans-Regular.ttf": "fe8c022f48d8dd29f17b744d16f9346f4357e16f7d4f7be58b000ae7c291b614",
    "NotoSansArabic-Regular.ttf": "252629ca0e87b6233851249b8cbf7b43445211a8caf199f1b306a19202251508",
    "NotoSansBengali-Regular.ttf": "6826d9667972f0f96e48c46f7a24e70afe97205032e6295cfb1f13fbbb8b90a3",
    "NotoSansDevanagari-Bold.ttf": "67f1ec9e2ac30b261090e32953b2df0adf6c942ab26ac47efb490fa7315bddab",
    "NotoSansDevanagari-Regular.ttf": "084a94d89eb54aafb93a056e15425c34fd859f6342875165d304837b3bcfc2d2",
    "NotoSansGujarati-Regular.ttf": "7cc0f340be8ef8b63f92181fd5576a4b19631059fd6576c6fd5fcd40f1543610",
    "NotoSansGurmukhi-Regular.ttf": "2b0fbe8d4cc2a18aa08c6f21d3924423c113fb7ec6d786a77c30cf1d3153c4c7",
    "NotoSansKannada-Regular.ttf": "40e8188c98e3913aae2241d570b179fdc29fd90ecb6b5dc4376298bcbe45c38b",
    "NotoSansMalayalam-Regular.ttf": "68cbfeac7177700d87671f2a3bdb3db70fa26016e41cdac24e20877bf3736485",
    "NotoSansOriya-Regular.ttf": "ba383a603869b5874d88a51ccd9aa526aefd18130c497bae6ce25db09507dd6e",
    "NotoSansTamil-Regular.ttf": "f26d8b66bf6f38dd9af6326a52188fa1a8a0b9b2905c4bd7e07c865f65a85d79",
    "NotoSansTelugu-Regular.ttf": "7fcef235380f945d4a97fdfec030952afab6907004cfa37ed664fed8d4962eac",
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


def _pages(made: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made)]


def test_no_row_is_torn_in_two_by_the_end_of_a_page() -> None:
    rows = tuple((f"first-{n}\nsecond\nthird\nlast-{n}", f"{n}") for n in range(60))
    facts = Facts(tuple((f"label-{n} " + "of several lines and words " * 4 + f"end-{n}", "x") for n in range(60)))
    pages = _pages(to_pdf(document(blocks=(Table("Rows", ("What", "No."), rows, (4, 1)), facts))))
    assert len(pages) > 6
    for n in range(60):
        for first, last in ((f"first-{n}\r", f"last-{n}\r"), (f"label-{n} ", f"end-{n}\r")):
            assert [first in page for page in pages] == [last in page.replace("\n", "\r") for page in pages], n


def test_a_short_table_and_lines_to_sign_stand_on_one_page_and_a_cell_longer_than_a_page_is_all_there() -> None:
    law = Table("Law", ("Act", "Section"), tuple((f"Act {n}", f"s.{n}") for n in range(5)), (1, 1))
    for lines in range(30, 60):
        filled = tuple(Paragraph(f"line {n}") for n in range(lines))
        pages = _pages(to_pdf(document(blocks=(*filled, SignHere(("Name and rank", "Date and place")), law))))
        assert sum("Act 0" in page for page in pages) == 1
        assert next(page for page in pages if "Act 0" in page).count("Act ") >= 5, lines
        assert "Date and place" in next(page for page in pages if "Name and rank" in page), lines
    words = " ".join(f"word{n}" for n in range(3000))
    made = text_of(
        to_pdf(document(blocks=(Table("Long", ("A", "B"), ((words, "x"),), (1, 5)), Facts((("f", words),)))))
    )
    assert all(made.count(f"word{n}") >= 2 for n in range(0, 3000, 37))


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
    assert b"pdfuaid" in made


@pytest.mark.parametrize("words", [
    "મીના પટેલ", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "সুমিত্রা দাস", "கவிதா", "లక్ష్మీ", "ಮಂಜುನಾಥ", "രാധാകൃഷ്ണൻ", "ସୁଭାଷ", "محمد یوسف ٹھاکر", "राधा क्षीरसागर", "→ ☐ ☑",
])  # fmt: skip
def test_names_in_the_scripts_of_india_are_drawn(words: str) -> None:
    made = to_pdf(document(blocks=(Paragraph(words),)))
    assert b"pdfuaid" in made
    assert "U+" not in text_of(made)


def test_what_no_font_draws_is_written_out_and_the_file_stays_accessible() -> None:
    made = to_pdf(document(blocks=(Paragraph("kite \U0001f3c6 漢 க\u0abe"),)))
    assert b"pdfuaid" in made
    for mark in ("⟨U+1F3C6⟩", "⟨U+6F22⟩", "க⟨U+0ABE⟩"):
        assert mark in drawn("kite \U0001f3c6 漢 க\u0abe")
    assert "U+1F3C6" in text_of(made)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from([c for font in coverage() for c in sorted(font)] + sorted(SIGNS)), max_size=120))
def test_whatever_the_fonts_draw_is_accessible_in_any_mixture(words: str) -> None:
    assert b"pdfuaid" in to_pdf(document(blocks=(Paragraph(words), Facts((("x", (Run(words, Style.CODE),)),)))))


def test_markup_of_the_typesetter_and_hidden_characters_are_shown_as_they_are() -> None:
    text = text_of(to_pdf(document(blocks=(Paragraph('#read("/etc/passwd") *x* $y$ \u202eevil'),))))
    assert '#read("/etc/passwd") *x* $y$' in text
    assert "U+202E" in text


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        Table("Files", ("a", "b"), (("only one",),))


def test_a_drawing_of_software_is_read_aloud_and_in_files_to_edit_it_is_its_words() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    paper = document(blocks=(Picture(drawing, "Bar chart of reports: 7 \u202eevil"),))
    made = to_pdf(paper)
    assert b"pdfuaid" in made and made != to_pdf(document(blocks=()))
    words = zipfile.ZipFile(io.BytesIO(to_odt(paper))).read("content.xml").decode()
    assert "Bar chart of reports: 7 ⟨U+202E⟩evil" in words
