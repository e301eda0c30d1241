"""What a layout is, and how its values are read: a value of another type than it should have says nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from tipline.pipeline.attribution.sources.reading import Reading

_KINDS = {dict: "map", list: "list", str: "text", bool: "boolean", int: "number", float: "number"}


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields that some records of a file have, with the kind of each."""

    fields: Mapping[str, str]

    @classmethod
    def of(cls, sample: Sequence[dict[str, Any]]) -> Self:
        """Of a sample."""
        return cls({str(k): _KINDS.get(type(v), "bytes") for record in sample for k, v in record.items()})

    def has(self, *names: str, kind: str = "") -> bool:
        """Whether it has any of these fields (of this kind)."""
        return any(name in self.fields and kind in ("", self.fields[name]) for name in names)


@dataclass(frozen=True, slots=True)
class Layout:
    """How one maker's files are recognised and read.

    Parameters
    ----------
    provides
        what a file can say: `city`, `country`, `asn`, `owner`, `flags`.
    credit, credit_url, licence
        what has to stand wherever its results are shown; empty when its licence asks for nothing.
    places
        whether it says anything of places.
    """

    name: str
    title: str
    provides: tuple[str, ...]
    recognises: Callable[[str, Shape], bool]
    read: Callable[[dict[str, Any]], Reading]
    credit: str = ""
    credit_url: str = ""
    licence: str = ""

    @property
    def places(self) -> bool:
        """Whether it says anything of places."""
        return "country" in self.provides


def words(value: Any, longest: int = 200) -> str:
    """A text on one line that can be shown."""
    if not isinstance(value, str):
        return ""
    if len(value) <= longest and value.isprintable():  # nearly always; a file has millions of them
        return value.strip()
    return "".join(c if c.isprintable() else " " for c in value[: longest * 2]).strip()[:longest]


def country_code(value: Any) -> str:
    """ISO 3166-1 alpha-2, or nothing."""
    code = words(value, 8).upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() and code not in ("ZZ", "XX") else ""


def degrees(value: Any, most: int) -> float | None:
    """Degrees from -`most` to `most`, as a number or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) <= most else None


def coordinates(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    """Both or none; 0, 0 is what files write that do not know."""
    north, east = degrees(latitude, 90), degrees(longitude, 180)
    return (None, None) if north is None or east is None or (north == 0 and east == 0) else (north, east)


def truth(value: Any) -> bool:
    """Whether a field is set: makers write it as a boolean, a number or a word."""
    if isinstance(value, str):
        return value.strip().lower() in ("true", "yes", "1", "y")
    return value is True or (isinstance(value, int) and value == 1)


def as_number(value: Any) -> int | None:
    """An AS number as a number, or as `AS15169`."""
    if isinstance(value, str):
        digits = value.strip().upper().removeprefix("AS")
        value = int(digits[:12]) if digits.isascii() and digits.isdigit() else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 32 else None


def set_flags(record: Mapping[str, Any], names: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The flags whose fields are set, each once."""
    return tuple(dict.fromkeys(flag for field, flag in names if truth(record.get(field))))
