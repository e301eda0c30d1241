"""The files of a transparency report: PDF for people, CSV for spreadsheets, JSON for programs. All of them say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tipline.core.printing.model import Block, Document, Facts, Heading, Paragraph, Run, Style, Table
from tipline.core.printing.pdf import to_pdf
from tipline.core.text import visible
from tipline.statistics.figures import Unit
from tipline.statistics.files import csv_of
from tipline.statistics.publishing.making import CSV, JSON, PDF
from tipline.statistics.publishing.models import State, Transparency
from tipline.statistics.publishing.periods import Period
from tipline.statistics.tables import NOTHING, number

NOT_RELEASED = "Draft: not released"


def text_of(value: float | None, why_empty: str, unit: str) -> str:
    """A published number as people read it."""
    return (NOTHING if why_empty == "nothing to tell" else why_empty) if value is None else number(value, Unit(unit))


def lines_of(table: dict[str, Any]) -> list[tuple[list[str], list[str]]]:
    """The rows of a published table as text: labels, and numbers."""
    units = [measure["unit"] for measure in table["measures"]]
    return [
        (
            [visible(label, 120) for label in row["labels"]],
            [text_of(v, why, unit) for v, why, unit in zip(row["values"], row["why_empty"], units, strict=True)],
        )
        for row in table["rows"]
    ]


def privacy_of(table: dict[str, Any]) -> str:
    """What the noise of a table is, in a sentence; empty where it has none."""
    if "epsilon" not in table:
        return ""
    left_out = f" Not published: {', '.join(table['not_published']).lower()}." if table["not_published"] else ""
    return (
        f"Share of the budget: epsilon {table['epsilon']}; sensitivity {table['sensitivity']};"
        f" 95 of 100 numbers lie within {table['margin']} of the true one.{left_out}"
    )


def document_of(made: Transparency) -> Document:
    """The report as a document to print."""
    content, period = made.content, Period(made.since, made.until)
    name = visible(content["agency"]["name"], 200)
    facts: list[tuple[str, Any]] = [
        ("Agency", f"{name} ({content['agency']['code']})"),
        ("Reports received", period.text),
        ("As known at", content["as_of"]),
        ("Method", made.get_method_display() + (f", epsilon {made.epsilon}" if made.epsilon else "")),
        ("Fingerprint of the numbers", (Run(made.fingerprint, Style.CODE),)),
    ]
    blocks: list[Block] = [Facts(tuple(facts)), Heading("How the numbers keep single children out of sight")]
    blocks += [Paragraph(sentence) for sentence in content["method_text"]]
    for table in content["tables"]:
        head = (*table["by"], *(measure["label"] for measure in table["measures"]))
        by = f" by {' and '.join(table['by']).lower()}" if table["by"] else ""
        blocks += [
            Heading(f"{table['title']}{by}"),
            Paragraph(f"{table['counts']} Not counted: {table['leaves_out']}"),
        ]
        if sentence := privacy_of(table):
            blocks.append(Paragraph(sentence))
        if len(head) > 9:  # too many columns for a page: one line a number
            blocks += _long(table)
        else:
            rows = tuple((*labels, *texts) for labels, texts in lines_of(table))
            blocks.append(Table(f"{table['figure']}@{table['version']}{by}", head, rows))
    return Document(
        title=f"Transparency report: {period.text}", language="en", blocks=tuple(blocks), head=(name,),
        marking="" if made.state == State.RELEASED else NOT_RELEASED,
        reference=f"{content['agency']['code']} · {made.fingerprint[:16]}",
    )  # fmt: skip


def _long(table: dict[str, Any]) -> list[Block]:
    made: list[Block] = []
    for labels, texts in lines_of(table):
        rows = tuple((measure["label"], text) for measure, text in zip(table["measures"], texts, strict=True))
        caption = f"{table['figure']}@{table['version']}" + (f": {' · '.join(labels)}" if labels else "")
        made.append(Table(caption, ("Number", "Value"), rows, (3, 1)))
    return made


def files_of(made: Transparency) -> Iterator[tuple[str, str, bytes]]:
    """Name, media type and bytes of each file: the report, its numbers one a line, all of it for programs."""
    begins = f"transparency-{made.content['agency']['code']}-{made.since:%Y-%m}-{made.until:%Y-%m}"
    yield f"{begins}.pdf", PDF, to_pdf(document_of(made))
    yield f"{begins}.csv", CSV, numbers_of(made)
    told = made.content | {"fingerprint": made.fingerprint}
    yield f"{begins}.json", JSON, json.dumps(told, ensure_ascii=False, indent=2).encode()
    yield f"{begins}-method.txt", "text/plain; charset=utf-8", "\n\n".join(made.content["method_text"]).encode()


def numbers_of(made: Transparency) -> bytes:
    """Every published number on a line of its own, so that tables of different columns fit one file."""
    rows: list[list[object]] = [
        ["Figure", "Version", "Cut by", "Row", "Number", "Unit", "Value", "Why empty", "Epsilon", "Margin"]
    ]
    for table in made.content["tables"]:
        for row in table["rows"]:
            for measure, value, why in zip(table["measures"], row["values"], row["why_empty"], strict=True):
                rows.append(
                    [
                        table["figure"], table["version"], ", ".join(table["by"]), " · ".join(row["labels"]), measure["label"],
                        measure["unit"], "" if value is None else value, why, table.get("epsilon", ""), table.get("margin", ""),
                    ]
                )  # fmt: skip
    return csv_of(rows)
