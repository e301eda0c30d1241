"""Reads workbooks and PDFs in a process of its own, with limits on memory and time, since their readers are not ours.

It knows nothing of Tipline: run as a script, the file on standard input, one JSON value a line on standard output: an object for
something said about the file, a list for the cells of a row. `docs/explanation/replies.md` says why.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 120
MOST_UNPACKED = 1024**3
MOST_RATIO = 200  # of a member that unpacks to more than a mebibyte
MOST_MEMBERS = 2_000
MOST_PAGES = 2_000
MOST_CHARACTERS = 20_000_000
MOST_NAMED = 50
_STEP = 1024 * 1024
_OVERLAP = 512
# a cell with a formula; and one beyond column GZ, which makes a sheet of a billion cells out of one
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]{0,200}?\br="([A-Z]{1,3}\d{1,7})"[^>]{0,200}>\s*<(?:\w+:)?f[\s>/]')
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FAR = re.compile(rb'<(?:\w+:)?c\b[^>]{0,200}?\br="(?:[H-Z][A-Z]|[A-Z]{3})\d')
_ODS_FORMULA = re.compile(rb"\btable:formula\s*=")
# a sheet that claims more cells than anybody writes
_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="(\d{5,})"')
_FORBIDDEN = (
    ("vbaproject", "macros"), ("macrosheets/", "macros"), ("externallinks/", "links to other files"), ("connections.xml", "links to data elsewhere"),
    ("querytables/", "links to data elsewhere"), ("embeddings/", "embedded files"), ("activex/", "controls"), ("basic/", "macros"), ("scripts/", "macros"),
)  # fmt: skip


class RefusedError(Exception):
    """The file is not read."""


def say(value: Any) -> None:
    """One JSON value, one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")


def main() -> None:
    """Read standard input as the form that the first argument names."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    form, body = sys.argv[1], sys.stdin.buffer.read()
    try:
        if form == "pdf":
            read_pdf(body)
        else:
            read_workbook(form, body)
        say({"end": True})
    except RefusedError as refusal:
        say({"refused": str(refusal)})
    except MemoryError:
        say({"refused": "it takes more memory than a reply may"})
    except Exception as error:  # whatever a reader says of a broken file
        say({"refused": f"it cannot be read: {type(error).__name__}"})


def read_workbook(form: str, body: bytes) -> None:
    """Check the container, then say the rows of its one sheet."""
    from python_calamine import CalamineWorkbook

    if form == "xls":
        if "_VBA_PROJECT".encode("utf-16-le") in body:
            raise RefusedError("there are macros in it")
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise RefusedError("it is encrypted; ask its sender for the password and save it without one")
        say({"suspicion": "an XLS file: whether a value was computed by a formula cannot be told", "where": ""})
    else:
        check_container(form, body)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
    sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names[:20]]
    if len(workbook.sheet_names) > 20:
        raise RefusedError("it has more than 20 sheets")
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise RefusedError("its sheets are empty")
    for other in filled[1:]:
        say({"suspicion": f"sheet {other.name!r} is not read: the first with content is", "where": other.name})
    first = filled[0]
    if first.width > 250:
        raise RefusedError(f"it has {first.width:,} columns; at most 200 are read")
    above = first.start[0] if first.start else 0
    for number, cells in enumerate(first.iter_rows(), above + 1):
        if (texts := [text_of(cell) for cell in cells]) and any(texts):
            say([number, *texts])


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without a point, times as ISO 8601 without a zone."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def check_container(form: str, body: bytes) -> None:
    """Refuse what unpacks too large, macros, links and embedded files; name the cells with formulas."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise RefusedError(f"there are more than {MOST_MEMBERS:,} files in it")
        if sum(member.file_size for member in members) > MOST_UNPACKED:
            raise RefusedError("it unpacks to more than 1 GiB")
        for member in members:
            name = member.filename.lower()
            if member.flag_bits & 1:
                raise RefusedError("it is encrypted; ask its sender for the password and save it without one")
            if member.file_size > 1024**2 and member.file_size > MOST_RATIO * max(member.compress_size, 1):
                raise RefusedError(f"a part of it unpacks to more than {MOST_RATIO} times its size")
            for part, what in _FORBIDDEN:
                if part in name:
                    raise RefusedError(f"there are {what} in it")
        found = 0
        for member in members:
            name = member.filename.lower()
            if name == "[content_types].xml" and b"macroEnabled" in archive.read(member):
                raise RefusedError("there are macros in it")
            if form == "xlsx" and name.startswith("xl/worksheets/") and name.endswith(".xml"):
                found += scan(archive, member, _ANY_FORMULA, found)
            elif form == "ods" and name == "content.xml":
                found += scan(archive, member, _ODS_FORMULA, found)


def scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, sign: re.Pattern[bytes], already: int) -> int:
    """How many formulas a sheet has; the first are named by their cells."""
    sheet, count, kept = member.filename.rpartition("/")[2].removesuffix(".xml"), 0, b""
    with archive.open(member) as file:
        while piece := file.read(_STEP):
            text = kept + piece
            if text[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in piece:
                raise RefusedError("a sheet of it is not UTF-8")
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise RefusedError("a sheet of it declares a document type")
            if _FAR.search(text):
                raise RefusedError("it has cells beyond column GZ; at most 200 columns are read")
            if any(int(many) > 1_048_576 for many in _REPEATED.findall(text)):
                raise RefusedError("a cell of it is repeated more than a million times")
            # those that end in what is kept are found with the next piece
            end = len(text) - (_OVERLAP if len(piece) == _STEP else 0)
            hits = [hit for hit in sign.finditer(text, 0) if hit.start() < end]
            count += len(hits)
            if hits and already + count - len(hits) < MOST_NAMED:
                name_cells(sheet, text, hits)
            kept = text[end:]
    if count > MOST_NAMED:
        say({"suspicion": f"{count:,} cells hold formulas: their values are what a program computed", "where": sheet})
    return count


def name_cells(sheet: str, text: bytes, hits: list[re.Match[bytes]]) -> None:
    """Say which cells hold formulas."""
    cells = [hit[1].decode() for hit in _FORMULA.finditer(text)][:MOST_NAMED] or [""]
    for cell in cells[: len(hits)]:
        where = f"{sheet} {cell}".strip()
        say({"suspicion": "a cell holds a formula: its value is what a program computed", "where": where})


def read_pdf(body: bytes) -> None:
    """Say the lines of text of every page."""
    for line, text in pdf_lines(body):
        say([line, text])


def pdf_lines(body: bytes) -> Iterator[tuple[int, str]]:
    """Lines of the text layer. Nothing is drawn, no form is opened, no script is run."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise RefusedError("it is encrypted; ask its sender for the password and save it without one") from error
        raise RefusedError("it cannot be read as a PDF") from error
    if len(document) > MOST_PAGES:
        raise RefusedError(f"it has {len(document):,} pages; at most {MOST_PAGES:,} are read")
    if document.count_attachments():
        say({"suspicion": "files are attached to the PDF; they are not read", "where": ""})
    line = characters = 0
    for page in document:
        text = page.get_textpage().get_text_range()
        characters += len(text)
        if characters > MOST_CHARACTERS:
            raise RefusedError(f"it has more than {MOST_CHARACTERS:,} characters")
        for one in text.splitlines():
            line += 1
            if one.strip():
                yield line, one.strip()
    if not characters:
        raise RefusedError("it has no text: a scan is a picture, and pictures are not read here")


if __name__ == "__main__":
    main()
