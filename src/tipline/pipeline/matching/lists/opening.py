"""Opening a file that somebody sent: plain or gzip, line by line or in pieces, never more in memory than a line may be long."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from tipline.pipeline.matching.lists.entries import Faults, Refused, UnreadableError, Wrong

LONGEST_LINE = 8_192
MOST_BYTES = 4 * 1024**3  # unpacked: ten million lines of the longest form are a quarter of it
# Hash text packs to half at best; a list's XML to a tenth. What grows more is a bomb.
MOST_GROWTH, _GROWTH_FROM = 60, 4 * 1024**2
_PIECE = 1024 * 1024
_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_ARCHIVES = {b"PK\x03\x04": "a ZIP archive", b"7z\xbc\xaf": "a 7z archive", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}

Progress = Callable[[int], None]  # bytes of the file as it lies there


class Opened:
    """A readable file that was looked at: its text in bytes, without a byte order mark."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw: BinaryIO = path.open("rb")
        self.size = path.stat().st_size
        head = self._raw.read(6)
        self._raw.seek(0)
        self.packed = head.startswith(b"\x1f\x8b")
        self._file = cast("BinaryIO", gzip.GzipFile(fileobj=self._raw)) if self.packed else self._raw
        self._read = 0
        self._kept = b""
        for mark, name in _ARCHIVES.items():
            if head.startswith(mark):
                raise UnreadableError(f"this is {name}: unpack it first; gzip alone is unpacked here")

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()

    @property
    def position(self) -> int:
        """How many bytes of the file, packed as it is, were read."""
        return self._raw.tell()

    def _checked(self, got: bytes) -> bytes:
        self._read += len(got)
        if self._read > MOST_BYTES:
            raise UnreadableError(f"the file holds more than {MOST_BYTES // 1024**3} GiB")
        if self.packed and self._read > _GROWTH_FROM and self._read > MOST_GROWTH * max(self.position, 1):
            raise UnreadableError(
                f"the file grows to more than {MOST_GROWTH} times its size: no list of hashes does that"
            )
        return got

    def head(self) -> bytes:
        """The first bytes, which are read again afterwards. Raises UnreadableError for what is no text."""
        self._kept = self.read(_PIECE // 16)
        for mark, name in _OTHER_BOMS.items():
            if self._kept.startswith(mark):
                raise UnreadableError(f"the file is {name}: save it as UTF-8")
        if b"\0" in self._kept:
            raise UnreadableError("the file is binary: a list is text")
        self._kept = self._kept.removeprefix(_UTF8_BOM)
        return self._kept

    def read(self, size: int = _PIECE) -> bytes:
        """Bytes from where it stands; empty at the end."""
        if self._kept:
            got, self._kept = self._kept[:size], self._kept[size:]
            return got
        try:
            return self._checked(self._file.read(size))
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableError("the file is damaged: it cannot be unpacked to its end") from error

    def lines(self, faults: Faults, longest: int = LONGEST_LINE) -> Iterator[tuple[int, str]]:
        """Each line that is not empty, with its number. What is too long or no UTF-8 is counted and passed over."""
        number, rest, skipping = 0, b"", False
        while piece := self.read():
            if skipping:
                _, mark, piece = piece.partition(b"\n")
                if not mark:
                    continue
                skipping = False
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            for line in lines:
                number += 1
                if (text := self._text(number, line, faults, longest)) is not None:
                    yield number, text
            if len(rest) > longest:
                number += 1
                self._text(number, rest, faults, longest)
                rest, skipping = b"", True
        if rest and (text := self._text(number + 1, rest, faults, longest)) is not None:
            yield number + 1, text

    def _text(self, number: int, line: bytes, faults: Faults, longest: int) -> str | None:
        if len(line) > longest + 1:
            faults.add(number, Refused(Wrong.LINE_TOO_LONG, f"a line is {longest} bytes at most"))
            return None
        try:
            text = line.decode("utf-8").strip(" \t\r")
        except UnicodeDecodeError:
            faults.add(number, Refused(Wrong.ENCODING, "the line is not UTF-8"))
            return None
        if not text:
            return None
        if not text.isprintable() and any((ord(sign) < 32 and sign != "\t") or ord(sign) == 127 for sign in text):
            faults.add(number, Refused(Wrong.CONTROL, "the line holds control characters"))
            return None
        return text
