"""From cells to rows: each cell gets its column's meaning, each row is understood or says why not, and thousands go in at a time."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from django.db import connection

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.investigation.replies.files.rows import Row
from tipline.investigation.replies.fitting import international
from tipline.investigation.replies.layouts import Kind, Meaning, plain
from tipline.investigation.replies.models import Reply
from tipline.investigation.replies.times import Clock, NeedsSayingError

BATCH = 5_000
_RANGE = re.compile(r"(\d{1,5})(?:\s*(?:-|–|to|:)\s*(\d{1,5}))?", re.ASCII)
# Of these the first that is there tells one subscriber, or one account, from another.
_KEYS: dict[Kind, tuple[Meaning, ...]] = {
    Kind.IPDR: (Meaning.SUBSCRIBER, Meaning.MSISDN, Meaning.IMSI, Meaning.NAME),
    Kind.CDR: (Meaning.MSISDN, Meaning.SUBSCRIBER),  # a call is a line's
    Kind.LOGIN_HISTORY: (Meaning.ACCOUNT, Meaning.HANDLE, Meaning.EMAIL, Meaning.MSISDN),
    Kind.SUBSCRIBER: (Meaning.SUBSCRIBER, Meaning.ACCOUNT, Meaning.MSISDN, Meaning.EMAIL, Meaning.HANDLE, Meaning.NAME),
}
# Each column travels as the text of one array, and `said` as one JSON text: written and read in half the time that records of JSON take.
_INSERT = """
INSERT INTO replies_replyrow
  (reply_id, case_id, line, ip, port_from, port_to, started_at, ended_at, subscriber, peer, problem, said)
SELECT %s, %s, u.* FROM ROWS FROM (
  unnest(%s::integer[]), unnest(%s::inet[]), unnest(%s::integer[]), unnest(%s::integer[]), unnest(%s::timestamptz[]),
  unnest(%s::timestamptz[]), unnest(%s::text[]), unnest(%s::text[]), unnest(%s::text[]), jsonb_array_elements(%s::jsonb)) AS u
"""
_LONGEST_CALL = timedelta(days=2)
_DURATION = re.compile(
    r"(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,6})(?:\.\d+)?(?:\s*s(?:ec(?:onds?)?)?)?", re.ASCII | re.IGNORECASE
)
# What companies write where they have nothing to say.
_NOTHING = frozenset({"", "-", "--", "na", "n/a", "nil", "null", "none", "not available"})
_NOTHING_BEGINS = frozenset({"", "-", "n", "N"})


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
    line: int
    said: dict[str, str]
    ip: str | None = None
    port_from: int | None = None
    port_to: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    subscriber: str = ""
    peer: str = ""
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
    names = tuple(None if meaning is None else meaning.value for meaning in reading.meanings)
    while batch := [_row(row, names, reading, staged) for row in islice(rows, BATCH)]:
        _write(reply, batch)
    return staged


def _write(reply: Reply, batch: Sequence[_Understood]) -> None:
    values = [
        _array([str(one.line) for one in batch]), _array([one.ip for one in batch]),
        _array([_number(one.port_from) for one in batch]), _array([_number(one.port_to) for one in batch]),
        _array([_moment_text(one.started) for one in batch]), _array([_moment_text(one.ended) for one in batch]),
        _texts([one.subscriber for one in batch]), _texts([one.peer for one in batch]), _texts([one.problem for one in batch]),
        json.dumps([one.said for one in batch], ensure_ascii=False),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [reply.pk, reply.case_id, *values])


def _array(values: Sequence[str | None]) -> str:
    """Values without a sign that would need marking, as PostgreSQL writes an array (§8.15.2); what is not there is NULL."""
    return f"{{{','.join(['NULL' if value is None else value for value in values])}}}"


def _texts(values: Sequence[str]) -> str:
    r"""Any texts as an array: each in quotation marks, with \ before \ and before a quotation mark."""
    marked = [
        value.replace("\\", "\\\\").replace('"', '\\"') if "\\" in value or '"' in value else value for value in values
    ]
    return '{"' + '","'.join(marked) + '"}'


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _moment_text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _row(row: Row, names: Sequence[str | None], reading: Reading, staged: Staged) -> _Understood:
    said = {
        name: cell
        for name, cell in zip(names, row.cells, strict=False)
        if name is not None and (cell[:1] not in _NOTHING_BEGINS or cell.casefold() not in _NOTHING)
    }
    found = _Understood(row.line, said)
    try:
        if len(row.cells) > len(names):
            raise _FaultError(f"the row has {len(row.cells)} cells, and there are {len(names)} columns")
        _understand(found, said, reading)
    except NeedsSayingError:
        raise  # one answer of a person is for the whole file
    except (_FaultError, InvalidInputError) as fault:
        found.problem = str(fault)[:300]
        staged.faulty += 1
    staged.rows += 1
    if reference := said.get(Meaning.REFERENCE):
        staged.references.add(reference[:200])
    return found


def _understand(found: _Understood, said: Mapping[str, str], reading: Reading) -> None:
    if text := said.get(Meaning.IP):
        found.ip = _address(text)
        found.port_from, found.port_to = _ports(said)
    found.started = _moment(said, Meaning.START, Meaning.START_DATE, Meaning.START_TIME, reading.clock)
    found.ended = _moment(said, Meaning.END, Meaning.END_DATE, Meaning.END_TIME, reading.clock)
    if reading.kind is Kind.CDR:
        _call(found, said)
    if found.started and found.ended and found.ended < found.started:
        raise _FaultError("it ends before it begins")
    if found.ended and not found.started:
        raise _FaultError("it ends and never begins")
    if not found.subscriber:
        key = next((said[m] for m in _KEYS[reading.kind] if m in said), "")
        found.subscriber = " ".join(key.casefold().split())[:200]
    if not found.subscriber:
        raise _FaultError("it names no subscriber and no account")
    if reading.kind is Kind.IPDR and found.ip is None:
        raise _FaultError("it has no public IP address")
    if reading.kind is not Kind.SUBSCRIBER and found.started is None:
        raise _FaultError("it has no time")


def _call(found: _Understood, said: Mapping[str, str]) -> None:
    """Both numbers of a call in their international form, so that equal ones are equal, and its end."""
    found.subscriber = _telephone(said.get(Meaning.MSISDN, "")) or ""
    peer = said.get(Meaning.OTHER_NUMBER, "")
    found.peer = _telephone(peer) or peer[:40]
    text = said.get(Meaning.DURATION)
    if text and found.started and not found.ended:
        match = _DURATION.fullmatch(text)
        hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, -1)
        lasted = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        if not timedelta(0) <= lasted <= _LONGEST_CALL:
            raise _FaultError(f"{visible(text, 40)!r} is no duration: seconds, or hours:minutes:seconds")
        found.ended = found.started + lasted


@lru_cache(maxsize=65536)
def _telephone(text: str) -> str | None:
    return international(text) if text else None


@lru_cache(maxsize=4096)
def _address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip("[] "))
        if getattr(address, "scope_id", None):  # any text may stand behind its %
            raise ValueError(text)
        return str(address)
    except ValueError:
        raise _FaultError(f"{visible(text, 60)!r} is not one IP address") from None


def _ports(said: Mapping[str, str]) -> tuple[int | None, int | None]:
    text = said.get(Meaning.PORT)
    if not text:
        return None, None
    match = _RANGE.fullmatch(text)
    if match is None:
        raise _FaultError(f"{visible(text, 40)!r} is neither a port nor a range of ports")
    one, other = match.groups()
    first = int(one)
    last = int(other) if other else first
    if more := said.get(Meaning.PORT_TO):
        if other or not (more.isascii() and more.isdigit() and len(more) <= 5):
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
