"""Giving turns: fair queueing between the districts of a desk, set-wise, kept in its rows so that an index has the order.

Each (desk, district, band) is a line. A report that comes gets the turn behind the last one of its line, and not before where the queue now
begins: `max(begins, last of the line) + 1 / weight`. So among lines that wait side by side a line of weight w comes w times as often as one of
weight 1, whoever sends how many. A report that waits has before it of another district, and younger than itself, at most what the weights allow
for as many places as stood before it in its own line when it came: `bound`. docs/explanation/queue.md has the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.referrals.queue.rules import QUEUE, QueueRules

AT_ONCE = 20_000
_LOCK = 0x71756575  # one gives turns at a time; whoever comes second goes

# What has no turn, and what came into a better band by the mere passing of time.
_GIVE = """
WITH bands AS (
    SELECT * FROM unnest(%(ids)s::text[], %(weights)s::float8[], %(urgent)s::bool[], %(hours)s::int[], %(soon)s::bool[], %(least)s::int[])
        WITH ORDINALITY AS b (id, weight, urgent, hours, soon, least, place)
), asked AS (
    (SELECT d.id FROM referrals_deskrow d WHERE d.pile = 'new' AND d.band = '' ORDER BY d.agency_id, d.id LIMIT %(limit)s)
    UNION
    (SELECT d.id FROM referrals_deskrow d WHERE d.pile = 'new' AND d.gone_at > %(at)s AND d.gone_at <= %(at)s + make_interval(hours => %(most_hours)s)
        AND d.band <> ALL (%(log_bands)s::text[]) LIMIT %(limit)s)
    UNION
    (SELECT d.id FROM referrals_deskrow d WHERE d.pile = 'new' AND d.remind_at <= %(at)s AND d.due_at IS NOT NULL
        AND d.band <> ALL (%(due_bands)s::text[]) LIMIT %(limit)s)
), fresh AS MATERIALIZED (
    SELECT d.id, d.agency_id, d.turn, d.since, d.report_id, d.priority, r.agency_id AS flow, b.id AS band, b.weight, b.place
    FROM asked JOIN referrals_deskrow d USING (id)
    LEFT JOIN routing_decision r ON r.report_id = d.report_id
    CROSS JOIN LATERAL (
        SELECT b.* FROM bands b
        WHERE (NOT b.urgent OR d.urgent)
            AND (b.hours IS NULL OR d.gone_at > %(at)s AND d.gone_at <= %(at)s + make_interval(hours => b.hours))
            AND (NOT b.soon OR d.due_at IS NOT NULL AND d.remind_at <= %(at)s)
            AND (b.least IS NULL OR d.priority >= b.least)
        ORDER BY b.place LIMIT 1
    ) b
    WHERE d.band <> b.id
    FOR UPDATE OF d SKIP LOCKED
), begins AS MATERIALIZED (
    SELECT a.agency_id, coalesce(
        (SELECT d.turn FROM referrals_deskrow d WHERE d.agency_id = a.agency_id AND d.pile = 'new' AND NOT d.informational
            AND NOT d.urgent AND d.turn IS NOT NULL ORDER BY d.turn LIMIT 1),
        (SELECT max(d.turn) FROM referrals_deskrow d WHERE d.agency_id = a.agency_id), 0) AS at
    FROM (SELECT DISTINCT agency_id FROM fresh) a
), line AS MATERIALIZED (
    SELECT d.agency_id, coalesce(d.flow_id, 0) AS flow, d.band, max(d.turn) AS last FROM referrals_deskrow d
    WHERE d.pile = 'new' AND d.agency_id = ANY (ARRAY(SELECT DISTINCT agency_id FROM fresh)) GROUP BY 1, 2, 3
), given AS MATERIALIZED (
    SELECT f.id, f.flow, f.band, greatest(b.at, l.last)
        + row_number() OVER (PARTITION BY f.agency_id, f.flow, f.band ORDER BY f.since, f.report_id) / f.weight AS turn
    FROM fresh f JOIN begins b USING (agency_id)
    LEFT JOIN line l ON l.agency_id = f.agency_id AND l.flow = coalesce(f.flow, 0) AND l.band = f.band
)
UPDATE referrals_deskrow d SET turn = least(d.turn, g.turn), band = g.band, flow_id = g.flow FROM given g WHERE g.id = d.id
"""


def give_turns(at: datetime | None = None, limit: int = AT_ONCE, rules: QueueRules = QUEUE) -> int:
    """Give a turn to what has none, and an earlier one to what its log or due time brought forward. One statement.

    Never a later one than it has. Two workers at once: the second does nothing. Returns how many.
    """
    bands = rules.band
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            _GIVE,
            {
                "ids": [one.id for one in bands], "weights": [float(one.weight) for one in bands],
                "urgent": [one.urgent for one in bands], "hours": [one.log_within_hours for one in bands],
                "soon": [one.due_soon for one in bands], "least": [one.priority_at_least for one in bands],
                "most_hours": max((one.log_within_hours or 0 for one in bands), default=0),
                # what stands in one of these, or before them, is not brought forward again
                "log_bands": ["", *_up_to(bands, [bool(one.log_within_hours) for one in bands])],
                "due_bands": ["", *_up_to(bands, [one.due_soon for one in bands])],
                "at": at or now(), "limit": limit,
            },
        )  # fmt: skip
        return int(cursor.rowcount)


def _up_to(bands: Sequence[object], fits: Sequence[bool]) -> list[str]:
    last = max((place for place, one in enumerate(fits) if one), default=-1)
    return [one.id for one in bands[: last + 1]]  # type: ignore[attr-defined]


@dataclass
class Turns:
    """The same in memory, for one desk: what the statement is held against, and what properties are asked of."""

    weights: dict[str, float]
    begins: float = 0.0
    waiting: dict[int, tuple[float, str, str]] = field(default_factory=dict)

    def come(self, number: int, district: str, band: str) -> float:
        """A report comes; its turn."""
        if self.waiting:
            self.begins = max(self.begins, min(turn for turn, _, _ in self.waiting.values()))
        last = max((t for t, d, b in self.waiting.values() if (d, b) == (district, band)), default=0.0)
        turn = max(self.begins, last) + 1 / self.weights[band]
        self.waiting[number] = (turn, district, band)
        return turn

    def first(self) -> int:
        """Whose turn it is: taken out of the queue."""
        number = min(self.waiting, key=lambda one: (self.waiting[one][0], one))
        self.begins = max(self.begins, self.waiting[number][0])
        del self.waiting[number]
        return number


def bound(weights: dict[str, float], band: str, before: int) -> float:
    """How many younger reports of one other district can come before a report that had `before` others of its line before it."""
    span = (before + 1) / weights[band]
    return sum(span * weight + 1 for weight in weights.values())
