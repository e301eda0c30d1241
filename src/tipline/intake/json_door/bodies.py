"""Taking bodies off the wire, plain or gzip, chunked or not: whole within a limit, or line by line in bounded memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest

from tipline.core.errors import InvalidInputError
from tipline.intake.cybertipline.receiving import declared_length

_PIECE = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
# of a whole batch, inflated
LARGEST_BATCH = 1024**3


class TooLargeError(InvalidInputError):
    """It is larger than is taken. The message names the limit."""


class BrokenBodyError(InvalidInputError):
    """The body broke off, or is not what its Content-Encoding says."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a batch that is not blank. `text` is None when it was too long to be taken."""

    number: int
    text: bytes | None


def read_whole(request: HttpRequest, limit: int) -> bytes:
    """The whole body.

    Raises
    ------
    TooLargeError, BrokenBodyError
    """
    if not _encoded(request) and declared_length(request) > limit:
        raise TooLargeError(f"the body is larger than {limit} bytes")
    pieces: list[bytes] = []
    for piece in _pieces(request, limit):
        pieces.append(piece)
    return b"".join(pieces)


def read_lines(request: HttpRequest, longest: int) -> Iterator[Line]:
    """The lines of a body that are not blank, each within `longest` bytes.

    Raises
    ------
    TooLargeError, BrokenBodyError
        where that happens: the lines before are whole.
    """
    number, held, size, skipped = 1, list[bytes](), 0, False
    for piece in _pieces(request, LARGEST_BATCH):
        *ended, rest = piece.split(b"\n")
        for part in ended:
            if line := _line(number, b"".join([*held, part]) if not skipped else None, longest):
                yield line
            number, held, size, skipped = number + 1, [], 0, False
        size += len(rest)
        if size > longest:
            held, skipped = [], True
        elif rest:
            held.append(rest)
    if line := _line(number, b"".join(held) if not skipped else None, longest):
        yield line


def _line(number: int, text: bytes | None, longest: int) -> Line | None:
    if text is None or len(text) > longest:
        return Line(number, None)
    return Line(number, text.strip()) if text.strip() else None


def _encoded(request: HttpRequest) -> bool:
    coding: str = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip"}:
        raise InvalidInputError("Content-Encoding: gzip or none is taken")
    return coding in {"gzip", "x-gzip"}


def _pieces(request: HttpRequest, limit: int) -> Iterator[bytes]:
    """The body, inflated, up to the limit."""
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    stream = request.META["wsgi.input"] if chunked and "wsgi.input" in request.META else request
    inflater = zlib.decompressobj(_GZIP) if _encoded(request) else None
    came = total = 0
    try:
        while raw := stream.read(_PIECE):
            came += len(raw)
            for piece in _inflated(inflater, raw) if inflater else (raw,):
                total += len(piece)
                if total > limit:
                    raise TooLargeError(f"the body is larger than {limit} bytes")
                yield piece
    except zlib.error as error:
        raise BrokenBodyError("the body is not gzip, as its Content-Encoding says") from error
    except OSError as error:
        raise BrokenBodyError("the body broke off") from error
    if (inflater and not inflater.eof) or (not chunked and came != declared_length(request)):
        raise BrokenBodyError("the body broke off")


def _inflated(inflater: zlib._Decompress, raw: bytes) -> Iterator[bytes]:
    """What a piece inflates to, never more than a piece at once."""
    while raw and not inflater.eof:
        yield inflater.decompress(raw, _PIECE)
        raw = inflater.unconsumed_tail
