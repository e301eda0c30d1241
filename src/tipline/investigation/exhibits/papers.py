"""What is printed of an exhibit: a label to go on it, and the sheet of its chain of custody."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

from tipline.core.printing.model import (
    Block,
    Document,
    Facts,
    Heading,
    Paragraph,
    Remark,
    Run,
    SignHere,
    Style,
    Table,
    Text,
)
from tipline.investigation.cases.models import Case
from tipline.investigation.exhibits.custody import Step
from tipline.investigation.exhibits.hashes import Algorithm
from tipline.investigation.exhibits.models import CustodyEvent, Exhibit, ExhibitKind
from tipline.investigation.exhibits.queries import Kept
from tipline.investigation.exhibits.services import digests_of
from tipline.trust.agencies.models import Agency

MISMATCH = "NOT the recorded hash"


def label(case: Case, kept: Kept) -> Document:
    """The label that goes on an exhibit. It names nobody it was taken from: it is read outside of the case."""
    exhibit, held = kept.exhibit, kept.chain.now
    first = kept.chain.steps[0].entry
    rows: list[tuple[str, Text]] = [
        ("Exhibit", _strong(exhibit.number)),
        ("Case", case.number),
        ("FIR", case.fir_number or (Run("FIR number", Style.MISSING),)),
        ("What it is", f"{ExhibitKind(exhibit.kind).label}: {exhibit.description}"),
        ("Make, model", " ".join(filter(None, (exhibit.make, exhibit.model))) or "–"),
        ("Serial number", exhibit.serial or "–"),
        ("Seized or received", _moment(first.at, case.agency)),
        ("Taken by", first.to_holder),
        ("Seal", held.seal or "none"),
        *((Algorithm(a).label, _code(value)) for a, value in sorted(digests_of(exhibit).items())),
    ]
    return Document(
        title=f"Exhibit {exhibit.number}",
        language="en",
        head=(case.agency.name,),
        blocks=(Facts(tuple(rows)), SignHere(("Signature, name and rank", "Date and time"))),
        reference=f"{case.number} · {exhibit.number}",
    )


def custody_sheet(case: Case, kept: Kept) -> Document:
    """The whole chain of custody: every entry ever written, those that were corrected too."""
    exhibit, chain = kept.exhibit, kept.chain
    blocks: list[Block] = [Facts(_facts(exhibit)), *_checks(kept), Heading("Chain of custody")]
    blocks.append(
        Table(
            "Entries that count, in the order in which things happened",
            ("No.", "When", "What", "From → to", "Place, purpose", "Seal, hash"),
            tuple(_row(step, case.agency) for step in chain.steps),
            (0.6, 1.5, 1.5, 2, 2.2, 2.4),
        )
    )
    counted = {step.entry.position for step in chain.steps}
    superseded = [row for row in kept.written if row.position not in counted]
    if superseded:
        blocks += [
            Heading("Corrected and struck entries"),
            Paragraph("Nothing is overwritten: what was corrected stays here, with what stands for it and why."),
            Table(
                "Entries that count no more, and corrections that strike an entry",
                ("No.", "When", "What", "From → to", "Corrected"),
                tuple(_old_row(row, kept, case.agency) for row in superseded),
                (0.6, 1.5, 1.5, 2, 3.4),
            ),
        ]
    blocks.append(
        Paragraph(
            "Written by: "
            + "; ".join(
                f"{row.position}: {row.written_by.name}, {_moment(row.written_at, case.agency)}" for row in kept.written
            )
            + "."
        )
    )
    blocks.append(SignHere(("Signature, name and rank of the officer", "Date and time")))
    return Document(
        title=f"Chain of custody of exhibit {exhibit.number}",
        language="en",
        head=(case.agency.name, f"Case {case.number}" + (f", FIR {case.fir_number}" if case.fir_number else "")),
        blocks=tuple(blocks),
        reference=f"{case.number} · {exhibit.number}",
    )


def _facts(exhibit: Exhibit) -> tuple[tuple[str, Text], ...]:
    rows: list[tuple[str, Text]] = [
        ("Exhibit", _strong(exhibit.number)),
        ("What it is", f"{ExhibitKind(exhibit.kind).label}: {exhibit.description}"),
        ("Make, model", " ".join(filter(None, (exhibit.make, exhibit.model))) or "–"),
        ("Serial number", exhibit.serial or "–"),
        ("Seizure memo (panchanama)", exhibit.memo or (Run("reference of the memo", Style.MISSING),)),
        ("Audio-video record (BNSS 2023 s.105)", exhibit.recording or (Run("reference of the record", Style.MISSING),)),
        *((f"{a.label} as recorded", _code(value)) for a, value in sorted(digests_of(exhibit).items())),
    ]
    return tuple(rows)


def _checks(kept: Kept) -> list[Block]:
    chain = kept.chain
    if chain.mismatches:
        entries = ", ".join(str(step.entry.position) for step in chain.mismatches)
        return [
            Remark(
                (Run(f"{MISMATCH}: entry {entries}. ", Style.STRONG), Run("The exhibit does not count as verified."))
            )
        ]
    if chain.verified:
        return [Remark("Verified: the recorded hash was found again, and no check found another.")]
    return [Remark("Not verified: no check of a hash is written.")]


def _row(step: Step, agency: Agency) -> tuple[Text, ...]:
    entry = step.entry
    why = [entry.place, entry.purpose]
    why += [f"late entry: {entry.late_reason}"] if entry.late_reason else []
    why += [f"for entry {entry.corrects}: {entry.correction_reason}"] if entry.corrects else []
    marks: list[Run] = [Run(f"seal {entry.seal_number} ")] if entry.seal_number else []
    if entry.hash_value:
        label_ = Algorithm(entry.hash_algorithm).label
        marks += [Run(f"{label_} "), Run(entry.hash_value, Style.CODE)]
        marks += [Run(" equal to the recorded one")] if step.equal else []
        marks += [Run(f" {MISMATCH}", Style.STRONG)] if step.equal is False else []
    return (
        str(entry.position), _moment(entry.at, agency), entry.kind.label, _way(entry.from_holder, step.after.holder),
        "; ".join(filter(None, why)) or "–", tuple(marks) or "–",
    )  # fmt: skip


def _old_row(row: CustodyEvent, kept: Kept, agency: Agency) -> tuple[Text, ...]:
    by = next((other for other in kept.written if other.corrects_id == row.pk), None)
    told = (
        f"by entry {by.position}: {by.correction_reason}"
        if by
        else f"strikes entry {row.corrects and row.corrects.position}: {row.correction_reason}"
    )
    return (
        str(row.position), _moment(row.at, agency), str(row.get_kind_display()), _way(row.from_holder, row.to_holder),
        told,
    )  # fmt: skip


def _way(source: str, to: str) -> str:
    return f"{source} → {to}" if source and to and source != to else to or source or "–"


def _moment(at: datetime, agency: Agency) -> str:
    try:
        zone: zoneinfo.ZoneInfo = zoneinfo.ZoneInfo(agency.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        zone = zoneinfo.ZoneInfo("UTC")
    local = at.astimezone(zone)
    return f"{local:%d %b %Y %H:%M} {local.tzname()}"


def _strong(text: str) -> Text:
    return (Run(text, Style.STRONG),)


def _code(text: str) -> Text:
    return (Run(text, Style.CODE),)
