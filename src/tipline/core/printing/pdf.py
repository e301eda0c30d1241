"""Documents as PDF: tagged for screen readers (PDF/UA-1), with the fonts in the file, the same bytes for the same document."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from tipline.core.errors import TiplineError
from tipline.core.printing.model import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Remark,
    SignHere,
    Table,
    Text,
    runs,
)
from tipline.core.text import visible

HERE = Path(__file__).parent
_PAGE_WORDS = {"en": "Page", "hi": "पृष्ठ", "mr": "पृष्ठ"}


class PrintingError(TiplineError):
    """A document could not be set."""


def to_pdf(document: Document) -> bytes:
    """The document as PDF, A4, tagged; as PDF/UA-1 when the fonts draw all of its characters. The same document gives the same bytes.

    Raises
    ------
    PrintingError
        naming what the typesetter says; a fault of the software.
    """
    data = json.dumps(_plain(document), ensure_ascii=False)
    try:
        made = _set(data, ["ua-1"])
    except typst.TypstError as first:
        # a character that none of the fonts draws cannot stand in PDF/UA; the file is tagged all the same
        try:
            made = _set(data, [])
        except typst.TypstError as error:
            raise PrintingError(f"the document {document.title!r} could not be set: {error.message}") from first
    if not isinstance(made, bytes):
        raise PrintingError("the typesetter made no file")
    return made


def _set(data: str, standards: list[typst.PDFStandard]) -> bytes | list[bytes] | None:
    return _compiler().compile(
        format="pdf", sys_inputs={"document": data}, pdf_standards=standards, timestamp=0, pretty=False
    )


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    # the template and the fonts are read once a process; no font of the machine is used, so that files are the same everywhere
    return typst.Compiler(
        input=str(HERE / "document.typ"), root=str(HERE), font_paths=[str(HERE / "fonts")], ignore_system_fonts=True
    )


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": visible(document.title),
        "language": document.language,
        "head": [visible(line) for line in document.head],
        "marking": visible(document.marking),
        "reference": visible(document.reference),
        "page_word": document.page_word or _PAGE_WORDS.get(document.language, "Page"),
        "blocks": [_block(block) for block in document.blocks],
    }


def _text(text: Text) -> list[dict[str, str]]:
    return [{"text": visible(run.text, lines=True), "style": run.style.value} for run in runs(text)]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": visible(block.text), "level": block.level}
        case Paragraph():
            return {"kind": "paragraph", "text": _text(block.text)}
        case Items():
            return {"kind": "items", "items": [_text(item) for item in block.items], "numbered": block.numbered}
        case Facts():
            return {"kind": "facts", "rows": [[visible(name), _text(value)] for name, value in block.rows]}
        case Table():
            return {
                "kind": "table",
                "caption": visible(block.caption),
                "head": [visible(name) for name in block.head],
                "rows": [[_text(cell) for cell in row] for row in block.rows],
                "widths": list(block.widths or (1.0,) * len(block.head)),
            }
        case Remark():
            return {"kind": "remark", "text": _text(block.text)}
        case SignHere():
            return {"kind": "sign", "lines": [visible(line) for line in block.lines]}
