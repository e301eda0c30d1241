"""Asks the child process (`child.py`) to read a workbook or a PDF, and takes its rows as they come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tipline.core.apart import said_by
from tipline.investigation.replies.files.forms import Form
from tipline.investigation.replies.files.rows import Reason, RefusedFileError, Row, Sheet

_CHILD = Path(__file__).with_name("child.py")
TIMEOUT_SECONDS = 180.0


def read(sheet: Sheet, form: Form, body: bytes) -> Iterator[Row]:
    """Rows; what the child suspects is noted on the sheet.

    Raises
    ------
    RefusedFileError
        as the child says, or when it died by one of its limits.
    """
    ended = False
    for said in said_by(_CHILD, [form.value], body, TIMEOUT_SECONDS):
        if isinstance(said, list):
            yield Row(int(said[0]), tuple(said[1:]))
        elif "refused" in said:
            raise RefusedFileError(said["refused"])
        elif "suspicion" in said:
            sheet.suspect(Reason(said["suspicion"], 0, said["where"]))
        else:
            ended = True
    if not ended:
        raise RefusedFileError("reading it took more memory or time than a reply may: the reader was stopped")
