"""CSV and its kin. The encoding is certain or it is asked for; the delimiter is found among four."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from tipline.core.text import visible
from tipline.investigation.replies.files.rows import RefusedFileError, Row

DELIMITERS = (",", ";", "\t", "|")
# What a person may choose when a file is not Unicode; never guessed.
ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso-8859-1", "cp1256")
_FIELD_LIMIT = 256 * 1024  # of the csv module, for the whole process: the same as intake/bulk/tables.py
_LOOKED_AT = 20
_STEP = 1024 * 1024


def read(body: bytes, encoding: str = "") -> Iterator[Row]:
    """Rows of a CSV file, blank lines left out.

    Raises
    ------
    RefusedFileError
        when the encoding is not known, or a quotation mark is not closed.
    """
    codec = _codec(body, encoding)
    csv.field_size_limit(_FIELD_LIMIT)
    delimiter = _delimiter(io.TextIOWrapper(io.BytesIO(body), encoding=codec, newline=""))
    lines = io.TextIOWrapper(io.BytesIO(body), encoding=codec, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RefusedFileError(f"line {before + 1}: {_plain(error)}") from error
        line, before = before + 1, reader.line_num
        if any(cells):
            yield Row(line, tuple(map(str.strip, cells)))


def _codec(body: bytes, chosen: str) -> str:
    """The encoding: what a byte order mark says, what a person chose, or UTF-8 if every byte of it is."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        named = "utf-16"
    elif chosen and chosen not in ENCODINGS:
        raise RefusedFileError(f"{visible(chosen, 40)!r} is not one of the encodings {', '.join(ENCODINGS)}")
    else:
        named = chosen or "utf-8"
    codec = "utf-8-sig" if named == "utf-8" else named
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(body), _STEP):
            decoder.decode(body[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        hint = "" if chosen else "; if its sender says which encoding it has, choose that one"
        raise RefusedFileError(f"it is not {named.upper()}{hint}") from error
    if b"\0" in body and named != "utf-16":
        line = body[: body.index(b"\0")].count(b"\n") + 1
        raise RefusedFileError(f"line {line}: a NUL character; the file is no table of text")
    return codec


def _delimiter(text: io.TextIOWrapper) -> str:
    """The delimiter by which the first lines have the most columns, in as many of them as possible."""
    sample = [line for line, _ in zip((text.readline(_FIELD_LIMIT) for _ in range(_LOOKED_AT)), range(_LOOKED_AT), strict=True) if line]  # fmt: skip
    best, most = ",", (0, 0)
    for one in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=one) if row]
        except csv.Error:
            continue
        usual = max(widths, key=widths.count, default=0)
        if usual > 1 and (widths.count(usual), usual) > most:
            best, most = one, (widths.count(usual), usual)
    return best


def _plain(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text or "unexpected end" in text:
        return "a quotation mark is not closed, or a cell goes on without end"
    return f"it cannot be read as a table: {visible(text, 100)}"
