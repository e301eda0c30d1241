"""Forms of lists: told by their beginning, read entry by entry. docs/reference/hash-list-forms.md

Each reader takes an opened file and gives entries; what is no entry goes to the faults, and the reading goes on.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from tipline.core.errors import InvalidInputError
from tipline.pipeline.matching.lists.documents import elements, ncmec_entries
from tipline.pipeline.matching.lists.entries import Entry, Faults, Refused, UnreadableError, Wrong
from tipline.pipeline.matching.lists.opening import Opened
from tipline.pipeline.matching.lists.values import (
    read_category,
    read_confidence,
    read_hash,
    read_reference,
    read_revoked,
)
from tipline.pipeline.matching.lists.words import category_called, kind_called

_COLUMNS = ("kind", "hash", "category", "confidence", "reference", "revoked")
_MOST_COLUMNS = 50
_RECORD_BYTES = 256 * 1024  # of a line of NDJSON: an indicator with its descriptors


class Form(StrEnum):
    """How a list is written."""

    LINES = "lines"
    CSV = "csv"
    NDJSON = "ndjson"
    NCMEC = "ncmec"
    STOPNCII = "stopncii"
    THREAT_UPDATES = "threat_updates"


LABELS = {
    Form.LINES: "one hash a line", Form.CSV: "CSV", Form.NDJSON: "NDJSON", Form.NCMEC: "NCMEC hash sharing, XML",
    Form.STOPNCII: "StopNCII, JSON", Form.THREAT_UPDATES: "ThreatExchange threat_updates, JSON",
}  # fmt: skip
# In these an entry speaks for all hashes with its reference: one that is not named in it any more is taken back.
SPEAKS_FOR_REFERENCE = frozenset({Form.NCMEC})


def form_named(name: str) -> Form | None:
    """The form that somebody named; None for an empty name.

    Raises
    ------
    InvalidInputError
        naming those that there are.
    """
    if not name:
        return None
    try:
        return Form(name)
    except ValueError:
        raise InvalidInputError(f"form: {name[:40]!r} is none; there are {', '.join(Form)}") from None


def form_of(opened: Opened) -> Form:
    """The form of a file, by its beginning. What looks like none is one hash a line.

    Raises
    ------
    UnreadableError
        when it is no text.
    """
    head = opened.head().lstrip()
    if head.startswith(b"<"):
        return Form.NCMEC
    if head.startswith((b"{", b"[")):
        line = head.partition(b"\n")[0]
        if head.startswith(b"{") and (whole := _object(line)) is not None and not {"hashRecords", "data"} & set(whole):
            return Form.NDJSON
        return Form.STOPNCII if b'"hashRecords"' in head else Form.THREAT_UPDATES
    names = head.partition(b"\n")[0].decode("utf-8", "replace").lower()
    return Form.CSV if "," in names and "hash" in names else Form.LINES


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        whole = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return whole if isinstance(whole, dict) else None


def entries_of(opened: Opened, form: Form, kind: str, faults: Faults) -> Iterator[Entry]:
    """The entries of a file.

    Parameters
    ----------
    kind
        of hash, for a file that names none; in a form that names kinds it is not used.

    Raises
    ------
    UnreadableError
        when it cannot be read as this form at all.
    """
    if form is Form.LINES:
        return _lines(opened, kind, faults)
    return _READERS[form](opened, faults)


def _lines(opened: Opened, kind: str, faults: Faults) -> Iterator[Entry]:
    for number, line in opened.lines(faults):
        algorithm, value = kind, line
        if not kind:  # the file form of threatexchange: its name of the kind, a blank, the hash
            word, _, value = line.partition(" ")
            algorithm = kind_called(word)
        try:
            yield Entry(number, algorithm, *read_hash(algorithm, value))
        except Refused as refused:
            faults.add(number, refused)


def _csv(opened: Opened, faults: Faults) -> Iterator[Entry]:
    place: dict[str, int] = {}
    for number, line in opened.lines(faults):
        try:
            (cells,) = csv.reader([line], strict=True)
        except (csv.Error, ValueError):
            faults.add(number, Refused(Wrong.FORM, "the line is no CSV: a quotation mark is not closed"))
            continue
        if not place:
            place = _header(cells)
            continue
        cell = {name: cells[at].strip() if at < len(cells) else "" for name, at in place.items()}
        try:
            if len(cells) > _MOST_COLUMNS:
                raise Refused(Wrong.FORM, f"a line has {_MOST_COLUMNS} columns at most")
            yield _entry(number, cell["kind"], cell["hash"], cell)
        except Refused as refused:
            faults.add(number, refused)


def _header(cells: list[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in cells[:_MOST_COLUMNS]]
    missing = [name for name in ("kind", "hash") if name not in names]
    if missing or any(names.count(name) > 1 for name in _COLUMNS):
        raise UnreadableError(
            f"the first line names the columns kind and hash, each once; further ones may be {', '.join(_COLUMNS[2:])}"
        )
    return {name: names.index(name) for name in _COLUMNS if name in names}


def _entry(line: int, kind: str, value: str, given: Mapping[str, Any]) -> Entry:
    algorithm = kind_called(kind[:60])
    return Entry(
        line, algorithm, *read_hash(algorithm, value), read_category(str(given.get("category") or "")),
        read_confidence(given.get("confidence")), read_reference(str(given.get("reference") or "")),
        read_revoked(given.get("revoked")),
    )  # fmt: skip


def _ndjson(opened: Opened, faults: Faults) -> Iterator[Entry]:
    """Of our own keys, of a list of ours as it goes out (`type`, `indicator`), and records of StopNCII and ThreatExchange, one a line."""
    for number, line in opened.lines(faults, _RECORD_BYTES):
        whole = _object(line.encode())
        try:
            if whole is None:
                raise Refused(Wrong.FORM, "the line is no JSON object")
            yield _record(number, whole)
        except Refused as refused:
            faults.add(number, refused)


def _record(number: int, whole: Mapping[str, Any]) -> Entry:
    if "hashValue" in whole:
        return _stopncii_record(number, whole)
    if "indicator" in whole:
        return _update(number, whole)
    kind, value = whole.get("kind"), whole.get("hash")
    if "hash" not in whole and whole.get("revoked") is True and isinstance(whole.get("reference"), str):
        reference = read_reference(whole["reference"])
        if reference:  # all that the publisher has under this number
            return Entry(number, "", b"", reference=reference, revoked=True)
    if not isinstance(kind, str) or not isinstance(value, str):
        raise Refused(Wrong.FORM, "an entry has kind and hash, both texts")
    for name in ("category", "reference"):
        if not isinstance(whole.get(name, ""), (str, type(None))):
            raise Refused(Wrong.FORM, f"{name} is a text")
    return _entry(number, kind, value, whole)


def _stopncii(opened: Opened, faults: Faults) -> Iterator[Entry]:
    return _elements(opened, "hashRecords", faults, _stopncii_record)


def _stopncii_record(number: int, whole: Mapping[str, Any]) -> Entry:
    kind, value = whole.get("signalType"), whole.get("hashValue")
    if not isinstance(kind, str) or not isinstance(value, str):
        raise Refused(Wrong.FORM, "a record has signalType and hashValue, both texts")
    algorithm = kind_called(kind[:60])
    gone = whole.get("hashStatus") in ("Withdrawn", "Deleted")
    return Entry(number, algorithm, *read_hash(algorithm, value), revoked=gone)


def _threat_updates(opened: Opened, faults: Faults) -> Iterator[Entry]:
    return _elements(opened, "data", faults, _update)


def _update(number: int, whole: Mapping[str, Any]) -> Entry:
    kind, value = whole.get("type") or whole.get("threat_type"), whole.get("indicator")
    if not isinstance(kind, str) or not isinstance(value, str):
        raise Refused(Wrong.FORM, "an update has type and indicator, both texts")
    algorithm = kind_called(kind[:60])
    found = read_hash(algorithm, value)
    category = category_called("threat_updates", _text(whole.get("category")))
    for tag in _tags(whole):
        category = category or category_called("threat_updates", tag)
    gone = whole.get("should_delete") is True or whole.get("status") == "NON_MALICIOUS"
    return Entry(number, algorithm, *found, category, None, read_reference(str(whole.get("id") or "")), gone)


def _text(given: object) -> str:
    return given if isinstance(given, str) else ""


def _tags(whole: Mapping[str, Any]) -> list[str]:
    """As `threat_updates` has them: a list of texts, or `{data: [{text}]}`."""
    tags = whole.get("tags")
    if isinstance(tags, dict):
        tags = tags.get("data")
    rows = tags[:50] if isinstance(tags, list) else []
    return [_text(tag.get("text") if isinstance(tag, dict) else tag) for tag in rows]


def _elements(
    opened: Opened, key: str, faults: Faults, read: Callable[[int, Mapping[str, Any]], Entry]
) -> Iterator[Entry]:
    for number, whole in elements(opened, key):
        try:
            if not isinstance(whole, dict):
                raise Refused(Wrong.FORM, "the element is no JSON object")
            yield read(number, whole)
        except Refused as refused:
            faults.add(number, refused)


_READERS: dict[Form, Callable[[Opened, Faults], Iterator[Entry]]] = {
    Form.CSV: _csv, Form.NDJSON: _ndjson, Form.NCMEC: ncmec_entries, Form.STOPNCII: _stopncii,
    Form.THREAT_UPDATES: _threat_updates,
}  # fmt: skip
