"""Reading the file that was kept: which layout it has, what its rows say, and whether it is about this case at all. All or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.investigation.cases.numbering import other_cases_in
from tipline.investigation.replies import calls, matching
from tipline.investigation.replies.answering import named_in
from tipline.investigation.replies.files.forms import Form
from tipline.investigation.replies.files.keyvalue import records
from tipline.investigation.replies.files.reading import open_sheet
from tipline.investigation.replies.files.rows import Reason, RefusedFileError, Row, Sheet
from tipline.investigation.replies.fitting import about_the_case
from tipline.investigation.replies.layouts import (
    Kind,
    Layout,
    Meaning,
    converter,
    fingerprint,
    layouts,
    plain,
    recognise,
)
from tipline.investigation.replies.models import Reply, ReplyFile, ReplyFinding, ReplyMapping, ReplyRow, ReplyState
from tipline.investigation.replies.staging import Reading, Staged, meanings_of, stage
from tipline.investigation.replies.times import Clock, Dates, NeedsSayingError, zone_of

LOOKED_AT = 30  # lines in which the headings may stand
SAMPLE = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is to be read. `layout` names it, with its version."""

    layout: str
    kind: Kind
    columns: dict[str, Meaning]
    dates: Dates
    zone: str
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class _Table:
    """The headings and what comes after them. `before`: the lines above, as text."""

    headings: tuple[str, ...]
    rows: Iterator[Row]
    before: tuple[str, ...]
    layout: str | None = None


class UnmappedError(InvalidInputError):
    """A person has to say something before the file can be read."""


def understand(reply: Reply) -> None:
    """Read the kept file of a reply into rows and findings, and set its state. Inside a transaction, which an exception takes back.

    Raises
    ------
    RefusedFileError
        when the file cannot be used at all.
    UnmappedError
        when its columns, its zone or its order of day and month have to be said; `heading` and `sample` are set.
    """
    ReplyFinding.objects.filter(reply=reply).delete()
    ReplyRow.objects.filter(reply=reply).delete()
    body = bytes(ReplyFile.objects.values_list("body", flat=True).get(reply=reply))
    sheet = open_sheet(reply.name, body, str(reply.choice.get("encoding", "")))
    reply.form = sheet.form
    table = _table(sheet, reply)
    sample = list(islice(table.rows, SAMPLE))
    reply.heading = [visible(h, 120) for h in table.headings]
    reply.sample = [{"line": row.line, "cells": [visible(cell, 120) for cell in row.cells]} for row in sample]
    plan = _plan(reply, table)
    reading = Reading(plan.kind, meanings_of(table.headings, plan.columns), _clock(plan))
    try:
        staged = stage(reply, chain(sample, table.rows), reading)
    except NeedsSayingError as error:
        raise UnmappedError(str(error)) from error
    reply.layout, reply.kind = plan.layout, plan.kind.value
    reply.row_count, reply.faulty_count = staged.rows, staged.faulty
    if not staged.rows:
        raise RefusedFileError("below its headings there are no rows")
    if staged.faulty == staged.rows:
        first = ReplyRow.objects.filter(reply=reply).order_by("line").values_list("line", "problem")[0]
        raise RefusedFileError(f"none of its {staged.rows:,} rows can be understood; line {first[0]}: {first[1]}")
    against = _against(reply, sheet, table, plan, staged)
    compared = calls if plan.kind is Kind.CDR else matching
    compared.find(reply)
    reply.rule_version = compared.tolerance().about.version
    reply.reasons = [one.as_json() for one in against]
    reply.state = ReplyState.QUARANTINED if against else ReplyState.READY
    reply.read_at = now()


def _table(sheet: Sheet, reply: Reply) -> _Table:
    chosen = str(reply.choice.get("layout", ""))
    if sheet.form == Form.PDF:
        return _of_lines(list(sheet.rows), chosen)
    rows = converter(chosen)(sheet.rows) if chosen in layouts() else sheet.rows
    head = list(islice(rows, LOOKED_AT))
    if not head:
        raise RefusedFileError("there are no rows in it")
    mapped = set(ReplyMapping.objects.filter(agency_id=reply.case.agency_id).values_list("fingerprint", flat=True))
    at, found = _headings_at(head, sheet.form, chosen, mapped)
    before = tuple(" ".join(row.cells) for row in head[:at])
    return _Table(head[at].cells, chain(head[at + 1 :], rows), before, found)


def _headings_at(head: list[Row], form: str, chosen: str, mapped: set[str]) -> tuple[int, str | None]:
    """Where the headings stand, and of which layout they are. Of an unknown table: the first line that is as wide as most."""
    for at, row in enumerate(head):
        name = recognise(row.cells, form)
        if name is not None and (not chosen or name == chosen):
            return at, name
        if fingerprint(row.cells) in mapped:
            return at, None
    widths = [sum(1 for cell in row.cells if cell) for row in head]
    usual = max(widths, key=widths.count)
    return next(at for at, width in enumerate(widths) if width >= min(usual, max(widths))), None


def _of_lines(lines: list[Row], chosen: str) -> _Table:
    """A PDF's lines as a table, by the first layout that knows them."""
    before = tuple(row.cells[0] for row in lines[:LOOKED_AT] if row.cells)
    for name, layout in layouts().items():
        if Form.PDF not in layout.forms or (chosen and name != chosen):
            continue
        table = list(converter(name)(iter(lines)))
        if table and (recognise(table[0].cells, Form.PDF) == name or chosen):
            return _Table(table[0].cells, iter(table[1:]), before, name)
    table = list(records(lines))
    if not table:
        raise RefusedFileError("its text has no lines `key: value`, and no layout knows it")
    return _Table(table[0].cells, iter(table[1:]), before, None)


def _plan(reply: Reply, table: _Table) -> Plan:
    """What is known of a table with these headings: what a person said now, a layout, or what the agency said before."""
    choice = reply.choice
    if columns := choice.get("columns"):
        named = {str(heading): Meaning(meaning) for heading, meaning in columns.items()}
        return Plan(str(choice.get("named", "mapping")), Kind(choice["kind"]), named, Dates(choice.get("dates", "")), str(choice.get("zone", "")))  # fmt: skip
    name = table.layout
    if name is not None:
        layout = layouts()[name]
        return Plan(
            f"{name} {layout.about.version}", layout.kind, layout.columns, Dates(choice.get("dates") or layout.dates),
            layout.zone or str(choice.get("zone", "")), _unknown(table.headings, layout),
        )  # fmt: skip
    said = (
        ReplyMapping.objects.filter(agency_id=reply.case.agency_id, fingerprint=fingerprint(table.headings))
        .order_by("-version")
        .first()
    )
    if said is None:
        raise UnmappedError("no layout knows these columns: say what each of them is")
    return Plan(
        f"mapping {said.pk} {said.version}", Kind(said.kind), {h: Meaning(m) for h, m in said.columns.items()},
        Dates(said.dates), str(choice.get("zone", "")) or said.zone,
    )  # fmt: skip


def _unknown(headings: tuple[str, ...], layout: Layout) -> tuple[str, ...]:
    """Headings that the layout neither uses nor ignores: the company has changed what it sends, and somebody has to look."""
    known = {plain(heading) for heading in (*layout.columns, *layout.ignored)}
    return tuple(heading for heading in headings if heading and plain(heading) not in known)


def _clock(plan: Plan) -> Clock:
    return Clock(plan.dates, zone_of(plan.zone) if plan.zone else None)


def _against(reply: Reply, sheet: Sheet, table: _Table, plan: Plan, staged: Staged) -> list[Reason]:
    """Why the reply must be looked at by a person before anything of it is used."""
    found = list(sheet.suspicions)
    if sheet.suspicious > len(found):
        found.append(Reason(f"and {sheet.suspicious - len(found):,} more of that sort"))
    found += [Reason(f"the layout {plan.layout} does not know this column: the company may have changed what it sends", 0, one) for one in plan.unknown[:20]]  # fmt: skip
    texts = [*table.before, *sorted(staged.references)]
    reply.names_requests = named_in(reply, texts)
    found += [
        Reason(f"it names case {visible(number, 60)}, and this is case {reply.case.number}")
        for number in other_cases_in(reply.case, [*texts, reply.name.rpartition(".")[0]])[:5]
    ]
    if not about_the_case(reply) and not (plan.kind is Kind.CDR and calls.about(reply)):
        found.append(
            Reason(
                "no address and no account in it is one that this case asks about: it may be the answer to another case"
            )
        )
    return found
