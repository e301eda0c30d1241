"""Reading JSON from a stranger: bounded, and only what RFC 8259 has one meaning for."""

from __future__ import annotations

import json
import re
from typing import Any

from tipline.core.text import visible
from tipline.intake.doors.calls import Fault
from tipline.intake.forms import FormError, UnreadableError

# one bracket or comma each; the XML door takes 50,000 elements
MOST_VALUES = 200_000
LONGEST_NUMBER = 64
DEEPEST = 64

_BOM = b"\xef\xbb\xbf"
# possessive, so that a string without an end is looked at once
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_OPEN, _CLOSE = b"[{", b"]}"
_DEPTH = re.compile(rb"[\[\]{}]")


class Number(str):
    """A JSON number as it was written, so that none of its digits is lost."""

    __slots__ = ()


def read_json(body: bytes) -> Any:
    """The value. Numbers come as `Number`; nothing else differs from `json.loads`.

    Raises
    ------
    UnreadableError
        no JSON, or JSON that two readers would understand differently: a key twice, NaN, text that is not UTF-8. Also when it
        nests too deep or has too many values. In time that grows with the length alone.
    """
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise UnreadableError("it is empty: a JSON document is expected")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"byte {error.start} is not UTF-8") from error
    _refuse_shape(body)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise UnreadableError(f"not JSON, line {error.lineno} column {error.colno}: {error.msg}") from error


def read_object(body: bytes) -> dict[str, Any]:
    """As `read_json`, of a document that is an object.

    Raises
    ------
    FormError
    """
    value = read_json(body)
    if not isinstance(value, dict):
        raise FormError([Fault("$", 0, "an object is expected")])
    return value


def _refuse_shape(body: bytes) -> None:
    """Count brackets and commas before memory is spent on what they hold together."""
    marks = sum(body.count(mark) for mark in (b"[", b"{", b",", b"]", b"}"))
    if marks <= DEEPEST:
        return
    bare = _STRING.sub(b"", body)
    if sum(bare.count(mark) for mark in (b"[", b"{", b",")) > MOST_VALUES:
        raise UnreadableError(f"more than {MOST_VALUES} values")
    depth = 0
    for bracket in _DEPTH.findall(bare):
        depth += 1 if bracket in _OPEN else -1
        if depth > DEEPEST:
            raise UnreadableError(f"it nests deeper than {DEEPEST}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise UnreadableError(f"the key {visible(twice, 60)!r} stands twice in one object")
    return found


def _number(text: str) -> Number:
    if len(text) > LONGEST_NUMBER:
        raise UnreadableError(f"a number of {len(text)} digits; at most {LONGEST_NUMBER}")
    return Number(text)


def _constant(text: str) -> Any:
    raise UnreadableError(f"{text} is not a JSON value")
