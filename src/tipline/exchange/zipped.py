"""A ZIP file written as it is made, in bounded memory: the same entries, the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

# the earliest that the format can say: when a file was made stands in the record, not in the ZIP
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class _Drained:
    """Takes what the writer writes until somebody asks for it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, piece: bytes) -> int:
        self._held += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        piece = bytes(self._held)
        self._held.clear()
        return piece


def zipped(entries: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The entries, name and pieces each, stored without compression: what a compressor makes differs from version to version."""
    out = _Drained()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, body in entries:
            told = zipfile.ZipInfo(name, _NO_TIME)
            told.external_attr = 0o600 << 16
            with file.open(told, "w", force_zip64=True) as entry:
                for piece in body:
                    entry.write(piece)
                    if made := out.taken():
                        yield made
    yield out.taken()
