"""JSON: a list of objects, or an object with one such list. Nested objects become dotted headings, the object's own values stand in every row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tipline.intake.forms import UnreadableError
from tipline.intake.forms.strict_json import read_json
from tipline.investigation.replies.files.rows import MOST_COLUMNS, RefusedFileError, Row

DEEPEST = 4


def read(body: bytes) -> Iterator[Row]:
    """The heading, then a row for each object. The line of a row is its number, from 2.

    Raises
    ------
    RefusedFileError
        when it is no JSON of this shape.
    """
    try:
        value = read_json(body)
    except (UnreadableError, RecursionError) as error:
        raise RefusedFileError(f"it cannot be read as JSON: {error}") from error
    common: dict[str, str] = {}
    if isinstance(value, dict):
        lists = [name for name, inner in value.items() if isinstance(inner, list) and any(isinstance(i, dict) for i in inner)]  # fmt: skip
        if len(lists) > 1:
            raise RefusedFileError("it has several lists of objects; one is expected")
        common = _flat({name: inner for name, inner in value.items() if name not in lists})
        value = value[lists[0]] if lists else [{}]
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise RefusedFileError("it is neither a list of objects nor an object with one such list")
    flat = [_flat(one) for one in value]
    headings = list(dict.fromkeys([*common, *(name for one in flat for name in one)]))
    if len(headings) > MOST_COLUMNS:
        raise RefusedFileError(f"its objects have {len(headings):,} different keys; at most {MOST_COLUMNS} are read")
    yield Row(1, tuple(headings))
    for number, one in enumerate(flat, 2):
        whole = common | one
        yield Row(number, tuple(whole.get(name, "") for name in headings))


def _flat(value: dict[str, Any], before: str = "", depth: int = 1) -> dict[str, str]:
    if depth > DEEPEST:
        raise RefusedFileError(f"{before}: objects nest deeper than {DEEPEST}")
    found: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            found |= _flat(inner, f"{before}{name}.", depth + 1)
        elif isinstance(inner, list):
            if any(isinstance(one, dict | list) for one in inner):
                raise RefusedFileError(f"{before}{name}: a list inside an object holds more than plain values")
            found[f"{before}{name}"] = "; ".join(_text(one) for one in inner)
        else:
            found[f"{before}{name}"] = _text(inner)
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
