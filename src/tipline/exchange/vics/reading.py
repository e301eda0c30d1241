"""Reading hashes out of VICS JSON, versions 1.x and 2.0: a hash set (`#Media`) or a case (`#Cases`). Nothing but hashes is taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible

MOST_BYTES = 256 * 1024**2
MOST_MEDIA = 2_000_000
_CONTEXTS = re.compile(
    r"http://github\.com/(?:VICSDATAMODEL|ICMEC)/ProjectVic/DataModels/([12]\.[0-9])\.xml[/#].{0,80}"
)
_HEX = {"MD5": re.compile(r"[0-9a-fA-F]{32}"), "SHA1": re.compile(r"[0-9a-fA-F]{40}")}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a hash set: hashes in lower case, the category as its maker set it, the size when it is said."""

    md5: str
    sha1: str
    size_bytes: int | None
    category: int | None


@dataclass(frozen=True, slots=True)
class HashSet:
    """What a file said: the version of its data model, its entries, and how many had no hash that can be read."""

    version: str
    entries: tuple[Listed, ...]
    unreadable: int


def read_vics(file: BinaryIO) -> HashSet:
    """The hashes of a VICS file.

    Raises
    ------
    InvalidInputError
        when it is too large, no JSON, or of another data model.
    """
    body = file.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise InvalidInputError(f"a VICS file has at most {MOST_BYTES // 1024**2} MB: split it")
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"the file is not JSON: {visible(str(error), 200)}") from error
    if not isinstance(document, dict) or not isinstance(document.get("value"), list):
        raise InvalidInputError("a VICS file is an object with `@odata.context` and a list `value`")
    context = document.get("@odata.context", document.get("odata.metadata"))
    known = _CONTEXTS.fullmatch(context) if isinstance(context, str) else None
    if known is None:
        raise InvalidInputError(f"{visible(str(context), 120)!r} is no data model of Project VIC that is known here")
    entries, unreadable = [], 0
    for number, media in enumerate(_media(document["value"])):
        if number >= MOST_MEDIA:
            raise InvalidInputError(f"the file has more than {MOST_MEDIA:,} entries: split it, nothing was taken over")
        one = _listed(media)
        if one is None:
            unreadable += 1
        else:
            entries.append(one)
    return HashSet(known[1], tuple(entries), unreadable)


def _media(value: list[Any]) -> Iterator[Any]:
    """Entries of a hash set, or of the cases of an export."""
    for one in value:
        inner = one.get("Media") if isinstance(one, dict) else None
        if isinstance(inner, list):
            yield from inner
        else:
            yield one


def _listed(media: Any) -> Listed | None:
    if not isinstance(media, dict):
        return None
    md5, sha1 = (_hash(media.get(name), pattern) for name, pattern in _HEX.items())
    if not (md5 or sha1):
        return None
    return Listed(md5, sha1, _whole(media.get("MediaSize")), _whole(media.get("Category")))


def _hash(value: Any, pattern: re.Pattern[str]) -> str:
    return value.lower() if isinstance(value, str) and pattern.fullmatch(value) else ""


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None
