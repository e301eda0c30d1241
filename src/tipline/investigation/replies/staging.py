"""From cells to rows: each cell gets its column's meaning, each row is understood or says why not, and thousands go in at a time."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice

from tipline.core.errors import InvalidInputError
from tipline.core.sql import insert
from tipline.core.text import visible
from tipline.investigation.replies.files.rows import Row
from tipline.investigation.replies.layouts import Kind, Meaning, plain
from tipline.investigation.replies.models import Reply
from tipline.investigation.replies.times import Clock, NeedsSayingError

BATCH = 5_000
_RANGE = re.compile(r"(\d{1,5})(?:\s*(?:-|–|to|:)\s*(\d{1,5}))?", re.ASCII)
# Of these the first that is there tells one subscriber, or one account, from another.
_KEYS: dict[Kind, tuple[Meaning, ...]] = {
    Kind.IPDR: (Meaning.SUBSCRIBER, Meaning.MSISDN, Meaning.IMSI, Meaning.NAME),
    Kind.CDR: (Meaning.SUBSCRIBER, Meaning.MSISDN),
    Kind.LOGIN_HISTORY: (Meaning.ACCOUNT, Meaning.HANDLE, Meaning.EMAIL, Meaning.MSISDN),
    Kind.SUBSCRIBER: (Meaning.SUBSCRIBER, Meaning.ACCOUNT, Meaning.MSISDN, Meaning.EMAIL, Meaning.HANDLE, Meaning.NAME),
}
_COLUMNS = {
    "reply_id": "bigint", "case_id": "bigint", "line": "integer", "ip": "inet", "port_from": "integer", "port_to": "integer",
    "started_at": "timestamptz", "ended_at": "timestamptz", "subscriber": "text", "said": "jsonb", "problem": "text",
}  # fmt: skip
# What companies write where they have nothing to say.
_NOTHING = frozenset({"", "-", "--", "na", "n/a", "nil", "null", "none", "not available"})


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of a table are understood: column by column, with a clock for its times."""

    kind: Kind
    meanings: tuple[Meaning | None, ...]
    clock: Clock


@dataclass(slots=True)
class Staged:
    """What was written, and the keys by which it is told whether it is about the case at all."""

    rows: int = 0
    faulty: int = 0
    references: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Understood:
    ip: str | None = None
    port_from: int | None = None
    port_to: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    subscriber: str = ""
    problem: str = ""


class _FaultError(Exception):
    """Why a row is not used."""


def stage(reply: Reply, rows: Iterator[Row], reading: Reading) -> Staged:
    """Write every row of a reply, in batches.

    Raises
    ------
    RefusedFileError
        from the reader, when a limit is reached; the caller's transaction takes back what was written.
    """
    staged = Staged()
    understood = (_row(reply, row, reading, staged) for row in rows)
    while batch := list(islice(understood, BATCH)):
        insert("replies_replyrow", _COLUMNS, batch)
    return staged


def _row(reply: Reply, row: Row, reading: Reading, staged: Staged) -> tuple[object, ...]:
    said: dict[str, str] = {}
    for meaning, cell in zip(reading.meanings, row.cells, strict=False):
        if meaning is not None and cell.casefold() not in _NOTHING:
            said[meaning.value] = cell
    found = _Understood()
    try:
        if len(row.cells) > len(reading.meanings):
            raise _FaultError(f"the row has {len(row.cells)} cells, and there are {len(reading.meanings)} columns")
        _understand(found, said, reading)
    except NeedsSayingError:
        raise  # one answer of a person is for the whole file
    except (_FaultError, InvalidInputError) as fault:
        found.problem = str(fault)[:300]
        staged.faulty += 1
    staged.rows += 1
    if reference := said.get(Meaning.REFERENCE):
        staged.references.add(reference[:200])
    return (
        reply.pk, reply.case_id, row.line, found.ip, found.port_from, found.port_to, found.started, found.ended,
        found.subscriber, said, found.problem,
    )  # fmt: skip


def _understand(found: _Understood, said: Mapping[str, str], reading: Reading) -> None:
    if text := said.get(Meaning.IP):
        found.ip = _address(text)
        found.port_from, found.port_to = _ports(said)
    found.started = _moment(said, Meaning.START, Meaning.START_DATE, Meaning.START_TIME, reading.clock)
    found.ended = _moment(said, Meaning.END, Meaning.END_DATE, Meaning.END_TIME, reading.clock)
    if found.started and found.ended and found.ended < found.started:
        raise _FaultError("it ends before it begins")
    if found.ended and not found.started:
        raise _FaultError("it ends and never begins")
    key = next((said[m] for m in _KEYS[reading.kind] if m in said), "")
    found.subscriber = " ".join(key.casefold().split())[:200]
    if not found.subscriber:
        raise _FaultError("it names no subscriber and no account")
    if reading.kind is Kind.IPDR and found.ip is None:
        raise _FaultError("it has no public IP address")
    if reading.kind is not Kind.SUBSCRIBER and found.started is None:
        raise _FaultError("it has no time")


@lru_cache(maxsize=4096)
def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip("[] ")))
    except ValueError:
        raise _FaultError(f"{visible(text, 60)!r} is not one IP address") from None


def _ports(said: Mapping[str, str]) -> tuple[int | None, int | None]:
    text = said.get(Meaning.PORT)
    if not text:
        return None, None
    match = _RANGE.fullmatch(text)
    if match is None:
        raise _FaultError(f"{visible(text, 40)!r} is neither a port nor a range of ports")
    first = int(match[1])
    last = int(match[2]) if match[2] else first
    if more := said.get(Meaning.PORT_TO):
        if match[2] or not (more.isascii() and more.isdigit() and len(more) <= 5):
            raise _FaultError(f"{visible(more, 40)!r} is no last port of a range")
        last = int(more)
    if not 1 <= first <= last <= 65535:
        raise _FaultError(f"ports {first} to {last} are not within 1 to 65535")
    return first, last


def _moment(said: Mapping[str, str], whole: Meaning, day: Meaning, time: Meaning, clock: Clock) -> datetime | None:
    text = said.get(whole) or ""
    if not text and said.get(day):
        if time not in said:
            raise _FaultError("a day stands there without its time of day")
        text = f"{said[day]} {said[time]}"
    return clock.read(text) if text else None


def meanings_of(headings: Sequence[str], columns: Mapping[str, Meaning]) -> tuple[Meaning | None, ...]:
    """The meaning of each column; None for one that is not used."""
    known = {plain(heading): meaning for heading, meaning in columns.items()}
    return tuple(known.get(plain(heading)) for heading in headings)
