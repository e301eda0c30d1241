"""A row of a table becomes documents, as its mapping says; then they are checked as if they had come as they are.

Columns make elements. Constants and defaults fill what is there because of a column, or because the schema demands it, and make
nothing by themselves: a row without an address gets no address event that says only `Upload`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lxml import etree

from tipline.core.text import visible
from tipline.intake.bulk.documents import faults_of, stated_file
from tipline.intake.bulk.items import INVALID, Draft, RefusedError
from tipline.intake.bulk.mapping import Mapping as TableMapping
from tipline.intake.bulk.mapping import Target
from tipline.intake.bulk.shape import Shape, documents
from tipline.intake.cybertipline.document import header_of, parse_file_details, parse_report
from tipline.intake.cybertipline.errors import WireError
from tipline.intake.doors.calls import Fault
from tipline.reports.services import FILES_PER_REPORT, Source

LONGEST_SHOWN = 60
# XML 1.0, production 2: the characters that it can hold
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDEX = re.compile(r"\[\d+\]")
# stand in a fileDetails document until the record has given the real ones
_NO_REPORT, _NO_FILE = "0", "0" * 32


@dataclass(slots=True)
class Node:
    """An element in the making. Children by name and number."""

    shape: Shape
    text: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    children: dict[tuple[str, int], Node] = field(default_factory=dict)

    def grow(self, shape: Shape, index: int) -> Node:
        """The child of that number, made if it is not there."""
        return self.children.setdefault((shape.name, index), Node(shape))

    def of(self, shape: Shape) -> list[Node]:
        """The children of that name, in the order of their numbers."""
        return [node for (name, _), node in sorted(self.children.items(), key=lambda kv: kv[0]) if name == shape.name]

    def element(self) -> etree._Element:
        """It and what is in it, in the order that the schema wants."""
        made = etree.Element(self.shape.name, self.attributes)
        made.text = self.text
        for shape in self.shape.children:
            made.extend(node.element() for node in self.of(shape))
        return made


def draft_row(mapping: TableMapping, row: Mapping[str, str], received: bytes) -> Draft:
    """The report that a row stands for. `received`: the row as it came, with its header.

    Raises
    ------
    RefusedError
        each fault with the element it is about and the column it comes from.
    """
    report, files = fill(mapping, row)
    body = _written(report)
    try:
        root = parse_report(body)
        stated = []
        for node in files:
            details = _written(node)
            stated.append(stated_file(parse_file_details(details), details, came=False))
    except WireError as error:
        raise RefusedError([_traced(mapping, fault) for fault in faults_of(error)], INVALID) from error
    return Draft(body, header_of(root), tuple(stated), Source(received, mapping.form))


def _written(node: Node) -> bytes:
    return etree.tostring(node.element(), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _traced(mapping: TableMapping, fault: Fault) -> Fault:
    """A fault in what was made, told as a fault of the row."""
    path = _INDEX.sub("", fault.path)
    columns = {c for target in mapping.targets if target.plain.partition("/@")[0] == path for c in target.field.columns}
    where = f" (column {', '.join(map(repr, map(visible, sorted(columns))))})" if columns else ""
    return Fault(fault.path, 0, fault.rule + where, fault.kind)


def fill(mapping: TableMapping, row: Mapping[str, str]) -> tuple[Node, list[Node]]:
    """The `report` and the `fileDetails` documents of a row, unchecked.

    Raises
    ------
    RefusedError
        when a cell cannot be read as its field says.
    """
    top = Node(Shape("", "elements", True, False, tuple(documents().values()), ()))
    report = top.grow(documents()["report"], 1)
    _grow_required(report)
    faults: list[Fault] = []
    constants: list[tuple[Target, str]] = []
    for target in mapping.targets:
        if target.field.value is not None:
            constants.append((target, target.field.value))
            continue
        try:
            values = read_cell(target, row)
        except _CellError as error:
            faults.append(Fault(target.plain, 0, str(error), "other"))
            continue
        if not any(values) and target.field.default:
            constants.append((target, target.field.default))
        for count, value in enumerate(values):
            if value or (value is not None and target.kind == "flag"):
                _put(_grown(top, target, count), target, value)
    if faults:
        raise RefusedError(faults)
    for target, value in sorted(constants, key=lambda constant: len(constant[0].steps)):
        for node in _standing(top, target):
            _put(node, target, value)
    files = top.of(documents()["fileDetails"])
    if len(files) > FILES_PER_REPORT:
        raise RefusedError([Fault("/fileDetails", 0, f"more than {FILES_PER_REPORT} files")])
    for file in files:
        for name, number in (("reportId", _NO_REPORT), ("fileId", _NO_FILE)):
            shape = file.shape.child(name)
            if shape is not None:
                file.grow(shape, 1).text = number
    return report, files


def _grow_required(node: Node) -> None:
    """What the schema demands inside, as far as it holds elements: that a value is missing is for the schema to say."""
    for shape in node.shape.children:
        if shape.required and shape.kind == "elements":
            _grow_required(node.grow(shape, 1))


def _grown(node: Node, target: Target, count: int) -> Node:
    for at, step in enumerate(target.steps):
        node = node.grow(step.shape, (step.index or 1) + (count if at == target.repeats_at else 0))
    return node


def _put(node: Node, target: Target, value: str) -> None:
    if target.attribute:
        node.attributes[target.attribute] = value
    else:
        node.text = value


def _standing(top: Node, target: Target) -> Iterator[Node]:
    """The places for a constant: in each of its parents that is there and has nothing there yet."""
    parents = [top]
    steps = target.steps if target.attribute else target.steps[:-1]
    for step in steps:
        parents = [
            child
            for node in parents
            for child in ([node.children.get((step.shape.name, step.index))] if step.index else node.of(step.shape))
            if child is not None
        ]
    for parent in parents:
        if target.attribute:
            if target.attribute not in parent.attributes:
                yield parent
        else:
            step = target.steps[-1]
            node = parent.grow(step.shape, step.index or 1)
            if node.text is None:
                yield node


# -- cells --------------------------------------------------------------------------------------------------------------


class _CellError(Exception):
    """A cell cannot be read as its field says."""


def read_cell(target: Target, row: Mapping[str, str]) -> list[str | None]:
    """The values of a field in a row: one, or as many as the cell is split into; None where there is none."""
    to = target.field
    texts = [row[column].strip() for column in to.columns]
    text = to.join.join(t for t in texts if t)
    pieces = [piece.strip() for piece in text.split(to.split)] if to.split else [text]
    return [_value(target, piece) for piece in pieces]


def _value(target: Target, text: str) -> str | None:
    if not text:
        return None
    to = target.field
    bad = _NOT_XML.search(text)
    if bad:
        raise _said(target, f"holds U+{ord(bad[0]):04X} at character {bad.start() + 1}, which no report can hold")
    if to.flag:
        return _flag(target, text)
    if to.values is not None:
        return _translated(target, text)
    if to.dates:
        return _dated(target, text)
    return text


def _said(target: Target, what: str) -> _CellError:
    return _CellError(f"column {', '.join(map(repr, map(visible, target.field.columns)))} {what}")


def _shown(text: str) -> str:
    return repr(visible(text, LONGEST_SHOWN))


def _flag(target: Target, text: str) -> str | None:
    flag = target.field.flag
    folded = text.casefold()
    if flag and folded in {yes.casefold() for yes in flag.yes}:
        return ""
    if flag and folded in {no.casefold() for no in flag.no}:
        return None
    raise _said(target, f"says {_shown(text)}, which is neither among the flag's yes nor its no")


def _translated(target: Target, text: str) -> str:
    folded = text.casefold()
    for said, meant in (target.field.values or {}).items():
        if said.casefold() == folded:
            return meant
    raise _said(target, f"says {_shown(text)}, which is not among the field's values")


def _dated(target: Target, text: str) -> str:
    """The moment or the day that the text names: all patterns that fit must agree."""
    found: dict[str, str] = {}
    for pattern in target.field.dates:
        try:
            at = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone comes below
        except ValueError:
            continue
        found[_day(at) if target.kind == "xs:date" else _moment(target, at)] = pattern
    if not found:
        raise _said(target, f"says {_shown(text)}, which fits none of {', '.join(map(repr, target.field.dates))}")
    if len(found) > 1:
        raise _said(target, f"says {_shown(text)}, which {' and '.join(map(repr, found.values()))} read differently")
    return next(iter(found))


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _moment(target: Target, at: datetime) -> str:
    if at.tzinfo is None:
        if target.zone is None:  # every pattern has %z then; this one read none
            raise _said(target, "names no zone")
        at = _placed(target, at, target.zone)
    offset = at.utcoffset() or timedelta()
    if offset % timedelta(minutes=1):
        at = at.astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")


def _placed(target: Target, at: datetime, zone: ZoneInfo) -> datetime:
    """A clock's time in a zone, if it is one moment there. An address is attributed by it, so an hour is not guessed."""
    early, late = at.replace(tzinfo=zone), at.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return early
    back = early.astimezone(UTC).astimezone(zone)
    what = "stands for two moments" if back.replace(tzinfo=None) == at else "does not exist"
    raise _said(
        target, f"says {at:%Y-%m-%d %H:%M}, which {what} in {zone.key}: summer time changes then; give the offset (%z)"
    )
