"""Takes one uploaded file into memory, up to the size that a reply may have."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from tipline.investigation.replies.files.rows import MOST_BYTES


class ReplyUploadHandler(FileUploadHandler):
    """One file in memory; what is larger is skipped, and `too_large` says so."""

    chunk_size = 256 * 1024
    too_large = False
    _taken = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """A file begins; of several only the first is taken."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]  # as Django calls it
        if self._taken:
            raise SkipFile
        self._taken += 1
        self._body = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A part of it."""
        if start + len(raw_data) > MOST_BYTES:
            self.too_large = True
            self._body = io.BytesIO()
            raise SkipFile
        self._body.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, whole."""
        self._body.seek(0)
        return InMemoryUploadedFile(
            file=self._body,
            field_name=self.field_name,
            name=self.file_name,
            content_type=None,
            size=file_size,
            charset=None,
        )
