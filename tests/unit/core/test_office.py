"""Office files, read back with the libraries: structure, marking, language, and text that would break XML."""

from __future__ import annotations

import io
import zipfile

import docx
import odfdo
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

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
from tipline.core.printing.office import to_docx, to_odt
from tipline.core.text import visible

WHOLE = Document(
    title="प्रथम सूचना रिपोर्ट",
    language="hi",
    head=("जळगाव", "Example Road 1"),
    marking="प्रारूप – उपयोग से पहले जांच करें",
    reference="IN-X/2026/0001 / L1",
    blocks=(
        Heading("1. पुलिस थाना"),
        Heading("Lower", 2),
        Paragraph((Run("At "), Run("Police station", Style.MISSING), Run("\nnow", Style.STRONG))),
        Items(("one", "two"), numbered=True),
        Items(("three",)),
        Facts((("Case", "1"), ("Rank", (Run("to be filled in", Style.MISSING),)))),
        Table("Addresses", ("Address", "Port"), (((Run("192.0.2.1", Style.CODE),), "443"), ("2001:db8::1", "80"))),
        Remark("Mind this."),
        SignHere(("Signature",)),
    ),
)
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["\x00", "\x0b", "\ufffe", "<w:t>&amp;", "]]>", "\u202eabc", " two  spaces ", "=1+1", "{{x}}", "\ud800"[:0]]
)


def _whole_docx() -> docx.document.Document:
    return docx.Document(io.BytesIO(to_docx(WHOLE)))


def test_docx_has_real_headings_tables_with_header_rows_and_the_marking_on_every_page() -> None:
    made = _whole_docx()
    headings = [(p.style.name, p.text) for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert headings == [("Heading 1", WHOLE.title), ("Heading 2", "1. पुलिस थाना"), ("Heading 3", "Lower")]
    section = made.sections[0]
    assert section.header.paragraphs[0].text == WHOLE.marking
    assert WHOLE.reference in section.footer.paragraphs[0].text and "पृष्ठ" in section.footer.paragraphs[0].text
    assert "PAGE" in section.footer._element.xml
    facts, table = made.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Address", "Port"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in table.rows[1].cells] == ["192.0.2.1", "443"]
    assert [cell.text for cell in facts.rows[1].cells] == ["Rank", "[to be filled in]"]


def test_docx_marks_what_is_missing_and_says_its_language_and_fonts() -> None:
    made = _whole_docx()
    marked = [r.text for p in made.paragraphs for r in p.runs if r.font.highlight_color is not None]
    assert marked == ["[Police station]"]
    properties = made.styles["Normal"].element.rPr
    assert properties.find(qn("w:lang")).get(qn("w:bidi")) == "hi-IN"
    assert properties.rFonts.get(qn("w:cs")) == "Noto Sans Devanagari"
    assert properties.rFonts.get(qn("w:ascii")) == "Noto Sans"
    assert made.core_properties.title == WHOLE.title


def test_odt_has_the_same() -> None:
    made = odfdo.Document(io.BytesIO(to_odt(WHOLE)))
    assert [(h.get_attribute("text:outline-level"), h.text_recursive) for h in made.body.headers] == [
        ("1", WHOLE.title), ("2", "1. पुलिस थाना"), ("3", "Lower"),
    ]  # fmt: skip
    xml = zipfile.ZipFile(io.BytesIO(to_odt(WHOLE)))
    content, styles = xml.read("content.xml").decode(), xml.read("styles.xml").decode()
    assert "table:table-header-rows" in content and "192.0.2.1" in content
    assert "[Police station]" in content and 'text:style-name="Missing"' in content
    assert WHOLE.marking in styles and WHOLE.reference in styles and "text:page-number" in styles
    assert 'style:language-complex="hi"' in styles and "Noto Sans Devanagari" in styles
    assert xml.namelist()[0] == "mimetype" and xml.getinfo("mimetype").compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("write", [to_docx, to_odt])
def test_the_same_document_gives_the_same_bytes(write: object) -> None:
    assert write(WHOLE) == write(WHOLE)  # type: ignore[operator]


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_any_text_is_kept_and_breaks_nothing(one: str, two: str) -> None:
    document = Document(
        title=one, language="mr", head=(two,), marking=one, reference=two,
        blocks=(
            Heading(one), Paragraph((Run(two), Run(one, Style.MISSING))), Facts(((one, two),)), Items((one,), numbered=True),
            Table(one, ("h", two), ((one, (Run(two, Style.CODE),)),)), Remark(two), SignHere((one,)),
        ),
    )  # fmt: skip
    made = docx.Document(io.BytesIO(to_docx(document)))
    assert made.tables[1].rows[1].cells[1].text == visible(two, lines=True)
    packed = zipfile.ZipFile(io.BytesIO(to_odt(document)))
    for name in ("content.xml", "styles.xml", "meta.xml"):
        etree.fromstring(packed.read(name))
    cells = etree.fromstring(packed.read("content.xml")).iter(
        "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"
    )
    shown = visible(two, lines=True).split()
    assert "".join(shown) in {"".join("".join(cell.itertext()).split()) for cell in cells}
