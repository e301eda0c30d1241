"""One way in for every form of file."""

from __future__ import annotations

from tipline.investigation.replies.files import apart, delimited, objects
from tipline.investigation.replies.files.forms import Form, form_of
from tipline.investigation.replies.files.rows import Sheet, bounded


def open_sheet(name: str, body: bytes, encoding: str = "") -> Sheet:
    """A file opened: its rows come as they are read.

    Parameters
    ----------
    encoding
        of a CSV file that is not Unicode, as a person chose it.

    Raises
    ------
    RefusedFileError
        here for what it is, or while rows are read for what is in it.
    """
    form = form_of(name, body)
    sheet = Sheet(form.value, iter(()))
    match form:
        case Form.DELIMITED:
            rows = delimited.read(body, encoding)
        case Form.JSON:
            rows = objects.read(body)
        case _:
            rows = apart.read(sheet, form, body)
    sheet.rows = bounded(sheet, rows)
    return sheet
