"""Forms other than CyberTipline XML in which a report can come, one folder each.

A folder has one `FORM`, and is found here by being there: delete the folder, and Tipline takes that form no more.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.intake.cybertipline.errors import MalformedXmlError, ValidationFailedError
from tipline.intake.doors.calls import Fault
from tipline.reports.filing import StatedFile
from tipline.reports.services import Source

MOST_FAULTS_TOLD = 20
_DETAILS = b"<fileDetails><reportId>%d</reportId><fileId>%s</fileId>"
_END = b"</fileDetails>"


class FormError(InvalidInputError):
    """A document is not what its form wants. `faults`: each with its place, such as `$.reporter.legalURL`."""

    # the provider door's for the same: what counts refused documents counts these too
    code = ValidationFailedError.code
    # whether it may be kept as it came, for an administrator to look at
    may_be_kept = True

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = "; ".join(
            f"{fault.path}: {fault.rule}" if fault.path else fault.rule for fault in faults[:MOST_FAULTS_TOLD]
        )
        super().__init__(told)
        self.faults = tuple(faults[:MOST_FAULTS_TOLD])


class UnreadableError(FormError):
    """It is not even the notation of the form: no JSON, no e-mail."""

    code = MalformedXmlError.code

    def __init__(self, rule: str, path: str = "") -> None:
        super().__init__([Fault(path, 0, rule, "malformed")])


class CarriesMediaError(FormError):
    """It carries a picture, a film or what may be one. Such a document is kept nowhere: only sealed files are (docs: evidence)."""

    may_be_kept = False

    def __init__(self, path: str, what: str) -> None:
        rule = f"{what} inside a report is not taken and not kept: give its hashes, or upload it as a file"
        super().__init__([Fault(path, 0, rule)])


@dataclass(frozen=True, slots=True)
class StatedFileDraft:
    """What is said of a file that does not come with it. `said`: the elements of its `fileDetails` after the two numbers."""

    said: bytes
    name: str = ""
    size_bytes: int = 0
    md5: str = ""
    sha1: str = ""
    sha256: str = ""

    def details(self, report_id: int, file_id: str) -> bytes:
        """The whole `fileDetails` document, once the numbers are known."""
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _DETAILS % (report_id, file_id.encode()) + self.said + _END

    def stated(self) -> StatedFile:
        """For filing."""
        return StatedFile(self.details, self.name, self.size_bytes, self.md5, self.sha1, self.sha256)


@dataclass(frozen=True, slots=True)
class Converted:
    """What a converter made of a document.

    `report_xml`: a `report` document that fits the schema, and `files` fit it too. `lost`: what of the document found no place
    in them, each in a sentence; the document itself is kept beside. `idempotency_key`: if the form carries one.
    """

    report_xml: bytes
    files: tuple[StatedFileDraft, ...] = ()
    lost: tuple[str, ...] = ()
    idempotency_key: str = ""


class Form(Protocol):
    """A form that reports come in."""

    name: str
    version: str
    title: str
    # of the documents, lower case, without parameters; the first is what Tipline would write
    media_types: tuple[str, ...]

    def detect(self, body: bytes) -> bool:
        """Whether a document looks like one of this form. Cheap; `convert` has the last word."""

    def convert(self, body: bytes) -> Converted:
        """One document as CyberTipline XML; the same for the same bytes.

        Raises
        ------
        FormError
            naming each place at fault.
        """


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """All forms, by name."""
    folders = [one.name for one in pkgutil.iter_modules(__path__) if one.ispkg]
    return tuple(importlib.import_module(f"{__name__}.{folder}").FORM for folder in sorted(folders))


def form_named(name: str) -> Form:
    """The form of that name.

    Raises
    ------
    InvalidInputError
        naming those that there are.
    """
    found = next((form for form in forms() if form.name == name), None)
    if found is None:
        known = ", ".join(form.name for form in forms())
        raise InvalidInputError(f"{visible(name, 40)!r} is not a form that is known here: {known}")
    return found


def form_of_media_type(content_type: str) -> Form | None:
    """The form that a Content-Type names, whatever its parameters."""
    media_type = content_type.partition(";")[0].strip().lower()
    return next((form for form in forms() if media_type in form.media_types), None)


def detect_form(body: bytes) -> Form | None:
    """The form that a document looks like, if it looks like one alone."""
    found = [form for form in forms() if form.detect(body)]
    return found[0] if len(found) == 1 else None


def source_of(form: Form, body: bytes) -> Source:
    """A document as it is kept beside what was made of it."""
    return Source(body, f"{form.name}/{form.version}")
