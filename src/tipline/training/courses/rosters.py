"""Reading a roster: the CSV of officers that a course begins with, from whatever program wrote it. Nothing here writes to a database.

A row that cannot be taken is refused by line, column and reason, and the others go on. Text is data: a name that a spreadsheet would
take for a formula is a name.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.trust.places import canonical_place

COLUMNS = ("name", "email", "rank", "district")
MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
_LONGEST = {"name": 200, "email": 254, "rank": 60, "district": 80}
# What people send in the place of a CSV, by its first bytes.
_OTHER_FILES = {
    b"PK\x03\x04": "an Excel or LibreOffice workbook: save the sheet as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file: save the sheet as CSV (UTF-8)",
    b"%PDF": "a PDF: a roster is a CSV",
}
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
# What Windows-1252 has above ASCII in names and places of people; anything else says that it is another encoding.
_OF_WINDOWS = re.compile(r"[\x00-\x7f\u00a0\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
                         r"\u2013\u2014\u2018\u2019\u201c\u201d\u2026]*")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """An officer, as the roster has them; `email` is in lower case, `district` in its known spelling where there is one."""

    line: int
    name: str
    email: str
    rank: str
    district: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its line in the file, the column, and why."""

    line: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file holds. `notes` are sentences for whoever imports it: the encoding where it is not UTF-8, people of one name."""

    encoding: str
    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]


def read_roster(body: bytes) -> Roster:
    """Read a roster.

    Raises
    ------
    InvalidInputError
        when it is no roster as a whole: too large, of an encoding that is not known, without its columns.
    """
    if len(body) > MOST_BYTES:
        raise InvalidInputError(f"the roster has {len(body)} bytes; at most {MOST_BYTES} are read: split it")
    text, encoding, notes = _decoded(body)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    refused: list[Refused] = []
    try:
        places, more = _head(next(reader, []))
        notes += [f"columns that a roster does not have were left out: {', '.join(more)}"] if more else []
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(refused) >= MOST_ROWS:
                raise InvalidInputError(f"line {line}: more than {MOST_ROWS} rows: split the roster")
            found = _row(line, cells, places, len(places) + len(more))
            (rows if isinstance(found, Row) else refused).append(found)  # type: ignore[arg-type]
    except csv.Error as error:
        raise InvalidInputError(f"line {reader.line_num}: not CSV: {error}") from error
    if not rows and not refused:
        raise InvalidInputError("the roster has no rows below its columns")
    once, twice = _once(rows)
    return Roster(
        encoding, tuple(once), tuple(sorted([*refused, *twice], key=lambda one: one.line)), (*notes, *_namesakes(once))
    )


def _decoded(body: bytes) -> tuple[str, str, list[str]]:
    """The text, the name of its encoding, and what to tell of it."""
    for start, what in _OTHER_FILES.items():
        if body.startswith(start):
            raise InvalidInputError(f"this is {what}")
    encoding = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    if encoding == "utf-32":
        raise InvalidInputError("the roster is UTF-32, which is not read: save it as CSV UTF-8")
    if not encoding and b"\x00" in body:
        # UTF-16 without a mark: of the ASCII letters of the first line one byte in two is empty
        head = body[:64]
        encoding = next(
            (name for name, first in (("utf-16-le", 1), ("utf-16-be", 0)) if head[first::2].count(0) > len(head) // 4),
            "",
        )
        if not encoding:
            raise InvalidInputError("the roster has NUL bytes and is not UTF-16: it is no text; save it as CSV UTF-8")
    try:
        text = body.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding:
            name = encoding.removesuffix("-sig").upper()
            raise InvalidInputError(f"the roster says it is {name} and is not (byte {error.start})") from error
        return _of_windows(body, error.start)
    if "\x00" in text:
        raise InvalidInputError("the roster has NUL characters: it is no text; save it as CSV UTF-8")
    name = encoding.removesuffix("-sig") or "utf-8"
    return text, name, [f"the file is {name.upper()}, and was read as that"] if name.startswith("utf-16") else []


def _of_windows(body: bytes, at: int) -> tuple[str, str, list[str]]:
    try:
        text = body.decode("windows-1252")
    except UnicodeDecodeError:
        text = "\x81"
    # a quotation mark that opens in the middle of a word stands in no name: it is half of a letter of another encoding
    if not _OF_WINDOWS.fullmatch(text) or re.search(r"\w[\u2018\u201c]\w", text):
        line = body[:at].count(b"\n") + 1
        raise InvalidInputError(
            f"line {line}: the roster is neither UTF-8 nor UTF-16, and as Windows-1252 it has signs that no name has (byte {at}): "
            "save it as CSV UTF-8"
        )
    return text, "windows-1252", ["the file is not UTF-8: it was read as Windows-1252; look at names with accents"]


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count) if any(sign in first for sign in ",;\t") else ","


def _head(cells: list[str]) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and those that a roster does not have."""
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        found = ", ".join(visible(name, 30) for name in names if name)[:200] or "nothing"
        raise InvalidInputError(
            f"line 1: the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
            f"{'are' if len(missing) > 1 else 'is'} missing; a roster has {','.join(COLUMNS)}, this file has {found}"
        )
    for name in COLUMNS:
        if names.count(name) > 1:
            raise InvalidInputError(f"line 1: the column {name} is there twice")
    return {name: names.index(name) for name in COLUMNS}, [
        visible(name, 30) or "(without a name)" for name in names if name not in COLUMNS
    ]


def _row(line: int, cells: list[str], places: dict[str, int], width: int) -> Row | Refused:
    if len(cells) != width:
        return Refused(line, "columns", f"there are {len(cells)} cells, and {width} columns")
    value = {name: unicodedata.normalize("NFC", cells[place].strip()) for name, place in places.items()}
    for name, text in value.items():
        if len(text) > _LONGEST[name]:
            return Refused(line, name, f"it has {len(text)} characters; at most {_LONGEST[name]}")
        if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in text):
            return Refused(line, name, "it has control characters or line ends")
    if not value["name"]:
        return Refused(line, "name", "it is empty")
    email = value["email"].lower()
    try:
        validate_email(email)
    except ValidationError:
        return Refused(line, "email", f"{visible(email, 80)!r} is not an e-mail address" if email else "it is empty")
    if not email.isascii():
        return Refused(line, "email", "it has letters outside of ASCII, with which nobody could sign in")
    district = canonical_place("IN", "Maharashtra", value["district"])[1] if value["district"] else ""
    return Row(line, value["name"], email, value["rank"], district)


def _once(rows: list[Row]) -> tuple[list[Row], list[Refused]]:
    """Of rows with one address the first."""
    first: dict[str, Row] = {}
    twice: list[Refused] = []
    for row in rows:
        known = first.setdefault(row.email, row)
        if known is not row:
            same = known.name.casefold() == row.name.casefold()
            why = f"the address stands in line {known.line} already"
            twice.append(
                Refused(row.line, "email", why if same else f"{why}, for another name: two people need two addresses")
            )
    return list(first.values()), twice


def _namesakes(rows: list[Row]) -> list[str]:
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[" ".join(row.name.casefold().split())].append(row)
    return [
        f"{visible(same[0].name, 80)}: {len(same)} people of one name (lines {', '.join(str(row.line) for row in same[:10])}); each is their own trainee"
        for same in by_name.values()
        if len(same) > 1
    ]
