"""The body of a letter: blocks as JSON, made of a form and the record, edited as plain text, and turned into a document to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tipline.core.errors import InvalidInputError
from tipline.core.printing.model import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Remark,
    Run,
    SignHere,
    Style,
    Table,
    Text,
)
from tipline.core.text import visible
from tipline.investigation.legal.letters.fields import Source, rows_of, value_of
from tipline.investigation.legal.letters.forms import FormBlock, Vocabulary, pieces
from tipline.investigation.legal.letters.record import CONDITIONS

# {"title": str, "head": [str], "blocks": [{"form": int, "kind": str, ...}]}. A run is [text, style, field]: the field of a
# missing run is what the record lacks, or `blank.NAME` for what is filled in by hand.
Body = dict[str, Any]
MOST_TEXT = 20_000
_EDITABLE = {"heading", "paragraph", "remark", "items", "facts", "sign"}


def build(source: Source) -> Body:
    """The body that the record gives for a form, in the source's language."""
    form, language = source.form, source.language
    blocks = [
        made | {"form": number}
        for number, block in enumerate(form.blocks)
        if CONDITIONS[block.when](source.record, source.holder) and (made := _block(source, block))
    ]
    head = [value_of(source, name) for name in ("agency.name", "agency.station", "agency.address")]
    contact = " · ".join(filter(None, (value_of(source, "agency.telephone"), value_of(source, "agency.email"))))
    lines = [line for text in (*head, contact) for line in text.split("\n") if line]
    return {"title": _plain(_runs(source, form.title.of(language))), "head": lines, "blocks": blocks}


def _block(source: Source, block: FormBlock) -> dict[str, Any]:
    language = source.language
    match block.kind:
        case "heading" | "paragraph" | "remark":
            text = _runs(source, block.text.of(language).strip() if block.text else "")
            return {"kind": block.kind, "text": text} | ({"level": block.level} if block.kind == "heading" else {})
        case "items" | "sign":
            made = [_runs(source, words.of(language).strip()) for words in block.items]
            return {"kind": block.kind, "items": made, "numbered": block.numbered}
        case "facts":
            rows = [[source.words.label(name, language), _fact(source, name), name] for name in block.rows]
            return {"kind": "facts", "rows": rows}
        case _:
            return _table(source, block)


def _table(source: Source, block: FormBlock) -> dict[str, Any]:
    names = source.words.tables[block.table]
    columns = block.columns or tuple(names.columns)
    caption = names.caption.of(source.language)
    rows = rows_of(source, block.table)
    if not rows:
        return {"kind": "paragraph", "text": [[caption, Style.MISSING.value, f"table.{block.table}"]], "fixed": True}
    cells = [
        [[row[c], Style.CODE.value if c in names.code else Style.PLAIN.value, ""] for c in columns] for row in rows
    ]
    widths = [
        _width(names.columns[c].of(source.language), [row[c] for row in rows], 61.0 if c in names.code else 37.0)
        for c in columns
    ]
    return {
        "kind": "table", "caption": caption, "head": [names.columns[c].of(source.language) for c in columns],
        "rows": cells, "widths": widths,
    }  # fmt: skip


def _width(head: str, texts: list[str], most: float) -> float:
    """A column's share of the line: by its longest text, within bounds."""
    longest = max(max(map(len, texts)), max(map(len, head.split())) * 1.4)
    return float(round(min(longest + 3.0, most), 1))


def _runs(source: Source, text: str) -> list[list[str]]:
    found: list[list[str]] = []
    for piece, is_field in pieces(text):
        found += _field(source, piece) if is_field else [[piece, Style.PLAIN.value, ""]]
    return found


def _fact(source: Source, name: str) -> list[list[str]]:
    """A field beside its name: what lacks is a line to write on, and does not say its name again."""
    value = value_of(source, name)
    return [[value, Style.PLAIN.value, name]] if value else [[source.word("fill_in"), Style.MISSING.value, name]]


def _field(source: Source, name: str) -> list[list[str]]:
    value = value_of(source, name)
    if value:
        return [[value, Style.PLAIN.value, name]]
    return [[source.words.label(name, source.language), Style.MISSING.value, name]]


# -- what is missing ------------------------------------------------------------------------------------------------------


def _all_runs(body: Body) -> Iterator[list[str]]:
    for block in body["blocks"]:
        match block["kind"]:
            case "items" | "sign":
                for item in block["items"]:
                    yield from item
            case "facts":
                for _, value, _ in block["rows"]:
                    yield from value
            case "table":
                for row in block["rows"]:
                    yield from row
            case _:
                yield from block["text"]


def missing_of(body: Body) -> list[str]:
    """Fields that a body lacks, each once, in their order: of the record, and blanks that are filled in by hand."""
    return list(dict.fromkeys(run[2] for run in _all_runs(body) if run[1] == Style.MISSING.value))


# -- editing --------------------------------------------------------------------------------------------------------------


def _plain(parts: list[list[str]]) -> str:
    return "".join(f"[{text}]" if style == Style.MISSING.value else text for text, style, _ in parts)


def editable(body: Body) -> list[dict[str, Any]]:
    """The texts that a person may change: `key`, `label`, `text`, in order. What stands in brackets is to be filled in."""
    found = []
    for block in body["blocks"]:
        number, kind = block["form"], block["kind"]
        if kind not in _EDITABLE or block.get("fixed"):
            continue
        if kind == "facts":
            found += [
                {"key": f"{number}.{row}", "label": name, "text": _plain(value), "kind": kind, "field": field}
                for row, (name, value, field) in enumerate(block["rows"])
            ]
        elif kind in {"items", "sign"}:
            found += [
                {"key": f"{number}.{row}", "label": "", "text": _plain(item), "kind": kind, "field": ""}
                for row, item in enumerate(block["items"])
            ]
        else:
            found.append({"key": str(number), "label": "", "text": _plain(block["text"]), "kind": kind, "field": ""})
    return found


def edited(body: Body, shown: Body, texts: Mapping[str, str], vocabulary: Vocabulary, language: str) -> Body:
    """A body with other texts, by key. What differs from what was shown is marked, so that making the letter afresh keeps it.

    Raises
    ------
    InvalidInputError
        for a text that is too long, or a key that the body does not have.
    """
    before = {one["key"]: one for one in editable(shown)}
    labels = vocabulary.by_label(language)
    fill_in = vocabulary.word("fill_in", language)
    changed = {}
    for key, text in texts.items():
        if key not in before:
            raise InvalidInputError("the form does not fit this letter any more: open it again")
        if len(text) > MOST_TEXT:
            raise InvalidInputError(f"a text of a letter has at most {MOST_TEXT} characters")
        cleaned = visible(text.replace("\r\n", "\n").strip(), lines=True)
        if cleaned != before[key]["text"].strip():
            field = before[key]["field"]
            changed[key] = _parsed(cleaned, labels | {fill_in: field} if field else labels)
    return body | {"blocks": [_changed(block, changed) for block in body["blocks"]]}


def _changed(block: dict[str, Any], changed: Mapping[str, list[list[str]]]) -> dict[str, Any]:
    number = str(block["form"])
    rows = {int(key.partition(".")[2]): parts for key, parts in changed.items() if key.startswith(f"{number}.")}
    if number in changed:
        return block | {"text": changed[number], "edited": True}
    if not rows:
        return block
    if block["kind"] == "facts":
        made = [[name, rows.get(at, value), field] for at, (name, value, field) in enumerate(block["rows"])]
        return block | {"rows": made, "edited": True}
    return block | {"items": [rows.get(at, item) for at, item in enumerate(block["items"])], "edited": True}


def _parsed(text: str, labels: Mapping[str, str]) -> list[list[str]]:
    """Plain text as runs: `[name of a field]` stays a blank with its name, everything else is text."""
    found: list[list[str]] = []
    rest = text
    while rest:
        opened = rest.find("[")
        closed = rest.find("]", opened)
        if opened < 0 or closed < 0:
            found.append([rest, Style.PLAIN.value, ""])
            break
        label = rest[opened + 1 : closed]
        if label in labels:
            found += [[rest[:opened], Style.PLAIN.value, ""], [label, Style.MISSING.value, labels[label]]]
            rest = rest[closed + 1 :]
        else:
            found.append([rest[: opened + 1], Style.PLAIN.value, ""])
            rest = rest[opened + 1 :]
    return [run for run in found if run[0]]


def afresh(before: Body, fresh: Body) -> Body:
    """The record's body, but for what a person changed: that stays as they wrote it. Of the same version of a form only."""
    kept = {block["form"]: block for block in before["blocks"] if block.get("edited")}
    return fresh | {"blocks": [kept.get(block["form"], block) for block in fresh["blocks"]]}


def is_edited(body: Body) -> bool:
    """Whether a person changed anything in it."""
    return any(block.get("edited") for block in body["blocks"])


# -- reading and printing -------------------------------------------------------------------------------------------------


def lines_of(body: Body) -> str:
    """A body as plain lines, for comparing two."""
    lines = [*body["head"], body["title"]]
    for block in body["blocks"]:
        match block["kind"]:
            case "items" | "sign":
                lines += [_plain(item) for item in block["items"]]
            case "facts":
                lines += [f"{name}: {_plain(value)}" for name, value, _ in block["rows"]]
            case "table":
                lines += [block["caption"], *(" | ".join(_plain([cell]) for cell in row) for row in block["rows"])]
            case _:
                lines += _plain(block["text"]).split("\n")
    return "\n".join(lines)


def document_of(body: Body, language: str, marking: str, reference: str) -> Document:
    """A body as a document to print."""
    return Document(
        title=body["title"], language=language, head=tuple(body["head"]), marking=marking, reference=reference,
        # a text that somebody emptied, such as a remark meant for the officer, is gone
        blocks=tuple(_printed(block) for block in body["blocks"] if block.get("text") != []),
    )  # fmt: skip


def _text(parts: list[list[str]]) -> Text:
    return tuple(Run(text, Style(style)) for text, style, _ in parts)


def _printed(block: Mapping[str, Any]) -> Block:
    match block["kind"]:
        case "heading":
            return Heading(_plain(block["text"]), block["level"])
        case "paragraph":
            return Paragraph(_text(block["text"]))
        case "remark":
            return Remark(_text(block["text"]))
        case "items":
            return Items(tuple(_text(item) for item in block["items"]), block["numbered"])
        case "sign":
            return SignHere(tuple(_plain(item) for item in block["items"]))
        case "facts":
            return Facts(tuple((name, _text(value)) for name, value, _ in block["rows"]))
        case _:
            rows = tuple(tuple(_text([cell]) for cell in row) for row in block["rows"])
            return Table(block["caption"], tuple(block["head"]), rows, tuple(block["widths"]))
