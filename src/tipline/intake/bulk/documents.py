"""CyberTipline XML in a backlog: a report and the `fileDetails` documents that go with it.

Which go with which is said here once, for directories and for ZIPs alike. The details of `X.xml` are the XML files of a
directory `X.files` beside it. Where a directory has a `report.xml`, every other XML file in it that is a `fileDetails`
document belongs to that report as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from lxml import etree

from tipline.intake.bulk.items import Draft, Item, Part, Place, Refused, RefusedError, refused
from tipline.intake.cybertipline.document import header_of, parse_file_details, parse_report
from tipline.intake.cybertipline.errors import WireError
from tipline.intake.doors.calls import Fault
from tipline.reports.filing import StatedFile
from tipline.reports.services import FILES_PER_REPORT

MAIN = "report.xml"
PARTS_FOLDER = ".files"
# one report with all its details; the lots are counted in bytes too
MOST_BYTES_TOGETHER = 64 * 1024 * 1024

_NAME = re.compile(rb"<([A-Za-z_][\w.-]*)")
_HASHES = {"MD5": ("md5", 32), "SHA1": ("sha1", 40), "SHA256": ("sha256", 64)}


class UnreadableError(Exception):
    """A document in the input cannot be read; the text says why."""


class Entry(Protocol):
    """A file in a directory or in a ZIP."""

    @property
    def name(self) -> str:
        """Without its directory."""

    @property
    def place(self) -> Place:
        """Where it stands."""

    @property
    def size_bytes(self) -> int:
        """How much of the input it is."""

    def read(self) -> bytes:
        """All of it. Raises `UnreadableError`."""


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Bundle(Generic[E]):
    """A report and the documents that go with it."""

    report: E
    details: tuple[E, ...]


def is_xml(name: str) -> bool:
    """Whether a file of this name is taken for XML."""
    return name.lower().endswith(".xml")


def parts_folder(name: str) -> str:
    """The directory beside `X.xml` that holds the details of its files."""
    return name[: -len(".xml")] + PARTS_FOLDER


def bundles(files: Sequence[E], parts_of: Callable[[str], Sequence[E]]) -> Iterator[Bundle[E]]:
    """What goes with what among the XML files of one directory. `parts_of`: the XML files of one of its directories."""
    main = next((file for file in files if file.name.lower() == MAIN), None)
    beside = [file for file in files if file is not main and _is_details(file)] if main is not None else []
    taken = {id(file) for file in beside}
    for file in files:
        if id(file) in taken:
            continue
        own = (*parts_of(parts_folder(file.name)), *(beside if file is main else ()))
        yield Bundle(file, own)


def _is_details(file: Entry) -> bool:
    try:
        return root_name(file.read()) == b"fileDetails"
    except UnreadableError:
        return False  # it is told when its turn comes


def root_name(body: bytes) -> bytes:
    """The name of the first element, as far as it can be told without parsing; empty if it cannot."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    at = 0
    while True:
        at += len(body[at : at + 4096]) - len(body[at : at + 4096].lstrip())
        for opens, closes in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if body.startswith(opens, at):
                end = body.find(closes, at)
                if end < 0:
                    return b""
                at = end + len(closes)
                break
        else:
            match = _NAME.match(body, at)
            return match[1] if match else b""


def read_bundle(bundle: Bundle[E]) -> Item | Refused:
    """The report with its details as an item; checked only when it is drafted."""
    size = bundle.report.size_bytes + sum(part.size_bytes for part in bundle.details)
    if len(bundle.details) > FILES_PER_REPORT:
        return refused(bundle.report.place, f"more than {FILES_PER_REPORT} files go with it", size)
    entry: Entry = bundle.report
    try:
        body = bundle.report.read()
        total = len(body)
        parts: list[Part] = []
        for entry in bundle.details:
            parts.append(Part(entry.name, entry.read()))
            total += len(parts[-1].body)
            if total > MOST_BYTES_TOGETHER:
                return refused(
                    bundle.report.place, f"with its details it is larger than {MOST_BYTES_TOGETHER} bytes", size
                )
    except UnreadableError as error:
        rule = str(error) if entry is bundle.report else f"{entry.name}: {error}"
        return refused(bundle.report.place, rule, size)
    return Item(bundle.report.place, body, partial(draft_xml, body, tuple(parts)), size, tuple(parts))


def draft_xml(body: bytes, parts: Sequence[Part] = ()) -> Draft:
    """Check a report and its details as the provider door does.

    Raises
    ------
    RefusedError
    """
    try:
        root = parse_report(body)
    except WireError as error:
        hint = " (no report goes with it)" if root_name(body) == b"fileDetails" else ""
        raise RefusedError(faults_of(error, hint), error.code) from error
    return Draft(body, header_of(root), tuple(_stated(part) for part in parts))


def faults_of(error: WireError, hint: str = "") -> tuple[Fault, ...]:
    """What the door says is wrong, fault by fault."""
    found = error.faults or (Fault("", 0, str(error)),)
    return tuple(Fault(fault.path, fault.line, fault.rule + hint, fault.kind) for fault in found)


def _stated(part: Part) -> StatedFile:
    try:
        root = parse_file_details(part.body)
    except WireError as error:
        told = tuple(Fault(f.path, f.line, f"{part.name}: {f.rule}", f.kind) for f in faults_of(error))
        raise RefusedError(told, error.code, part) from error
    return stated_file(root, part.body)


def stated_file(root: etree._Element, body: bytes, *, came: bool = True) -> StatedFile:
    """A file as a valid `fileDetails` document describes it. The two numbers in it are replaced; if it `came` so, they are noted."""
    hashes = {"md5": "", "sha1": "", "sha256": ""}
    for element in root.iter("originalFileHash"):
        kind = _HASHES.get((element.get("hashType") or "").upper().replace("-", "").replace("_", ""))
        text = (element.text or "").strip().lower()
        if kind and re.fullmatch(rf"[0-9a-f]{{{kind[1]}}}", text) and not hashes[kind[0]]:
            hashes[kind[0]] = text
    return StatedFile(
        details=partial(_renumbered, body, came),
        name=(root.findtext("originalFileName") or "").strip(),
        md5=hashes["md5"],
        sha1=hashes["sha1"],
        sha256=hashes["sha256"],
    )


def _renumbered(body: bytes, came: bool, report_id: int, file_id: str) -> bytes:
    """The document with this installation's numbers, and the ones that it came with in a comment at its end."""
    root = parse_file_details(body)
    was = [_harmless(root.findtext(name)) for name in ("reportId", "fileId")]
    note = f" imported: was reportId {was[0]}, fileId {was[1]}, sha256 {hashlib.sha256(body).hexdigest()} "
    # nothing else of it changes by a byte
    changed = body
    numbers = {"reportId": str(report_id), "fileId": file_id}
    for name, number in numbers.items():
        changed = re.sub(
            rf"(<{name}\s*>)[^<]*(</{name}\s*>)".encode(), rf"\g<1>{number}\g<2>".encode(), changed, count=1
        )
    if _numbers(parse_file_details(changed)) == (str(report_id), file_id):
        return changed.rstrip() + (f"\n<!--{note}-->\n" if came else "\n").encode()
    # a comment or a CDATA section stands in the way
    for name, number in numbers.items():
        for element in root.iterchildren(name):
            element.text = number
    root.addnext(etree.Comment(note))
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _numbers(root: etree._Element) -> tuple[str | None, str | None]:
    return root.findtext("reportId"), root.findtext("fileId")


def _harmless(text: str | None) -> str:
    """An identifier fit for a comment, which may hold no two hyphens."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", (text or "").strip())[:64]
