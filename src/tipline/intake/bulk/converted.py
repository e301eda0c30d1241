"""Documents of other forms in a backlog: the JSON form, lines of it, and every form that has a converter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tipline.intake.bulk.items import Draft, Found, Item, Place, RefusedError, refused
from tipline.intake.cybertipline.document import header_of, parse_report
from tipline.intake.forms import Form, FormError, UnreadableError, detect_form, source_of

WholeReader = Callable[[Place, bytes, int], Found]


def whole_of(form: Form | None) -> WholeReader:
    """How a file that is one document of a form becomes an item. Without a form each says by its content which it is."""

    def read(place: Place, body: bytes, size_bytes: int) -> Found:
        return Item(place, body, partial(draft_form, form, body), size_bytes)

    return read


def lines_of(form: Form | None, limit: int) -> Callable[[Path], Iterator[Found]]:
    """How a file with a document on each line is read, one line in memory at a time."""

    def read(path: Path) -> Iterator[Found]:
        try:
            with path.open("rb") as file:
                number = 0
                while line := file.readline(limit + 2):
                    number += 1
                    place, size = Place(str(path), line=number), len(line)
                    if size > limit + 1 and not line.endswith(b"\n"):
                        while (more := file.readline(limit)) and not more.endswith(b"\n"):
                            size += len(more)
                        yield refused(place, f"the line is longer than {limit} bytes", size + len(more))
                    elif body := line.strip():
                        yield Item(place, body, partial(draft_form, form, body), size)
        except OSError as error:
            yield refused(Place(str(path)), f"it cannot be read: {error.strerror}")

    return read


def draft_form(form: Form | None, body: bytes) -> Draft:
    """A document as its converter makes CyberTipline XML of it.

    Raises
    ------
    RefusedError
    """
    form = form or detect_form(body)
    try:
        if form is None:
            raise UnreadableError(
                "it looks like none of the forms that are known here, or like several: say which with --form"
            )
        made = form.convert(body)
    except FormError as error:
        raise RefusedError(error.faults, error.code) from error
    root = parse_report(made.report_xml)
    files = tuple(file.stated() for file in made.files)
    return Draft(made.report_xml, header_of(root), files, source_of(form, body))
