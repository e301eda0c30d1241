"""Letters as files: PDF, DOCX and ODT. What is printed is logged with its SHA-256."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from tipline.core.printing.model import Document
from tipline.core.printing.pdf import to_pdf
from tipline.investigation.legal.letters.body import document_of
from tipline.investigation.legal.letters.fields import day
from tipline.investigation.legal.letters.forms import vocabulary
from tipline.investigation.legal.letters.models import Letter, LetterState, LetterVersion
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record


class FileKind(StrEnum):
    """The kinds of file that a letter can be had as."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"


MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
}


def _writer(kind: FileKind) -> Callable[[Document], bytes]:
    """What makes a file of this kind. Who prints no office file loads none of what writes one: half a second and 45 MB a process."""
    if kind == FileKind.PDF:
        return to_pdf
    from tipline.core.printing.office import to_docx, to_odt

    return to_docx if kind == FileKind.DOCX else to_odt


@dataclass(frozen=True, slots=True)
class Printed:
    """A file: its name, its bytes, and their SHA-256."""

    letter: Letter
    name: str
    content: bytes
    sha256: str


def marking(letter: Letter, country: str) -> str:
    """What stands on every page: that it is a draft, or who reviewed it. Software signs nothing."""
    words = vocabulary(country)
    if letter.state == LetterState.REVIEWED and letter.reviewed_by and letter.reviewed_at:
        on = day(letter.reviewed_at.astimezone(ZoneInfo(letter.case.agency.timezone)).date())
        return words.word("reviewed", letter.language, name=letter.reviewed_by.name, date=on)
    return words.word("withdrawn" if letter.state == LetterState.WITHDRAWN else "draft", letter.language)


def document(letter: Letter, version: LetterVersion, country: str) -> Document:
    """A version of a letter as a document to print."""
    reference = f"{letter.reference} · v{version.number}"
    return document_of(version.body, letter.language, marking(letter, country), reference)


def file_name(letter: Letter, kind: FileKind) -> str:
    """A name that says which it is, in letters that every system takes: nothing of the record but the case's number."""
    case = re.sub(r"[^A-Za-z0-9]+", "-", letter.case.number).strip("-")
    return f"{case}-L{letter.number:03d}-{letter.form}-{letter.language}-v{letter.version}.{kind}"


def print_letters(
    actor: Actor, letters: Sequence[tuple[Letter, LetterVersion]], kind: FileKind, country: str
) -> list[Printed]:
    """Files of letters, logged with their digests, inside the caller's transaction."""
    made, written = [], _writer(kind)
    for letter, version in letters:
        content = written(document(letter, version, country))
        made.append(Printed(letter, file_name(letter, kind), content, hashlib.sha256(content).hexdigest()))
    record(
        actor,
        [
            Act(
                "letter.printed",
                "case",
                one.letter.case_id,
                {"letter": one.letter.number, "version": one.letter.version, "as": kind.value, "sha256": one.sha256},
            )
            for one in made
        ],
    )
    return made


def zipped(files: Sequence[Printed]) -> bytes:
    """Files in one ZIP archive; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            archive.writestr(zipfile.ZipInfo(one.name), one.content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
