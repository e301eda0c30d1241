"""The bytes of an entry that the tree is built of: RFC 8785 (JSON canonical form), described in docs/reference/audit-format.md.

Written by hand where that is the same and quicker: a log of a million entries is derived again in a minute. A test holds it
against the library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring as _string
from typing import Any

import rfc8785

VERSION = 1
_LARGEST = 2**53 - 1  # of whole numbers that every reader of JSON reads alike


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is not a whole number")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > _LARGEST:
        raise ValueError(f"{text[:40]} is larger than 2**53 - 1")
    return number


_read = json.JSONDecoder(parse_float=_refused, parse_int=_whole, parse_constant=_refused).decode
_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _number(value: int | None) -> str:
    if value is None:
        return "null"
    if abs(value) > _LARGEST:
        raise ValueError(f"{value} is larger than 2**53 - 1")
    return str(value)


def _detail(text: str) -> str:
    if text == "{}":
        return text
    value = _read(text)
    written = _write(value)
    # Python sorts keys by code point and RFC 8785 by UTF-16: the same, unless there is more than ASCII
    return written if written.isascii() else rfc8785.dumps(value).decode()


def canonical(
    entry_id: int,
    at: str,
    actor_kind: str,
    actor_id: int | None,
    actor_label: str,
    agency_id: int | None,
    action: str,
    object_type: str,
    object_id: str,
    detail: str,
) -> bytes:
    """An entry as UTF-8. Every column of the row is in it, so that no change of any of them goes unseen.

    Parameters
    ----------
    at
        as the format has it: YYYY-MM-DDTHH:MM:SS.ffffffZ.
    detail
        the JSON text that the database holds. In text nothing is lost: read as numbers, 1 and 1.0 would be one.

    Raises
    ------
    ValueError
        when `detail` holds a number that is not whole or is larger than 2**53 - 1.
    """
    return (
        f'{{"action":{_string(action)},"actor":{{"id":{_number(actor_id)},"kind":{_string(actor_kind)}'
        f',"label":{_string(actor_label)}}},"agency":{_number(agency_id)},"at":{_string(at)},"detail":{_detail(detail)}'
        f',"id":{_number(entry_id)},"object":{{"id":{_string(object_id)},"type":{_string(object_type)}}},"v":{VERSION}}}'
    ).encode()


def detail_text(detail: Mapping[str, Any]) -> str:
    """The detail of a new entry as JSON.

    Raises
    ------
    TypeError
        when it holds what an entry may not hold: it would never get its place in the log.
    """
    _check(detail)
    return _write(dict(detail))


def _check(value: object) -> None:
    if isinstance(value, Mapping):
        for key, below in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the detail of an entry has the key {key!r}: keys are strings")
            _check(below)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for below in value:
            _check(below)
    elif not (value is None or isinstance(value, str | bool) or (isinstance(value, int) and abs(value) <= _LARGEST)):
        raise TypeError(
            f"the detail of an entry holds {type(value).__name__}: only strings, whole numbers below 2**53, booleans and None"
        )
