"""Writing what was noted: calls with their advice and score, the providers' days, and what is loud. One transaction a lot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection

from tipline.core.clock import now
from tipline.core.sql import insert
from tipline.core.text import visible
from tipline.intake.doors import alerts, days, runs
from tipline.intake.doors.calls import Exchange, Fault, opens_report
from tipline.intake.doors.completeness import Completeness, completeness_of
from tipline.intake.doors.models import DoorCall
from tipline.trust.visibility import OPERATOR, acting

log = structlog.get_logger(__name__)

# Of each provider the newest calls are kept, and as many of the newest that were refused: a busy provider would else see none of
# them. The sandbox keeps more, for runs.
KEPT_LIVE = 100
KEPT_SANDBOX = 1_000
KEPT_FOR = timedelta(days=30)
TRIM_EVERY_SECONDS = 60.0
MOST_FAULTS = 50
MOST_TOLD = 2_000


_COLUMNS = {
    "reporter_id": "bigint", "sandbox": "boolean", "run": "text", "at": "timestamptz", "call": "text", "status": "smallint",
    "code": "int", "description": "text", "faults": "jsonb", "advice": "jsonb", "completeness": "smallint",
    "request_id": "text", "report_id": "bigint", "size_bytes": "bigint", "milliseconds": "int",
}  # fmt: skip


def write(lot: Sequence[Exchange]) -> None:
    """Write a lot in one transaction. A lot that fails twice is dropped: the door goes on without its page."""
    kept = _kept(lot)
    counts = days.take()
    for exchange, found in kept:
        if found is not None and not exchange.sandbox and opens_report(exchange):
            # noted a moment ago, so its day is among them, or was in a lot before
            day = counts.setdefault((exchange.reporter.pk, exchange.at.date()), days.Counts())
            day.completeness_sum += found.score
            day.completeness_count += 1
    for last in (False, True):
        try:
            if not connection.in_atomic_block:  # a test's own transaction goes on
                connection.close_if_unusable_or_obsolete()
            with acting(OPERATOR):
                _insert(kept)
                usage = days.write(counts)
                alerts.watch(lot)
                _trim(kept)
            days.settle(usage)
        except Exception as fault:
            log.exception("door: calls could not be written", calls=len(lot), dropped=last)
            if isinstance(fault, DatabaseError) and not connection.in_atomic_block:
                connection.close()
        else:
            return
    days.lose()


def _kept(lot: Sequence[Exchange]) -> list[tuple[Exchange, Completeness | None]]:
    """Of a lot what will be kept, in order, with its score. What would be trimmed in a minute is neither written nor scored."""
    left: Counter[tuple[int, bool, bool]] = Counter()
    kept: list[tuple[Exchange, Completeness | None]] = []
    for exchange in reversed(lot):
        key = exchange.reporter.pk, exchange.sandbox, exchange.code == 0
        left[key] += 1
        if left[key] <= (KEPT_SANDBOX if exchange.sandbox else KEPT_LIVE):
            kept.append((exchange, None if exchange.root is None else completeness_of(exchange.root)))
    return kept[::-1]


def _insert(kept: Sequence[tuple[Exchange, Completeness | None]]) -> None:
    names = _runs([exchange for exchange, _ in kept])
    rows = [
        (
            e.reporter.pk, e.sandbox, run, e.at, visible(e.call, 39), e.status, e.code, visible(e.description, MOST_TOLD),
            [_fault(fault) for fault in e.faults[:MOST_FAULTS]], [asdict(one) for one in found.advice] if found else [],
            found.score if found else None, visible(e.request_id)[:32], _number(e.report_id), _number(e.size_bytes) or 0,
            min(2**31 - 1, round(1000 * e.seconds)),
        )
        for (e, found), run in zip(kept, names, strict=True)
    ]  # fmt: skip
    insert("doors_doorcall", _COLUMNS, rows)


def _number(stated: int | None) -> int | None:
    """What a call named, if a bigint holds it."""
    return stated if stated is not None and 0 <= stated < 2**63 else None


def _fault(fault: Fault) -> dict[str, object]:
    return {"path": visible(fault.path, 300), "line": fault.line, "rule": visible(fault.rule, 700), "kind": fault.kind}


def _runs(exchanges: Sequence[Exchange]) -> list[str]:
    """The run of each: by its header, or in the sandbox by its time."""
    names = [runs.name_of(exchange.run) for exchange in exchanges]
    unnamed = [i for i, e in enumerate(exchanges) if e.sandbox and not names[i]]
    if unnamed:
        found = runs.by_time([(exchanges[i].reporter.pk, exchanges[i].at) for i in unnamed])
        for i, name in zip(unnamed, found, strict=True):
            names[i] = name
    return names


# What is beyond the newest goes, except the newest of those that were refused. An index of the table leads to both ends.
_TRIM = """
DELETE FROM doors_doorcall c USING (
    SELECT t.reporter_id, t.sandbox,
        (SELECT n.id FROM doors_doorcall n WHERE n.reporter_id = t.reporter_id AND n.sandbox = t.sandbox
         ORDER BY n.id DESC OFFSET t.kept LIMIT 1) AS beyond,
        coalesce((SELECT n.id FROM doors_doorcall n WHERE n.reporter_id = t.reporter_id AND n.sandbox = t.sandbox
         AND n.code <> 0 ORDER BY n.id DESC OFFSET t.kept LIMIT 1), 0) AS beyond_refused
    FROM unnest(%s::bigint[], %s::boolean[], %s::int[]) t (reporter_id, sandbox, kept)) b
WHERE c.reporter_id = b.reporter_id AND c.sandbox = b.sandbox AND c.id <= b.beyond
AND (c.code = 0 OR c.id <= b.beyond_refused)
"""


class _Trimming:
    """Whose calls are to be trimmed, and since when they wait for it."""

    def __init__(self) -> None:
        self.which: set[tuple[int, bool]] = set()
        self.at = time.monotonic()


_trimming = _Trimming()


def _trim(kept: Sequence[tuple[Exchange, Completeness | None]]) -> None:
    """Now and then, for the providers that called since."""
    _trimming.which.update((exchange.reporter.pk, exchange.sandbox) for exchange, _ in kept)
    if time.monotonic() - _trimming.at >= TRIM_EVERY_SECONDS:
        trim(_trimming.which)
        _trimming.which, _trimming.at = set(), time.monotonic()


def trim(which: Collection[tuple[int, bool]]) -> int:
    """Keep the newest calls of these, of (provider, sandbox). Returns how many went."""
    order = sorted(which)
    with connection.cursor() as cursor:
        cursor.execute(
            _TRIM,
            [
                [reporter_id for reporter_id, _ in order],
                [sandbox for _, sandbox in order],
                [KEPT_SANDBOX if sandbox else KEPT_LIVE for _, sandbox in order],
            ],
        )
        return int(cursor.rowcount)


def forget_old() -> int:
    """Delete calls that are too old, and those beyond the newest. Returns how many (the daily job)."""
    gone, _ = DoorCall.objects.filter(at__lt=now() - KEPT_FOR).delete()
    return gone + trim(list(DoorCall.objects.values_list("reporter_id", "sandbox").distinct()))
