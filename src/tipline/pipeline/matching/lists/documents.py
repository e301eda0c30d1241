"""Forms that are one document: JSON with one long list in it, and the XML of NCMEC's hash sharing. Read in pieces.

Numbers of elements stand where other forms have numbers of lines.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tipline.pipeline.matching.lists.entries import Entry, Faults, Refused, UnreadableError, Wrong
from tipline.pipeline.matching.lists.opening import Opened
from tipline.pipeline.matching.lists.values import read_hash, read_reference
from tipline.pipeline.matching.lists.words import category_called, kind_called

LONGEST_ELEMENT = 1024 * 1024
_BLANK = re.compile(r"[ \t\r\n]*")
_PIECE = 1024 * 1024


class _Text:
    """A window on a JSON document that moves on as it is read."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._ended = False

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._opened.read(_PIECE)
        self._ended = not piece
        try:
            self._text = self._text[self._at :] + self._decode.decode(piece, final=self._ended)
        except UnicodeDecodeError as error:
            raise UnreadableError("the document is not UTF-8") from error
        self._at = 0
        return True

    def sign(self) -> str:
        """The next sign that is not blank, which stays; empty at the end."""
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, *expected: str) -> str:
        """The next sign, which is one of these."""
        sign = self.sign()
        if not sign or sign not in expected:
            raise UnreadableError(f"the document is no JSON: {' or '.join(expected)} is missing")
        self._at += 1
        return sign

    def value(self) -> Any:
        """The next value, whole."""
        self.sign()
        while True:
            try:
                found, end = self._json.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise UnreadableError("the document nests too deep") from error
            except ValueError as error:
                if len(self._text) - self._at > LONGEST_ELEMENT or not self._more():
                    raise UnreadableError(
                        f"the document is no JSON, or an element is longer than {LONGEST_ELEMENT} characters"
                    ) from error
                continue
            # a number may go on in the next piece: 1.5e is cut off before its exponent
            if isinstance(found, (int, float)) and not self._text[end : end + 3].strip(".eE+-") and self._more():
                continue
            self._at = end
            return found


def elements(opened: Opened, key: str) -> Iterator[tuple[int, Any]]:
    """The elements of the list under `key`, or of the document if it is a list itself, each with its number.

    Raises
    ------
    UnreadableError
        where it is no JSON, is cut off, or has no such list.
    """
    text = _Text(opened)
    if text.sign() == "[":
        yield from _list(text, 0)
        return
    text.take("{")
    seen, number = False, 0
    while text.sign() != "}":
        name = text.value()
        text.take(":")
        if name == key and text.sign() == "[":
            for place, whole in _list(text, number):
                number = place
                yield place, whole
            seen = True
        else:
            text.value()
        if text.take(",", "}") == "}":
            break
    if not seen:
        raise UnreadableError(f"the document has no list {key!r}")


def _list(text: _Text, number: int) -> Iterator[tuple[int, Any]]:
    text.take("[")
    if text.sign() == "]":
        text.take("]")
        return
    while True:
        number += 1
        yield number, text.value()
        if text.take(",", "]") == "]":
            return


_ENTRIES = {"image", "video", "deletedimage", "deletedvideo"}
_MOST_FINGERPRINTS = 50


def ncmec_entries(opened: Opened, faults: Faults) -> Iterator[Entry]:
    """Entries of NCMEC's hash sharing API: each image or video is one for every hash of it, with its number as reference.

    A deleted one stands for all that had its number.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    number = depth = 0
    try:
        while piece := opened.read(64 * 1024):
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise UnreadableError("the document declares entities: no list does")
            parser.feed(piece)
            event: str
            element: Any
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                name = etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
                if event == "end" and name in _ENTRIES:
                    number += 1
                    yield from _entry(number, name, element, faults)
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        parser.close()
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"the document is no XML: {str(error.msg)[:120]}") from error


def _entry(number: int, name: str, element: Any, faults: Faults) -> Iterator[Entry]:
    child = {etree.QName(one).localname.lower(): one for one in element if isinstance(one.tag, str)}
    member, own = child.get("member"), child.get("id")
    try:
        if own is None or not (own.text or "").strip():
            raise Refused(Wrong.REFERENCE, "the entry has no id")
        reference = read_reference(f"{(member.get('id') or '') if member is not None else ''}-{own.text.strip()}")
    except Refused as refused:
        faults.add(number, refused)
        return
    if name.startswith("deleted"):
        yield Entry(number, "", b"", reference=reference, revoked=True)
        return
    said = child.get("classification")
    category = category_called("ncmec", said.text if said is not None else "")
    prints = child.get("fingerprints")
    for one in list(prints)[:_MOST_FINGERPRINTS] if prints is not None else ():
        if not isinstance(one.tag, str) or not (one.text or "").strip():
            continue
        algorithm = kind_called(etree.QName(one).localname[:60])
        try:
            yield Entry(number, algorithm, *read_hash(algorithm, one.text), category, None, reference)
        except Refused as refused:
            faults.add(number, refused)
