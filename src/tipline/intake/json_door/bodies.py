"""Bodies of this door: whole within a limit, or line by line in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest

from tipline.intake.doors.bodies import body_pieces

# of a whole batch, inflated
LARGEST_BATCH = 1024**3


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
    return b"".join(body_pieces(request, limit))


def read_lines(request: HttpRequest, longest: int) -> Iterator[Line]:
    """The lines of a body that are not blank, each within `longest` bytes.

    Raises
    ------
    TooLargeError, BrokenBodyError
        where that happens: the lines before are whole.
    """
    number, held, size, skipped = 1, list[bytes](), 0, False
    for piece in body_pieces(request, LARGEST_BATCH):
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
