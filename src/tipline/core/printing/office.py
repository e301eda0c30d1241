"""Documents as files that office programs edit: DOCX (ISO/IEC 29500) and ODT (ISO/IEC 26300). Every text is made visible first, so
that no character breaks the XML or hides in it. The same document gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
import odfdo
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tipline.core.printing.model import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Picture,
    Remark,
    SignHere,
    Style,
    Table,
    Text,
    runs,
)
from tipline.core.text import visible

LATIN, INDIC = "Noto Sans", "Noto Sans Devanagari"
_LOCALES = {"en": "en-IN", "hi": "hi-IN", "mr": "mr-IN"}
_PAGE_WORDS = {"en": "Page", "hi": "पृष्ठ", "mr": "पृष्ठ"}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # a file says nothing of when it was made: the letter does
_LINE_WIDTH_CM = 16.8


def _shown(text: str) -> str:
    return visible(text, lines=True)


# -- DOCX -----------------------------------------------------------------------------------------------------------------


def to_docx(document: Document) -> bytes:
    """The document as DOCX: headings, tables with header rows, the marking in the header, reference and page in the footer."""
    made = docx.Document()
    _docx_defaults(made, document)
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.1)
    if document.marking:
        top = section.header.paragraphs[0]
        top.alignment = WD_ALIGN_PARAGRAPH.CENTER
        marked = top.add_run(_shown(document.marking))
        marked.bold, marked.font.size, marked.font.color.rgb = True, Pt(8.5), RGBColor(0x8A, 0x1C, 0x00)
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{_shown(document.reference)}\t\t{document.page_word or _PAGE_WORDS.get(document.language, 'Page')} ")
    _docx_page_number(foot)
    for line in document.head:
        made.add_paragraph(_shown(line)).paragraph_format.space_after = Pt(0)
    made.add_heading(_shown(document.title), 1)
    for block in document.blocks:
        _docx_block(made, block)
    kept = io.BytesIO()
    made.save(kept)
    return _repacked(kept.getvalue())


def _docx_defaults(made: Any, document: Document) -> None:
    core = made.core_properties
    core.title, core.author, core.language = (
        _shown(document.title)[:250],
        "Tipline",
        _LOCALES.get(document.language, "en-IN"),
    )
    core.created = core.modified = _LONG_AGO
    core.comments = core.last_modified_by = ""
    locale = _LOCALES.get(document.language, "en-IN")
    for name in (
        "Normal",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "List Bullet",
        "List Number",
        "Caption",
        "Header",
        "Footer",
    ):
        style = made.styles[name]
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        for kind, font in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", LATIN), ("cs", INDIC)):
            fonts.set(qn(f"w:{kind}"), font)
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        language = OxmlElement("w:lang")
        for kind in ("val", "bidi"):
            language.set(qn(f"w:{kind}"), locale)
        properties.append(language)
        style.font.color.rgb = RGBColor(0, 0, 0)
    made.styles["Normal"].font.size = Pt(10)
    # the language of the whole, for what has no style of its own
    defaults = made.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    if defaults is not None:
        for kind in ("val", "bidi"):
            defaults.set(qn(f"w:{kind}"), locale)


def _docx_page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _docx_runs(paragraph: Any, text: Text) -> Any:
    for part in runs(text):
        shown = _shown(part.text)
        made = paragraph.add_run(f"[{shown}]" if part.style == Style.MISSING else shown)
        if part.style == Style.STRONG:
            made.bold = True
        elif part.style == Style.MISSING:
            made.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return paragraph


def _docx_block(made: Any, block: Block) -> None:
    match block:
        case Heading():
            made.add_heading(_shown(block.text), block.level + 1)
        case Paragraph():
            _docx_runs(made.add_paragraph(), block.text)
        case Picture():  # a file to be edited has its words: the numbers stand in the table beside it
            made.add_paragraph(_shown(block.alt))
        case Remark():
            paragraph = _docx_runs(made.add_paragraph(), block.text)
            paragraph.paragraph_format.left_indent = Cm(0.6)
            for run in paragraph.runs:
                run.italic = True
        case Items():
            for number, item in enumerate(block.items, 1):
                # numbers are text: Word would go on counting from the list before
                paragraph = made.add_paragraph(style="Normal" if block.numbered else "List Bullet")
                if block.numbered:
                    paragraph.paragraph_format.left_indent = Cm(0.8)
                    paragraph.add_run(f"{number}. ")
                _docx_runs(paragraph, item)
        case Facts():
            table = made.add_table(rows=0, cols=2)
            for name, value in block.rows:
                cells = table.add_row().cells
                cells[0].text = _shown(name)
                _docx_runs(cells[1].paragraphs[0], value)
            _docx_widths(table, (0.34, 0.66))
            made.add_paragraph().paragraph_format.space_after = Pt(0)
        case Table():
            _docx_table(made, block)
        case SignHere():
            for line in block.lines:
                made.add_paragraph().paragraph_format.keep_with_next = True
                made.add_paragraph("_" * 40 + "\n" + _shown(line)).paragraph_format.keep_together = True


def _docx_table(made: Any, block: Table) -> None:
    caption = made.add_paragraph(_shown(block.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = made.add_table(rows=1, cols=len(block.head), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, block.head, strict=True):
        cell.paragraphs[0].add_run(_shown(name)).bold = True
    # a header row: read aloud with each cell, and repeated on each page
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in block.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            _docx_runs(cell.paragraphs[0], value)
    for row in table.rows:  # no row is torn in two by the end of a page
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
    shares = block.widths or (1.0,) * len(block.head)
    _docx_widths(table, tuple(share / sum(shares) for share in shares), 8.5)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _docx_widths(table: Any, shares: tuple[float, ...], size: float | None = None) -> None:
    """Widths of the columns; with `size`, the size of letters in points, and no space between lines."""
    table.autofit = False
    for column, share in zip(table._tbl.tblGrid.gridCol_lst, shares, strict=True):
        column.w = Cm(_LINE_WIDTH_CM * share)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Cm(_LINE_WIDTH_CM * share)
            if size is not None:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.space_after = Pt(0)
                    for run in paragraph.runs:
                        run.font.size = Pt(size)


# -- ODT ------------------------------------------------------------------------------------------------------------------


def to_odt(document: Document) -> bytes:
    """The document as ODT: as `to_docx`."""
    made = odfdo.Document("text")
    made.body.clear()
    locale = _LOCALES.get(document.language, "en-IN").split("-")
    _odt_styles(made, document, locale)
    for line in document.head:
        made.body.append(odfdo.Paragraph(_shown(line), style="Head_20_line"))
    made.body.append(_odt_runs(odfdo.Header(1), document.title))
    for number, block in enumerate(document.blocks):
        for element in _odt_block(made, block, number):
            made.body.append(element)
    made.meta.title = _shown(document.title)[:250]
    made.meta.creator = "Tipline"
    made.meta.language = "-".join(locale)
    made.meta.creation_date = made.meta.date = _LONG_AGO.replace(tzinfo=None)
    made.meta.generator = "Tipline"
    kept = io.BytesIO()
    made.save(kept)
    return _repacked(kept.getvalue())


def _odt_styles(made: Any, document: Document, locale: list[str]) -> None:
    language, country = locale
    text: dict[str, str] = {
        "fo:font-family": f"'{LATIN}'", "style:font-name": LATIN, "style:font-family-complex": f"'{INDIC}'",
        "style:font-name-complex": INDIC, "fo:language": language, "fo:country": country,
        "style:language-complex": language, "style:country-complex": country,
    }  # fmt: skip
    for name in (LATIN, INDIC):
        made.insert_style(odfdo.Style("font-face", name=name, font_name=name, font_family=name), automatic=False)
    default = made.get_style("paragraph", None)
    if default is not None:
        _odt_properties(default, text)
    for family, name, properties, more in (
        ("paragraph", "Standard", {"fo:font-size": "10pt", "style:font-size-complex": "10pt"}, {"fo:margin-bottom": "0.2cm"}),
        ("paragraph", "Head_20_line", {"fo:color": "#555555"}, {}),
        ("paragraph", "Remark", {"fo:font-style": "italic"}, {"fo:margin-left": "0.6cm", "fo:margin-bottom": "0.2cm"}),
        ("paragraph", "Marking", {"fo:color": "#8a1c00", "fo:font-weight": "bold", "style:font-weight-complex": "bold", "fo:font-size": "8.5pt"}, {"fo:text-align": "center"}),
        ("paragraph", "Table_20_text", {"fo:font-size": "8.5pt", "style:font-size-complex": "8.5pt"}, {}),
        ("paragraph", "Table_20_head", {"fo:font-size": "8.5pt", "style:font-size-complex": "8.5pt", "fo:font-weight": "bold", "style:font-weight-complex": "bold"}, {}),
        ("text", "Strong", {"fo:font-weight": "bold", "style:font-weight-complex": "bold"}, {}),
        ("text", "Missing", {"fo:background-color": "#ffff66"}, {}),
    ):  # fmt: skip
        style = odfdo.Style(family, name=name)
        _odt_properties(style, (text if family == "paragraph" else {}) | properties)
        if more:
            style.set_properties(dict(more), area="paragraph")
        made.insert_style(style, automatic=False)
    for level, size in ((1, "15pt"), (2, "11.5pt"), (3, "10pt")):
        style = odfdo.Style("paragraph", name=f"Heading_20_{level}")
        style.set_attribute("style:default-outline-level", str(level))
        _odt_properties(
            style,
            text
            | {
                "fo:font-size": size,
                "style:font-size-complex": size,
                "fo:font-weight": "bold",
                "style:font-weight-complex": "bold",
            },
        )
        style.set_properties(
            {"fo:margin-top": "0.4cm", "fo:margin-bottom": "0.2cm", "fo:keep-with-next": "always"}, area="paragraph"
        )
        made.insert_style(style, automatic=False)
    cell = odfdo.Style("table-cell", name="Lined")
    cell.set_properties({"fo:border": "0.5pt solid #999999", "fo:padding": "0.1cm"}, area="table-cell")
    made.insert_style(cell, automatic=True)
    page = made.get_style("master-page", "Standard")
    if page is None:
        pages = made.get_styles("master-page")
        page = pages[0]
    if document.marking:
        page.set_page_header(odfdo.Paragraph(_shown(document.marking), style="Marking"))
    foot = odfdo.Paragraph(
        f"{_shown(document.reference)}    {document.page_word or _PAGE_WORDS.get(document.language, 'Page')} "
    )
    foot.append(odfdo.Element.from_tag('<text:page-number text:select-page="current">1</text:page-number>'))
    page.set_page_footer(foot)


def _odt_properties(style: Any, properties: dict[str, str]) -> None:
    style.set_properties(dict(properties), area="text")


def _odt_runs(paragraph: Any, text: Text) -> Any:
    for part in runs(text):
        shown = _shown(part.text)
        if part.style in {Style.STRONG, Style.MISSING}:
            span = odfdo.Span(style="Missing" if part.style == Style.MISSING else "Strong")
            span.append_plain_text(f"[{shown}]" if part.style == Style.MISSING else shown)
            paragraph.append(span)
        else:
            paragraph.append_plain_text(shown)
    return paragraph


def _odt_block(made: Any, block: Block, number: int) -> list[Any]:
    match block:
        case Heading():
            return [_odt_runs(odfdo.Header(block.level + 1), block.text)]
        case Paragraph():
            return [_odt_runs(odfdo.Paragraph(style="Standard"), block.text)]
        case Picture():
            return [odfdo.Paragraph(_shown(block.alt), style="Standard")]
        case Remark():
            return [_odt_runs(odfdo.Paragraph(style="Remark"), block.text)]
        case Items():
            if block.numbered:
                return [
                    _odt_runs(_odt_runs(odfdo.Paragraph(style="Standard"), f"{at}. "), item)
                    for at, item in enumerate(block.items, 1)
                ]
            entries = odfdo.List()
            for item in block.items:
                entry = odfdo.ListItem()
                entry.append(_odt_runs(odfdo.Paragraph(style="Standard"), item))
                entries.append(entry)
            return [entries]
        case Facts():
            rows: list[tuple[Text, ...]] = [(name, value) for name, value in block.rows]
            return [_odt_table(made, f"Facts{number}", (), rows, (0.34, 0.66), lined=False), odfdo.Paragraph()]
        case Table():
            shares = block.widths or (1.0,) * len(block.head)
            table = _odt_table(
                made, f"Table{number}", block.head, list(block.rows), tuple(s / sum(shares) for s in shares), lined=True
            )
            return [_odt_runs(odfdo.Paragraph(style="Head_20_line"), block.caption), table, odfdo.Paragraph()]
        case SignHere():
            return [
                element
                for line in block.lines
                for element in (odfdo.Paragraph(), odfdo.Paragraph("_" * 40), _odt_runs(odfdo.Paragraph(), line))
            ]


def _odt_table(
    made: Any, name: str, head: tuple[str, ...], rows: list[tuple[Text, ...]], shares: tuple[float, ...], *, lined: bool
) -> Any:
    """A table, element by element: the library's own cells take plain text only."""
    table = odfdo.Element.from_tag("table:table")
    table.set_attribute("table:name", name)
    for at, share in enumerate(shares):
        style = odfdo.Style("table-column", name=f"{name}.{at}")
        style.set_properties({"style:column-width": f"{_LINE_WIDTH_CM * share:.2f}cm"}, area="table-column")
        made.insert_style(style, automatic=True)
        column = odfdo.Element.from_tag("table:table-column")
        column.set_attribute("table:style-name", f"{name}.{at}")
        table.append(column)
    if head:
        repeated = odfdo.Element.from_tag("table:table-header-rows")
        repeated.append(_odt_row(tuple(head), "Table_20_head", lined=lined))
        table.append(repeated)
    for row in rows:
        table.append(_odt_row(row, "Table_20_text" if lined else "Standard", lined=lined))
    return table


def _odt_row(cells: tuple[Text, ...], style: str, *, lined: bool) -> Any:
    row = odfdo.Element.from_tag("table:table-row")
    for value in cells:
        cell = odfdo.Element.from_tag("table:table-cell")
        cell.set_attribute("office:value-type", "string")
        if lined:
            cell.set_attribute("table:style-name", "Lined")
        cell.append(_odt_runs(odfdo.Paragraph(style=style), value))
        row.append(cell)
    return row


# -- the same bytes -------------------------------------------------------------------------------------------------------


def _repacked(packed: bytes) -> bytes:
    """The same archive with one date in it, in the order that it has: `mimetype` stays first and uncompressed (ISO/IEC 26300-3, 3.3)."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as before, zipfile.ZipFile(kept, "w") as after:
        names = before.namelist()
        for name in sorted(names, key=lambda one: (one != "mimetype", one != "[Content_Types].xml", one)):
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            content = _without_clock(name, before.read(name))
            after.writestr(zipfile.ZipInfo(name), content, how)
    return kept.getvalue()


# How long a file was open in a program, and how often it was kept.
_EDITING = re.compile(rb"<meta:(editing-duration|editing-cycles)>[^<]*</meta:(editing-duration|editing-cycles)>")


def _without_clock(name: str, content: bytes) -> bytes:
    return _EDITING.sub(b"", content) if name == "meta.xml" else content
