"""ZIPs of documents, read member by member and never unpacked. A name in a ZIP is text, and no path.

What a hostile or broken archive can do is refused by itself, with its reason, and the other members are read: a member that inflates
beyond what a document may be, one whose bytes are also another's, a symbolic link, an absolute name, a password, a wrong checksum.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tipline.intake.bulk.documents import UnreadableError
from tipline.intake.bulk.items import Found, PassedOver, Place, refused

# the list of members is held in memory while a ZIP is read: about 150 bytes each
MOST_MEMBERS = 500_000
MOST_DIRECTORY_BYTES = 64 * 1024 * 1024
# no XML that somebody wrote is a hundred times its packed size; small documents may be
MOST_INFLATION = 100
INFLATION_COUNTS_FROM = 1024 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OSError,
    struct.error,
)
_HEADER_BYTES = 30
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a ZIP."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    place: Place
    limit: int

    @property
    def name(self) -> str:
        """Without its directory."""
        return self.info.filename.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Its directory, with a slash at the end, or empty."""
        return self.info.filename[: len(self.info.filename) - len(self.name)]

    @property
    def size_bytes(self) -> int:
        """How much of the input it is."""
        return self.info.compress_size

    def read(self) -> bytes:
        """Inflate it, as far as a document may go.

        Raises
        ------
        UnreadableError
        """
        too_large = UnreadableError(f"it is larger than {self.limit} bytes")
        if self.info.file_size > self.limit:
            raise too_large
        pieces: list[bytes] = []
        total = 0
        try:
            with self.archive.open(self.info) as stream:
                # to the end, where the checksum is compared
                while piece := stream.read(256 * 1024):
                    total += len(piece)
                    if total > self.limit:
                        raise too_large
                    pieces.append(piece)
        except _BROKEN as error:
            raise UnreadableError(f"the member cannot be unpacked: {_why(error)}") from error
        return b"".join(pieces)


def _why(error: Exception) -> str:
    text = str(error)
    if "CRC" in text:
        return "its checksum is wrong"
    if isinstance(error, EOFError):
        return "it ends too early"
    if "differ" in text:
        return "it has two names that differ"
    return "it is damaged"


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A ZIP whose list of members is not too long to hold.

    Raises
    ------
    UnreadableError
    """
    try:
        archive = _open(path)
    except _BROKEN as error:
        raise UnreadableError("it is not a whole ZIP") from error
    with archive:
        yield archive


def _open(path: Path) -> zipfile.ZipFile:
    too_many = UnreadableError(f"the ZIP has more than {MOST_MEMBERS} members: split it")
    with path.open("rb") as file:
        entries, size = _directory(file)
    if entries > MOST_MEMBERS or size > MOST_DIRECTORY_BYTES:
        raise too_many
    archive = zipfile.ZipFile(path)
    if len(archive.filelist) > MOST_MEMBERS:
        archive.close()
        raise too_many
    return archive


def _directory(file: BinaryIO) -> tuple[int, int]:
    """How many members the end of a ZIP speaks of, and how long their list is (APPNOTE.TXT 4.3.14 to 4.3.16)."""
    length = file.seek(0, 2)
    start = max(0, length - 65_557)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    entries, size = struct.unpack("<HL", tail[at + 10 : at + 16])
    if at >= 20 and tail[at - 20 :].startswith(_LOCATOR):
        (where,) = struct.unpack("<Q", tail[at - 12 : at - 4])
        if where + 56 > length:
            raise zipfile.BadZipFile
        file.seek(where)
        end = file.read(56)
        if end.startswith(_END64):
            entries, size = struct.unpack("<QQ", end[32:48])
    return entries, size


def members(archive: zipfile.ZipFile, file: str, limit: int, wanted: Callable[[str], bool]) -> Iterator[Member | Found]:
    """The documents of a ZIP in the order of its list; what is refused or passed over comes as such."""
    shared = _overlapping(archive)
    for info in archive.infolist():
        place = Place(file, info.filename)
        if info.is_dir():
            continue
        if why := _against(info, shared):
            yield refused(place, why, info.compress_size)
        elif not wanted(info.filename):
            yield PassedOver(place, info.compress_size)
        else:
            yield Member(archive, info, place, limit)


def _against(info: zipfile.ZipInfo, shared: set[int]) -> str:
    """Why a member is not opened, or nothing."""
    name = info.filename
    mode = info.external_attr >> 16
    if name.startswith(("/", "\\")) or ":" in name.partition("/")[0][:2] or ".." in name.replace("\\", "/").split("/"):
        return "its name is absolute or leads out of the ZIP"
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        return "it is a symbolic link or another thing that is no file"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in a way that is not read: only stored and deflated members are"
    if info.header_offset in shared:
        return "its bytes are also another member's"
    if info.file_size > INFLATION_COUNTS_FROM and info.file_size > MOST_INFLATION * max(1, info.compress_size):
        return f"it would inflate to more than {MOST_INFLATION} times its size"
    if name.lower().endswith(".zip"):
        return "a ZIP in a ZIP is not opened"
    return ""


def _overlapping(archive: zipfile.ZipFile) -> set[int]:
    """Where members begin that share bytes with another, or with the list of members."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    found: set[int] = set()
    reach, owner = -1, -1
    for info in infos:
        if info.header_offset < reach:
            found |= {owner, info.header_offset}
        end = info.header_offset + _HEADER_BYTES + len(info.filename) + info.compress_size
        if end > archive.start_dir:
            found.add(info.header_offset)
        if end > reach:
            reach, owner = end, info.header_offset
    return found
