"""Keeping facts: what changed is worked out anew, for many reports in one statement, and what it replaces stays readable.

Only one refresh runs at a time: it holds the row of `statistics_kept`. Its moment is `at`. From then on a question of any moment up to `at`
has the same answer for ever:

- a time that was empty and now lies after the last refresh is written into the row that stands: questions of before then pass it over;
- anything else that differs (a time that was taken back or moved, one that was noted late, a place, a number) closes the row as it was
  and goes on in one that is known from `at` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.investigation.outcomes.kinds import KINDS, Counted
from tipline.investigation.process.directory import platforms_in_force

AT_ONCE = 5_000
_CHILDREN = [kind.id for kind in KINDS.values() if kind.number == Counted.CHILDREN_SAFEGUARDED]


@dataclass(frozen=True, slots=True)
class Names:
    """A table of facts: its key beside the agency, the time from which its rows say anything, and its columns by how they change.

    Parameters
    ----------
    events
        times of events: NULL in an answer as of a moment before them.
    with_events
        what comes with an event: like its time, it may be written where nothing was.
    stated
        what else a fact says: whatever of it changes makes a new row.
    """

    table: str
    key: str
    first: str
    events: tuple[str, ...]
    with_events: tuple[str, ...]
    stated: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All that are worked out, the key's two first."""
        return (self.key, "agency_id", *self.events, *self.with_events, *self.stated)


REPORTS = Names(
    "statistics_fact", "report_id", "received_at",
    (
        "processed_at", "retracted_at", "referred_at", "accepted_at", "case_at", "fir_at", "traced_at", "outcome_at", "feedback_at",
        "acknowledged_at", "accepted_here_at", "sent_on_at", "returned_at",
    ),
    ("case_id",),
    (
        "month", "district", "provider_id", "category", "desk_id", "channel", "received_at", "logs_gone_at", "arrived_at",
        "children", "repeat", "merged", "urgent", "completeness", "files", "identifiers", "useful",
    ),
)  # fmt: skip

# The facts of reports as the record has them now. What was destroyed is left as it was counted; what an agency filed itself
# out of a reply is no report of a provider. The parts are read once for all of the reports, never once a row.
_MADE = """
WITH wanted AS MATERIALIZED (
  SELECT r.* FROM reports_report r
  WHERE r.id = ANY (%(reports)s::bigint[]) AND r.channel <> 'reply' AND r.destroyed_at IS NULL AND r.state NOT IN ('open', 'expired')
), hops AS MATERIALIZED (
  SELECT f.id, f.report_id, f.from_agency_id, f.to_agency_id, f.state, f.sent_at, f.state_at
  FROM referrals_referral f JOIN wanted w ON w.id = f.report_id
  WHERE f.state NOT IN ('drafted', 'discarded')
), way AS (
  SELECT report_id, min(sent_at) FILTER (WHERE state <> 'recalled') AS referred_at,
         min(state_at) FILTER (WHERE state = 'accepted') AS accepted_at
  FROM hops GROUP BY report_id
), sent_on AS (
  SELECT report_id, from_agency_id AS agency_id, min(sent_at) AS sent_on_at
  FROM hops WHERE state <> 'recalled' GROUP BY report_id, from_agency_id
), last_hop AS (
  SELECT DISTINCT ON (report_id, to_agency_id) report_id, to_agency_id AS agency_id, state, state_at
  FROM hops ORDER BY report_id, to_agency_id, id DESC
), acknowledged AS (
  SELECT hops.report_id, hops.to_agency_id AS agency_id, min(e.at) AS at
  FROM hops JOIN referrals_referralevent e ON e.referral_id = hops.id AND e.after IN ('acknowledged', 'accepted')
  GROUP BY hops.report_id, hops.to_agency_id
), joined AS MATERIALIZED (
  SELECT cr.report_id, cr.case_id, cr.added_at, c.fir_registered_at
  FROM cases_casereport cr JOIN wanted w ON w.id = cr.report_id JOIN cases_case c ON c.id = cr.case_id
), people AS MATERIALIZED (
  -- persons whose standing rests on something written down, and since when
  SELECT p.id, p.case_id, min(s.at) AS at
  FROM cases_caseperson p JOIN cases_standingchange s ON s.person_id = p.id AND s.after = 'person_of_interest'
  WHERE p.standing = 'person_of_interest' AND p.case_id IN (SELECT case_id FROM joined)
  GROUP BY p.id, p.case_id
), ties AS (
  SELECT people.id, people.case_id, people.at, h.report_id
  FROM people
  LEFT JOIN cases_personevidence e ON e.person_id = people.id AND e.withdrawn_at IS NULL AND e.handle_id IS NOT NULL
  LEFT JOIN cases_casehandle h ON h.id = e.handle_id
), traced AS (
  SELECT found.report_id, min(found.at) AS at
  FROM (
    SELECT joined.report_id, ties.at FROM joined JOIN ties ON ties.case_id = joined.case_id
      AND (ties.report_id = joined.report_id OR ties.report_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM ties t WHERE t.id = ties.id AND t.report_id IS NOT NULL))
    UNION ALL
    SELECT f.report_id, y.applied_at FROM replies_replyfinding f JOIN wanted w ON w.id = f.report_id
    JOIN replies_reply y ON y.id = f.reply_id AND y.state = 'applied' WHERE f.verdict = 'matched'
  ) found GROUP BY found.report_id
), told AS MATERIALIZED (
  SELECT t.report_id, t.outcome_id, t.kind, t.number, t.recorded_at
  FROM outcomes_reportoutcome t JOIN wanted w ON w.id = t.report_id WHERE t.withdrawn_at IS NULL
), outcomes AS (
  SELECT report_id, min(recorded_at) AS at,
         (array_agg(number ORDER BY outcome_id DESC) FILTER (WHERE kind = ANY (%(children)s::text[])))[1] AS children
  FROM told GROUP BY report_id
), files AS (
  SELECT f.report_id, count(*)::integer AS n FROM reports_reportedfile f JOIN wanted w ON w.id = f.report_id GROUP BY f.report_id
), named AS (
  SELECT s.report_id, count(DISTINCT s.identifier_id)::integer AS n
  FROM reports_sighting s JOIN wanted w ON w.id = s.report_id GROUP BY s.report_id
), made AS MATERIALIZED (
  SELECT h.report_id, h.agency_id,
    w.processed_at, w.retracted_at, way.referred_at,
    least(way.accepted_at, joined.added_at) AS accepted_at,
    joined.added_at AS case_at, joined.fir_registered_at AS fir_at, traced.at AS traced_at, outcomes.at AS outcome_at,
    b.day::timestamp AT TIME ZONE 'UTC' AS feedback_at,
    acknowledged.at AS acknowledged_at,
    CASE WHEN l.state = 'accepted' THEN l.state_at WHEN l.state IS NULL AND joined.case_id IS NOT NULL AND c.agency_id = h.agency_id THEN joined.added_at END
      AS accepted_here_at,
    sent_on.sent_on_at,
    CASE WHEN l.state IN ('returned', 'recalled') THEN l.state_at END AS returned_at,
    date_trunc('month', w.received_at AT TIME ZONE a.timezone)::date AS month,
    CASE WHEN p.country IS NULL OR p.country = '' THEN ''
         WHEN p.district <> '' THEN p.country || '/' || p.state || '/' || p.district
         WHEN p.state <> '' THEN p.country || '/' || p.state ELSE p.country END AS district,
    w.reporter_id AS provider_id, w.incident_type AS category, o.agency_id AS desk_id, w.channel,
    w.received_at, k.all_gone_at AS logs_gone_at, h.held_from AS arrived_at,
    joined.case_id, outcomes.children,
    w.probable_repeat_of_id IS NOT NULL AS repeat, l.state IS NOT DISTINCT FROM 'merged' AS merged,
    w.escalated AS urgent, s.score AS completeness, coalesce(files.n, 0) AS files, coalesce(named.n, 0) AS identifiers,
    coalesce(b.useful, '') AS useful
  FROM wanted w
  JOIN reports_holding h ON h.report_id = w.id
  JOIN agencies_agency a ON a.id = h.agency_id
  JOIN (
    SELECT DISTINCT ON (x.report_id) x.report_id, x.agency_id FROM reports_holding x JOIN wanted w ON w.id = x.report_id
    ORDER BY x.report_id, x.joint, x.held_until DESC NULLS FIRST, x.held_from DESC, x.id DESC
  ) o ON o.report_id = w.id
  LEFT JOIN way ON way.report_id = w.id
  LEFT JOIN last_hop l ON l.report_id = w.id AND l.agency_id = h.agency_id
  LEFT JOIN sent_on ON sent_on.report_id = w.id AND sent_on.agency_id = h.agency_id
  LEFT JOIN acknowledged ON acknowledged.report_id = w.id AND acknowledged.agency_id = h.agency_id
  LEFT JOIN joined ON joined.report_id = w.id
  LEFT JOIN cases_case c ON c.id = joined.case_id
  LEFT JOIN traced ON traced.report_id = w.id
  LEFT JOIN outcomes ON outcomes.report_id = w.id
  LEFT JOIN doors_feedback b ON b.report_id = w.id
  LEFT JOIN attribution_whereabouts p ON p.report_id = w.id
  LEFT JOIN attribution_reportclock k ON k.report_id = w.id
  LEFT JOIN triage_score s ON s.report_id = w.id AND s.kind = 'completeness'
  LEFT JOIN files ON files.report_id = w.id
  LEFT JOIN named ON named.report_id = w.id
)"""
_MADE_REQUESTS = """
WITH made AS MATERIALIZED (
  SELECT q.id AS request_id, q.agency_id, q.replied_at, q.ended_at,
    date_trunc('month', q.sent_at AT TIME ZONE a.timezone)::date AS month,
    CASE WHEN q.holder_kind = 'network' OR q.holder_key = ANY (%(holders)s::text[]) THEN q.holder_key ELSE '*' END AS holder,
    CASE WHEN q.holder_kind = 'network' OR q.holder_key = ANY (%(holders)s::text[]) THEN q.holder_name ELSE '' END AS holder_name,
    q.kind, q.sent_at, q.answer, q.usefulness, q.state = 'withdrawn' AS withdrawn
  FROM process_request q JOIN agencies_agency a ON a.id = q.agency_id
  WHERE q.id = ANY (%(requests)s::bigint[]) AND q.sent_at IS NOT NULL
)"""
REQUESTS = Names(
    "statistics_requestfact", "request_id", "sent_at", ("replied_at", "ended_at"), (),
    ("month", "holder", "holder_name", "kind", "sent_at", "answer", "usefulness", "withdrawn"),
)  # fmt: skip


def _differ(names: tuple[str, ...]) -> str:
    return f"({', '.join(f'f.{name}' for name in names)}) IS DISTINCT FROM ({', '.join(f'm.{name}' for name in names)})"


def _refreshing(made: str, of: Names) -> str:
    """The statement that brings one table of facts up to date with what was made."""
    # something was taken back or moved, or was noted after an answer could have been given without it
    corrected = " OR ".join(
        [
            _differ(of.stated),
            *(
                f"(f.{name} IS DISTINCT FROM m.{name} AND (f.{name} IS NOT NULL OR m.{name} <= %(before)s))"
                for name in of.events
            ),
            *(f"(f.{name} IS DISTINCT FROM m.{name} AND f.{name} IS NOT NULL)" for name in of.with_events),
        ]
    )
    columns, stands = of.columns, f"f.{of.key} = m.{of.key} AND f.agency_id = m.agency_id AND f.known_until IS NULL"
    return f"""
{made}, changed AS MATERIALIZED (
  SELECT f.id, %(before)s::timestamptz IS NOT NULL AND ({corrected}) AS corrected, m.*
  FROM made m JOIN {of.table} f ON {stands}
  WHERE {_differ(of.columns[2:])}
), closed AS (
  INSERT INTO {of.table} ({", ".join(columns)}, known_from, known_until)
  SELECT {", ".join(f"f.{name}" for name in columns)}, f.known_from, %(at)s
  FROM changed c JOIN {of.table} f ON f.id = c.id WHERE c.corrected
), updated AS (
  UPDATE {of.table} f
  SET known_from = CASE WHEN c.corrected THEN %(at)s ELSE f.known_from END, {", ".join(f"{name} = c.{name}" for name in columns[2:])}
  FROM changed c WHERE f.id = c.id
  RETURNING 1
), added AS (
  INSERT INTO {of.table} ({", ".join(columns)}, known_from)
  SELECT {", ".join(f"m.{name}" for name in columns)}, CASE WHEN %(before)s::timestamptz IS NULL THEN m.{of.first} ELSE %(at)s END
  FROM made m
  WHERE NOT EXISTS (SELECT 1 FROM {of.table} f WHERE {stands})
  ORDER BY m.{of.key}, m.agency_id
  RETURNING 1
)
SELECT (SELECT count(*) FROM updated), (SELECT count(*) FROM added)
"""  # noqa: S608 - names of tables and columns, from this file


_REFRESH = _refreshing(_MADE, REPORTS)
_REFRESH_REQUESTS = _refreshing(_MADE_REQUESTS, REQUESTS)
_TAKE = """
WITH taken AS (
  DELETE FROM statistics_stale WHERE id IN (SELECT id FROM statistics_stale ORDER BY id LIMIT %s) RETURNING report_id, request_id
)
SELECT coalesce(array_agg(DISTINCT report_id) FILTER (WHERE report_id IS NOT NULL), '{}'),
       coalesce(array_agg(DISTINCT request_id) FILTER (WHERE request_id IS NOT NULL), '{}'), count(*)
FROM taken
"""


def refresh(limit: int = AT_ONCE) -> int:
    """Make the facts of what changed anew, so many changes in one transaction and until none waits. Returns how many rows changed.

    The process must see everything: it counts for all agencies.
    """
    changed = 0
    while True:
        rows, more = _one_batch(limit)
        changed += rows
        if not more:
            return changed


def _one_batch(limit: int) -> tuple[int, bool]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO statistics_kept (one) VALUES (true) ON CONFLICT DO NOTHING")
        cursor.execute("SELECT at FROM statistics_kept FOR UPDATE")
        (before,) = cursor.fetchone() or (None,)
        cursor.execute(_TAKE, [limit])
        reports, requests, taken = cursor.fetchone() or ([], [], 0)
        # a clock that was set back must not make a moment that was answered already a new one
        at = now() if before is None else max(now(), before + timedelta(microseconds=1))
        given = {"reports": reports, "requests": requests, "at": at, "before": before}
        changed = 0
        if reports:
            cursor.execute(_REFRESH, {**given, "children": _CHILDREN})
            changed += sum(cursor.fetchone() or ())
        if requests:
            cursor.execute(_REFRESH_REQUESTS, {**given, "holders": [one.key for one in platforms_in_force().platforms]})
            changed += sum(cursor.fetchone() or ())
        # the first time, nothing is answered before everything is there
        if before is not None or taken < limit:
            cursor.execute("UPDATE statistics_kept SET at = %s", [at])
    return changed, taken == limit


def mark_all() -> int:
    """Note everything as changed: after an upgrade that counts something in another way. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO statistics_stale (report_id, request_id)"
            " SELECT id, NULL FROM reports_report WHERE state NOT IN ('open', 'expired')"
            " UNION ALL SELECT NULL, id FROM process_request WHERE sent_at IS NOT NULL"
        )
        return int(cursor.rowcount)


def lag_seconds() -> float:
    """How long the change has waited that waits longest; nothing waits: 0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(extract(epoch FROM now() - min(since)), 0) FROM statistics_stale")
        return max(0.0, float((cursor.fetchone() or (0,))[0]))
