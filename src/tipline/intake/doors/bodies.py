"""Taking bodies off the wire for every door: plain or gzip, chunked or not, piece by piece and never more than a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from tipline.core.errors import InvalidInputError

PIECE = 256 * 1024
_GZIP = 16 + zlib.MAX_WBITS
# bgzip and pigz write a member for each 64 KiB or more
_FEW_MEMBERS, _PER_MEMBER = 100, 1024


class TooLargeError(InvalidInputError):
    """It is larger than is taken. The message names the limit."""


class BrokenBodyError(InvalidInputError):
    """The body broke off, or is not what its headers say."""


def is_chunked(request: HttpRequest) -> bool:
    """Whether the body comes without a length."""
    return "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()


def declared_length(request: HttpRequest) -> int:
    """Content-Length; 0 when there is none.

    Raises
    ------
    BrokenBodyError
        when it is no number.
    """
    try:
        return max(0, int(request.META.get("CONTENT_LENGTH") or 0))
    except ValueError as error:
        raise BrokenBodyError("Content-Length is not a number") from error


def is_packed(request: HttpRequest) -> bool:
    """Whether the body came with gzip.

    Raises
    ------
    InvalidInputError
        naming another Content-Encoding.
    """
    stated = [part.strip().lower() for part in request.META.get("HTTP_CONTENT_ENCODING", "").split(",")]
    names = [name for name in stated if name not in ("", "identity")]
    if not names:
        return False
    if names in (["gzip"], ["x-gzip"]):
        return True
    raise InvalidInputError(
        f"Content-Encoding: {', '.join(names)} is not understood; send the body as it is or with gzip"
    )


def body_pieces(request: HttpRequest, limit: int, what: str = "body") -> Iterator[bytes]:
    """The body piece by piece, unpacked if it came packed: a declared length is believed before a byte is read, and none after.

    Raises
    ------
    TooLargeError
        packed or unpacked.
    BrokenBodyError
    InvalidInputError
        a Content-Encoding other than gzip.
    """
    too_large = TooLargeError(f"the {what} is larger than {limit} bytes")
    if declared_length(request) > limit:
        raise too_large
    pieces = _raw(request, limit, too_large)
    if not is_packed(request):
        yield from pieces
        return
    total = 0
    for piece in _unpacked(pieces):
        total += len(piece)
        if total > limit:
            raise TooLargeError(f"{too_large} when it is unpacked")
        yield piece


def _raw(request: HttpRequest, limit: int, too_large: TooLargeError) -> Iterator[bytes]:
    # Django's own stream ends at Content-Length, which a chunked body does not have
    chunked = is_chunked(request)
    stream: Any = request.META["wsgi.input"] if chunked and "wsgi.input" in request.META else request
    total = 0
    try:
        while piece := stream.read(PIECE):
            total += len(piece)
            if total > limit:
                raise too_large
            yield piece
    except OSError as error:
        raise BrokenBodyError("the body broke off") from error
    if not chunked and total != declared_length(request):
        raise BrokenBodyError(f"the body broke off: {total} of {declared_length(request)} bytes came")


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip packed, in pieces of a bounded size however much it swells; one member after another (RFC 1952 §2.2)."""
    member = zlib.decompressobj(_GZIP)
    members, total = 1, 0
    try:
        for piece in pieces:
            waiting = piece
            while waiting:
                if member.eof:
                    member, members = zlib.decompressobj(_GZIP), members + 1
                    if members > _FEW_MEMBERS + total // _PER_MEMBER:
                        raise BrokenBodyError("the gzip body has too many parts with nothing in them")
                while out := member.decompress(waiting, PIECE):
                    total += len(out)
                    yield out
                    waiting = member.unconsumed_tail
                waiting = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as error:
        raise BrokenBodyError("the body is not gzip, or is damaged") from error
    if not member.eof:
        raise BrokenBodyError("the gzip body broke off")
