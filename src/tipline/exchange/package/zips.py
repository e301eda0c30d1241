"""A ZIP that a stranger wrote, looked at before anything of it is unpacked, and never unpacked to a path.

Members must lie one behind the other from the first byte to the directory, and each must say of itself what the directory says: so there
is no room for a second reading of the file, for members that share their bytes, or for anything beside them.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from tipline.exchange.package.format import (
    NAME,
    AlteredError,
    DuplicateNameError,
    EncryptedMemberError,
    Limits,
    LinkError,
    NotAPackageError,
    TooLargeError,
    TrailingDataError,
    UnsafeNameError,
)

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_PIECE = 1024**2
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800


class Archive:
    """The members of a ZIP by their names, each to be read once or more in pieces.

    Raises
    ------
    PackageError
        one of its classes, when the file is not built as a package is.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file, self._limits = file, limits
        size = file.seek(0, 2)
        if size > limits.file_bytes:
            raise TooLargeError(f"the file has {size:,} bytes; a package has at most {limits.file_bytes:,}")
        directory = self._end(size)
        try:
            self._zip = zipfile.ZipFile(file)
            infos = self._zip.infolist()
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            ValueError,
            struct.error,
            OSError,
            NotImplementedError,
        ) as error:
            raise NotAPackageError(f"the directory of the ZIP cannot be read: {error}") from error
        if len(infos) > limits.members:
            raise TooLargeError(f"it has {len(infos):,} members; a package has at most {limits.members:,}")
        for info in infos:
            self._judge(info)
        if (total := sum(info.file_size for info in infos)) > limits.total_bytes:
            raise TooLargeError(f"unpacked it would have {total:,} bytes; a package has at most {limits.total_bytes:,}")
        self.members = _by_name(infos)
        self._lie_together(sorted(infos, key=lambda one: one.header_offset), directory)

    def _end(self, size: int) -> int:
        """Where the directory begins, by the record with which a ZIP without a comment ends."""
        if size < _END.size:
            raise NotAPackageError("the file is no ZIP: it is too short")
        self._file.seek(size - _END.size)
        mark, disk, first, here, members, length, start, comment = _END.unpack(self._file.read(_END.size))
        if mark != b"PK\x05\x06" or comment:
            start = max(0, size - 65_536 - _END.size)
            self._file.seek(start)
            found = self._file.read().rfind(b"PK\x05\x06")
            if found >= 0 and start + found + _END.size > size:
                raise NotAPackageError("the file was cut short")
            if found >= 0:
                raise TrailingDataError("something stands behind the end of the ZIP")
            raise NotAPackageError("the file is no ZIP: it does not end like one")
        if disk or first or here != members or start + length + _END.size != size:
            raise TrailingDataError("the ZIP does not end where its directory says")
        if members > self._limits.members:
            raise TooLargeError(f"it has {members:,} members; a package has at most {self._limits.members:,}")
        return int(start)

    def _judge(self, info: zipfile.ZipInfo) -> None:
        """One line of the directory."""
        name, shown = info.orig_filename, info.orig_filename[:80]
        if not NAME.fullmatch(name) or name != info.filename or len(name) > 200:
            raise UnsafeNameError(f"the member {shown!r} has a name that no package has")
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedMemberError(
                f"the member {shown!r} is encrypted: a package is encrypted as a whole, with age"
            )
        mode = info.external_attr >> 16
        if info.is_dir() or info.external_attr & 0x10 or (mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode)):
            raise LinkError(f"the member {shown!r} is a link or a folder, not a file")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotAPackageError(
                f"the member {shown!r} is compressed by method {info.compress_type}; packages use deflate"
            )
        if info.flag_bits & ~_UTF8 or info.extra or info.comment:
            raise NotAPackageError(f"the member {shown!r} has flags or fields that no package has")
        if info.file_size > self._limits.member_bytes:
            raise TooLargeError(f"the member {shown!r} would have {info.file_size:,} bytes")
        if info.file_size > max(1, info.compress_size) * self._limits.ratio:
            raise TooLargeError(f"the member {shown!r} would grow {self._limits.ratio}-fold: it is a bomb")

    def _lie_together(self, infos: list[zipfile.ZipInfo], directory: int) -> None:
        """Every member behind the one before it, with a head that says what the directory says."""
        at = 0
        for info in infos:
            self._file.seek(info.header_offset)
            head = self._file.read(_LOCAL.size)
            if info.header_offset != at or len(head) < _LOCAL.size:
                raise TrailingDataError(f"the member {info.filename[:80]!r} does not lie behind the one before it")
            mark, _, flags, method, _, _, crc, packed, unpacked, name_length, extra = _LOCAL.unpack(head)
            name = self._file.read(name_length)
            told = (
                info.flag_bits,
                info.compress_type,
                info.CRC,
                info.compress_size,
                info.file_size,
                info.filename.encode(),
                0,
            )
            if mark != b"PK\x03\x04" or (flags, method, crc, packed, unpacked, name, extra) != told:
                raise NotAPackageError(
                    f"the member {info.filename[:80]!r} says something else of itself than the directory does"
                )
            at += _LOCAL.size + name_length + packed
        if at != directory:
            raise TrailingDataError("something stands between the members and the directory of the ZIP")

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member; never more than the directory says."""
        info, done = self.members[name], 0
        try:
            with self._zip.open(info) as body:
                while piece := body.read(_PIECE):
                    done += len(piece)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise AlteredError(f"{name} is damaged: {error}") from error
        if done != info.file_size:
            raise AlteredError(f"{name} has {done:,} bytes, and should have {info.file_size:,}")

    def read(self, name: str, most: int) -> bytes:
        """A whole member that has to be small."""
        if self.members[name].file_size > most:
            raise TooLargeError(f"{name} has {self.members[name].file_size:,} bytes; at most {most:,} are read")
        return b"".join(self.pieces(name))


def _by_name(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        folded = unicodedata.normalize("NFC", info.filename).casefold()
        if folded in found:
            raise DuplicateNameError(
                f"two members are called {info.filename[:80]!r}, or so alike that they are one on some machines"
            )
        found[folded] = info
    return {info.filename: info for info in infos}
