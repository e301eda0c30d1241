"""What form a file has, told by its bytes and never by its name alone; pictures and videos are known and sent away."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from tipline.investigation.replies.files.rows import MOST_BYTES, MediaError, RefusedFileError


class Form(StrEnum):
    """The forms that are read."""

    DELIMITED = "delimited"  # CSV, TSV
    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    JSON = "json"
    PDF = "pdf"


_MEDIA = (
    (b"\xff\xd8\xff", "a JPEG picture"), (b"\x89PNG\r\n", "a PNG picture"), (b"GIF8", "a GIF picture"), (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"), (b"MM\0*", "a TIFF picture"), (b"\x1aE\xdf\xa3", "a Matroska video"), (b"FLV\x01", "a video"),
    (b"\0\0\x01\xba", "an MPEG video"), (b"\0\0\x01\xb3", "an MPEG video"), (b"0&\xb2u", "a Windows Media file"),
    (b"8BPS", "a picture"), (b"ID3", "a sound file"), (b"OggS", "a media file"), (b"\0\0\x01\0", "an icon"), (b"RIFF", "a media file"),
)  # fmt: skip
MEDIA_ENDINGS = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|bmp|tiff?|webp|heic|heif|avif|ico|psd|svg|emf|wmf|mp4|m4v|mov|avi|mkv|webm|wmv|flv|mpe?g|3gp|mts|vob|mp3|wav|ogg|m4a)\Z",
    re.IGNORECASE,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def form_of(name: str, body: bytes) -> Form:
    """The form of a file.

    Raises
    ------
    MediaError
        for pictures, videos and sound, also inside a workbook.
    RefusedFileError
        for what is none of the forms that are read.
    """
    if not body:
        raise RefusedFileError("the file is empty")
    if len(body) > MOST_BYTES:
        raise RefusedFileError(f"the file has more than {MOST_BYTES // 1024**2} MiB; ask its sender for parts")
    if MEDIA_ENDINGS.search(name):
        raise MediaError("its name is that of a picture, a video or sound: media is neither read nor kept here")
    for start, what in _MEDIA:
        if body.startswith(start) and not (start == b"BM" and _is_text(body)):
            raise MediaError(f"it is {what}: media is neither read nor kept here")
    if body[4:8] == b"ftyp":
        raise MediaError("it is a picture or a video: media is neither read nor kept here")
    if body.startswith(b"PK\x03\x04"):
        return _zipped(body)
    if body.startswith(_OLE):
        return Form.XLS
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return Form.PDF
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return Form.JSON
    if _is_text(body):
        return Form.DELIMITED
    raise RefusedFileError("it is no CSV, XLSX, ODS, XLS, JSON or PDF file")


def _is_text(body: bytes) -> bool:
    return body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in body[:4096]


def _zipped(body: bytes) -> Form:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise RefusedFileError("it begins like a workbook and is a broken ZIP file") from error
    if any(MEDIA_ENDINGS.search(name) or "/media/" in name for name in names):
        raise MediaError("there is a picture or a video in the workbook: media is neither read nor kept here")
    if "xl/workbook.xml" in names:
        return Form.XLSX
    if "content.xml" in names:
        return Form.ODS
    raise RefusedFileError("it is a ZIP file and no workbook; unpack it and hand in the files one by one")
