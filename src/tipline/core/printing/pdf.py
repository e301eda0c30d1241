"""Documents as PDF: tagged for screen readers (PDF/UA-1), with the fonts in the file, the same bytes for the same document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from tipline.core.config import config
from tipline.core.errors import TiplineError
from tipline.core.printing.coverage import FAMILIES, FONTS, drawn
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
    Table,
    Text,
    runs,
)

HERE = Path(__file__).parent
_LINE = 85  # letters on a whole line of a table, in the widest script
# Lines that are kept on one page, of a row or of a table with few rows. Some sixty fit; what is longer than a page would be cut off.
_MOST_TOGETHER = 40
_FEW_ROWS = 6
IN_RANGE = "Training range: nothing here is real"
_FACTS = (0.32, 0.68)
_PAGE_WORDS = {"en": "Page", "hi": "पृष्ठ", "mr": "पृष्ठ"}


class PrintingError(TiplineError):
    """A document could not be set."""


def to_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1, A4, tagged. The same document gives the same bytes.

    A character that none of the fonts draws is written out as ⟨U+XXXX⟩ (`coverage.drawn`), like one that hides.

    Raises
    ------
    PrintingError
        naming what the typesetter says; a fault of the software.
    """
    data = json.dumps(_plain(document), ensure_ascii=False)
    try:
        made = _set(data, ["ua-1"])
    except typst.TypstError as first:
        # `drawn` keeps out what PDF/UA does not take; should it ever miss something, a tagged file is better than none
        try:
            made = _set(data, [])
        except typst.TypstError as error:
            raise PrintingError(f"the document {document.title!r} could not be set: {error.message}") from first
    if not isinstance(made, bytes):
        raise PrintingError("the typesetter made no file")
    return made


def _set(data: str, standards: list[typst.PDFStandard]) -> bytes | list[bytes] | None:
    return _compiler().compile(
        format="pdf",
        sys_inputs={"document": data, "fonts": ";".join(FAMILIES)},
        pdf_standards=standards,
        timestamp=0,
        pretty=False,
    )


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    # the template and the fonts are read once a process; no font of the machine is used, so that files are the same everywhere
    return typst.Compiler(
        input=str(HERE / "document.typ"), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True
    )


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": drawn(document.title),
        "language": document.language,
        "head": [drawn(line) for line in document.head],
        "marking": drawn(" · ".join(filter(None, (IN_RANGE if config().range else "", document.marking)))),
        "reference": drawn(document.reference),
        "page_word": document.page_word or _PAGE_WORDS.get(document.language, "Page"),
        "blocks": [_block(block) for block in document.blocks],
    }


def _text(text: Text) -> list[dict[str, str]]:
    return [{"text": drawn(run.text, lines=True), "style": run.style.value} for run in runs(text)]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": drawn(block.text), "level": block.level}
        case Paragraph():
            return {"kind": "paragraph", "text": _text(block.text)}
        case Items():
            return {"kind": "items", "items": [_text(item) for item in block.items], "numbered": block.numbered}
        case Facts():
            heights = [_height((name, value), _FACTS) for name, value in block.rows]
            return {
                "kind": "facts",
                "rows": [[drawn(name), _text(value)] for name, value in block.rows],
                "whole": max(heights, default=0) <= _MOST_TOGETHER,
            }
        case Table():
            widths = block.widths or (1.0,) * len(block.head)
            heights = [_height(row, [width / sum(widths) for width in widths]) for row in block.rows]
            return {
                "kind": "table",
                "caption": drawn(block.caption),
                "head": [drawn(name) for name in block.head],
                "rows": [[_text(cell) for cell in row] for row in block.rows],
                "widths": list(widths),
                "whole": max(heights, default=0) <= _MOST_TOGETHER,
                "together": len(heights) <= _FEW_ROWS and sum(heights) <= _MOST_TOGETHER,
            }
        case Remark():
            return {"kind": "remark", "text": _text(block.text)}
        case Picture():
            return {"kind": "picture", "svg": block.svg, "alt": drawn(block.alt)}
        case SignHere():
            lines = [drawn(line) for line in block.lines]
            return {"kind": "sign", "lines": lines, "whole": len(lines) * 4 <= _MOST_TOGETHER}


def _height(row: Sequence[Text], shares: Sequence[float]) -> int:
    """About how many lines a row takes, rather too many than too few: a row, or a table, that fits a page is kept on one."""
    return max(
        (
            sum(
                1 + int(len(line) / max(1.0, share * _LINE))
                for line in "".join(run.text for run in runs(cell)).split("\n")
            )
            for cell, share in zip(row, shares, strict=False)
        ),
        default=0,
    )
