"""The whole file of a case as one ZIP: every table that names it, its reports as masked chains, its log with proofs, an index to
print, and a manifest of SHA-256 that `sha256sum -c` checks. Never media, and no child's identity.

Rows are streamed: no more than a few thousand are held, however many hashes a tool's file had.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import IO, Any, BinaryIO

from django.db import transaction

from tipline import __version__
from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.printing.model import Document, Facts, Heading, Items, Paragraph, Remark, Run, Style, Table
from tipline.core.printing.pdf import to_pdf
from tipline.core.spreadsheets import cell
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_case, with_parts
from tipline.investigation.chain import MASKED, chain
from tipline.investigation.exhibits.case_tables import (
    EXCLUDED_COLUMNS,
    TOLD_ONLY,
    CaseTable,
    case_tables,
    left_out,
    left_out_by_reason,
)
from tipline.investigation.exhibits.papers import custody_sheet
from tipline.investigation.exhibits.queries import Kept, exhibits_of
from tipline.reports.masking import Terms, outside, terms_of
from tipline.reports.models import Person, Sighting
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.actors import system
from tipline.trust.audit.models import Entry
from tipline.trust.audit.proofs import standing_proof
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

FORMAT = "tipline-case-file/1"
MANIFEST = "manifest-sha256.txt"
SHORTEST_REASON, LONGEST_REASON = 10, 300
MOST_PROOFS = 300
MOST_PRINTED = 500
# in ZIP the calendar begins here; when it was exported stands in case.json
_NO_TIME = (1980, 1, 1, 0, 0, 0)
# Hex digits of a hash hold no name, whatever letters they are.
_HASH = re.compile(r"[0-9a-f]{32,128}")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds: rows by table, members of the ZIP, and the SHA-256 of its manifest."""

    rows: dict[str, int]
    members: int
    manifest_sha256: str


@transaction.atomic
def export_case(
    settings: Config, scope: Scope, person: User | None, case_id: int, reason: str, file: BinaryIO
) -> Exported:
    """Write the whole file of a visible case into `file`, and log that it went out, to whom, why, and with which manifest.

    Parameters
    ----------
    person
        for whom it is; None: the operator at the machine.

    Raises
    ------
    NotFoundError
        when there is no such case in scope, or the person's role exports nothing: the two look the same.
    InvalidInputError
        without a reason of 10 to 300 characters.
    ConflictError
        when the case is destroyed.
    """
    if person is not None and not may(person, Can.EXPORT):
        raise NotFoundError(f"there is no case {case_id}")
    case = with_parts(visible_case(scope, case_id))
    why = " ".join(reason.split())
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON:
        raise InvalidInputError(f"say why in {SHORTEST_REASON} to {LONGEST_REASON} characters")
    if case.destroyed_at is not None:
        raise ConflictError(f"case {case.number} is destroyed")
    terms = _terms(scope, case)
    if why in terms:
        raise InvalidInputError("write the reason without a child's name or account: others read it")
    archive = _Archive(file, terms)
    exported = _write(archive, settings, scope, case, _Told(now(), person.email if person else "the operator", why))
    actor = person.actor if person else system("cli")
    detail = {"reason": why, "members": exported.members, "manifest_sha256": exported.manifest_sha256}
    detail |= {"rows": sum(exported.rows.values()), "tables": {n: c for n, c in exported.rows.items() if c}}
    record(actor, [Act("case.exported", "case", case.pk, detail)])
    return exported


@dataclass(frozen=True, slots=True)
class _Told:
    """When, for whom and why."""

    at: datetime
    to: str
    reason: str


@dataclass(slots=True)
class _Archive:
    """A ZIP that is written once from front to back; of each member the SHA-256 is taken as it goes in."""

    file: BinaryIO
    terms: Terms
    zip: zipfile.ZipFile = field(init=False)
    sums: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    @contextmanager
    def member(self, path: str) -> Iterator[_Hashed]:
        info = zipfile.ZipInfo(path, _NO_TIME)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        with self.zip.open(info, "w", force_zip64=True) as body:
            hashed = _Hashed(body)
            yield hashed
        self.sums.append((path, hashed.digest.hexdigest()))

    def add(self, path: str, body: bytes) -> None:
        with self.member(path) as out:
            out.write(body)

    def add_json(self, path: str, value: Any) -> None:
        self.add(path, (json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n").encode("utf-8", "replace"))

    def hidden(self, value: Any) -> Any:
        """The value with what is a child's replaced in every text of it."""
        if not self.terms:
            return value
        if isinstance(value, str):
            return value if _HASH.fullmatch(value) else self.terms.hide(value)
        if isinstance(value, dict):
            return {self.hidden(name): self.hidden(inner) for name, inner in value.items()}
        return [self.hidden(inner) for inner in value] if isinstance(value, list | tuple) else value


class _Hashed(io.RawIOBase):
    """A member that is hashed as it is written."""

    def __init__(self, body: IO[bytes]) -> None:
        super().__init__()
        self._body = body
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        body = bytes(data)
        self.digest.update(body)
        self._body.write(body)
        return len(body)


def _terms(scope: Scope, case: Case) -> Terms:
    """What is a child's in any report of the case."""
    reports = visible_reports(scope).filter(case_report__case=case)
    return terms_of(
        (
            (p.child, (p.first_name, p.last_name, *p.display_names), p.details)
            for p in Person.objects.filter(report__in=reports)
        ),
        Sighting.objects.filter(report__in=reports).values_list(
            "child", "identifier__kind", "identifier__value", "original"
        ),
    )


def _write(archive: _Archive, settings: Config, scope: Scope, case: Case, told: _Told) -> Exported:
    people = dict(User.objects.order_by("pk").values_list("pk", "email"))
    rows = {table.name: _table(archive, table, case, people) for table in case_tables()}
    reports = sorted(link.report_id for link in case.case_reports.all())
    seen = set(visible_reports(scope).filter(pk__in=reports).values_list("pk", flat=True))
    for number in reports:
        if number in seen:
            archive.add_json(f"reports/report-{number}.json", chain(scope, number, MASKED))
    proofs = _log(archive, settings, case)
    kept = exhibits_of(case)
    for one in kept[:MOST_PRINTED]:
        sheet = _hidden_document(custody_sheet(case, one), archive)
        archive.add(f"exhibits/{one.exhibit.running_number:04d}-custody.pdf", to_pdf(sheet))
    archive.add_json("case.json", archive.hidden(_case(case, told, rows, sorted(seen))))
    archive.add("index.pdf", to_pdf(_hidden_document(_index(case, told, rows, kept, sorted(seen), proofs), archive)))
    archive.add("README.txt", _readme(case, told).encode())
    manifest = "".join(f"{digest}  {path}\n" for path, digest in archive.sums).encode()
    archive.add(MANIFEST, manifest)
    archive.zip.close()
    return Exported(rows, len(archive.sums), hashlib.sha256(manifest).hexdigest())


def _table(archive: _Archive, table: CaseTable, case: Case, people: dict[int, str]) -> int:
    """A table as CSV and as JSON. Returns its rows."""
    count = 0
    with (
        archive.member(f"tables/{table.name}.csv") as out,
        io.TextIOWrapper(_buffered(out), "utf-8", "replace", newline="") as text,
    ):
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(table.columns)
        for row in table.rows(case, people):
            writer.writerow([_csv_value(value) for value in archive.hidden(row)])
            count += 1
    with (
        archive.member(f"tables/{table.name}.json") as out,
        io.TextIOWrapper(_buffered(out), "utf-8", "replace", newline="") as text,
    ):
        text.write("[")
        for number, row in enumerate(table.rows(case, people)):
            made = dict(zip(table.columns, archive.hidden(row), strict=True))
            text.write(("," if number else "") + "\n" + json.dumps(made, ensure_ascii=False, default=str))
        text.write("\n]\n")
    return count


def _buffered(out: _Hashed) -> io.BufferedWriter:
    return io.BufferedWriter(out, 1024**2)


def _csv_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    return cell(json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value)


def _log(archive: _Archive, settings: Config, case: Case) -> tuple[int, int]:
    """What was done with the case, and a proof for each of the newest entries that is under a checkpoint. Returns how many of both."""
    entries = list(Entry.objects.filter(object_type="case", object_id=str(case.pk)).order_by("id"))
    names = ("id", "at", "actor_kind", "actor_label", "action", "detail")
    archive.add_json(
        "log/entries.json",
        [{n: e.at.isoformat() if n == "at" else getattr(e, n) for n in names} for e in entries],
    )
    proofs = 0
    for entry in entries[-MOST_PROOFS:]:
        try:
            made = standing_proof(settings, entry.pk)
        except (ConflictError, NotFoundError):  # not under a checkpoint yet
            continue
        archive.add_json(f"log/proofs/entry-{entry.pk}.json", made)
        proofs += 1
    return len(entries), proofs


def _case(case: Case, told: _Told, rows: dict[str, int], reports: list[int]) -> dict[str, Any]:
    officer = case.investigating_officer
    operations = [one["name"] for one in vars(case)["operations"]]
    return {
        "format": FORMAT,
        "software": f"Tipline {__version__}",
        "exported": {"at": told.at.isoformat(), "for": told.to, "reason": told.reason},
        "case": {
            "id": case.pk, "number": case.number, "agency": case.agency.code, "agency_name": case.agency.name,
            "title": case.title, "state": case.state, "operation": next(iter(operations), None),
            "operations": operations,
            "opened_at": case.opened_at.isoformat(), "opened_by": case.opened_by.email,
            "closed_at": case.closed_at.isoformat() if case.closed_at else None,
            "investigating_officer": officer.email if officer else None,
            "fir_number": case.fir_number or None,
            "fir_registered_at": case.fir_registered_at.isoformat() if case.fir_registered_at else None,
            "zero_fir": case.zero_fir,
            "offences": [o.label for o in case.offences.all()],
            "handles": [
                {
                    "kind": h.identifier.kind, "platform": h.identifier.scope, "report": h.report_id,
                    "value": outside(
                        h.identifier.kind, h.identifier.value, of_child=h.identifier.of_child, names_child=h.identifier.names_child
                    ),
                }
                for h in case.handles.all()
            ],
        },
        "reports": reports,
        "tables": [{"name": name, "rows": count, "files": [f"tables/{name}.csv", f"tables/{name}.json"]} for name, count in rows.items()],
        "left_out": [{"table": name, "reason": why} for name, why in left_out()]
        + [{"column": name, "reason": why} for name, why in [*EXCLUDED_COLUMNS.items(), *TOLD_ONLY.items()]],
    }  # fmt: skip


def _index(
    case: Case, told: _Told, rows: dict[str, int], kept: list[Kept], reports: list[int], log: tuple[int, int]
) -> Document:
    fir = case.fir_number or (Run("FIR number", Style.MISSING),)
    exhibits = tuple(
        (
            one.exhibit.number, one.exhibit.description, one.chain.now.holder,
            "hash does NOT match" if one.chain.mismatches else "verified" if one.chain.verified else "not verified",
        )
        for one in kept[:MOST_PRINTED]
    )  # fmt: skip
    return Document(
        title=f"File of case {case.number}",
        language="en",
        head=(case.agency.name,),
        blocks=(
            Facts(
                (
                    ("Case", case.number), ("Title", case.title), ("State", str(case.get_state_display())),
                    ("Opened", f"{case.opened_at:%Y-%m-%d %H:%M} UTC, by {case.opened_by.name}"), ("FIR", fir),
                    ("Exported", f"{told.at:%Y-%m-%d %H:%M} UTC, for {told.to}"), ("Why", told.reason),
                )
            ),
            Remark(
                "This file holds no media and no child’s identity: what is a child’s is replaced by a mask. A handle is a lead, "
                "not a person, and nobody whom it names is guilty of anything by being named."
            ),
            Heading("Reports"),
            Items(tuple(f"Report {number}: reports/report-{number}.json" for number in reports[:MOST_PRINTED])) if reports else Paragraph("None."),
            Heading("Exhibits"),
            Table("Exhibits, who has them, and whether their hash was checked", ("No.", "What it is", "With", "Hash"), exhibits, (1, 3, 2, 1.4))
            if exhibits
            else Paragraph("None."),
            Heading("Tables"),
            Table(
                "What the file holds, each as CSV and JSON in tables/",
                ("Table", "Rows"),
                tuple((name, f"{count:,}") for name, count in rows.items()),
                (4, 1),
            ),
            Heading("Left out"),
            Items(_left_out()),
            Heading("Log"),
            Paragraph(
                f"{log[0]:,} entries in log/entries.json, {log[1]:,} of them with a proof in log/proofs/, which tools/verify_audit.py "
                "checks without Tipline. An entry of the last minute is not under a checkpoint yet."
            ),
        ),
        marking="FOR THE FILE OF THE CASE – CONTAINS PERSONAL DATA",
        reference=case.number,
    )  # fmt: skip


def _left_out() -> tuple[str, ...]:
    """What the file does not hold, in sentences."""
    return tuple(f"{why[:1].upper()}{why[1:]}. ({', '.join(names)})" for why, names in left_out_by_reason())


def _hidden_document(document: Document, archive: _Archive) -> Document:
    """The document with what is a child's replaced in every text of it."""
    hidden: Document = _replaced(document, archive.terms.hide)
    return hidden


def _replaced(value: Any, hide: Callable[[str], str]) -> Any:
    """Any dataclass, tuple or text of a document, with its texts put through `hide`."""
    if isinstance(value, str) and not isinstance(value, Style):
        return hide(value)
    if isinstance(value, tuple):
        return tuple(_replaced(inner, hide) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{f.name: _replaced(getattr(value, f.name), hide) for f in fields(value)})
    return value


def _readme(case: Case, told: _Told) -> str:
    lines: Iterable[str] = (
        f"File of case {case.number}, {case.agency.name} ({case.agency.code})",
        f"Exported {told.at:%Y-%m-%d %H:%M} UTC by Tipline {__version__}, format {FORMAT}.",
        "",
        "index.pdf            what the file holds, to print",
        "case.json            the case, and the list of tables",
        "tables/              one CSV and one JSON a table. In CSV a cell that a spreadsheet would take for a formula begins with '",
        "reports/             the reports of the case, masked",
        "exhibits/            the chain of custody of each exhibit, to print",
        "log/                 what was done with the case, with proofs (tools/verify_audit.py checks them)",
        f"{MANIFEST}  SHA-256 of every other member",
        "",
        "Check that nothing was changed:",
        f"    sha256sum -c {MANIFEST}",
        "The SHA-256 of the manifest itself stands in the log of the installation (case.exported).",
        "",
        "It holds no media and no child's identity. It holds personal data: keep it as the file of a case is kept.",
        "",
        "Left out:",
        *(f"- {line}" for line in _left_out()),
        "",
    )
    return "\n".join(lines)
