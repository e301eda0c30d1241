"""Keeping facts: what changed is worked out anew, for many reports in one statement, and what it replaces stays readable.

Only one refresh runs at a time: it holds the row of `statistics_kept`. Its moment is `at`. From then on a question of any moment up to `at`
has the same answer for ever:

- a time that was empty and now lies after the last refresh is written into the row that stands: questions of before then pass it over;
- anything else that differs (a time that was taken back or moved, one that was noted late, a place, a number) closes the row as it was
  and goes on in one that is known from `at` only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.investigation.outcomes.kinds import KINDS, Counted
from tipline.investigation.process.directory import platforms_in_force
from tipline.statistics import rolling
from tipline.statistics.columns import REPORTS, REQUESTS, Names

AT_ONCE = 5_000
_CHILDREN = [kind.id for kind in KINDS.values() if kind.number == Counted.CHILDREN_SAFEGUARDED]


# The facts of reports as the record has them now. What was destroyed is left as it was counted; what an agency filed itself
# out of a reply is no report of a provider. Everything is looked up by the report, in laterals: joins of what was found for many reports
# would hang on the planner guessing how many that is, which it cannot where tables grow by the hour.
_MADE = """
WITH whole AS MATERIALIZED (
  SELECT r.id AS report_id, r.received_at, r.processed_at, r.retracted_at, r.reporter_id AS provider_id, r.incident_type AS category,
    r.channel, r.escalated AS urgent, r.probable_repeat_of_id IS NOT NULL AS repeat,
    j.case_id, j.added_at AS case_at, c.agency_id AS case_agency_id, c.fir_registered_at AS fir_at,
    least(traced.by_person, traced.by_reply) AS traced_at, told.at AS outcome_at, told.children,
    b.day::timestamp AT TIME ZONE 'UTC' AS feedback_at, coalesce(b.useful, '') AS useful,
    CASE WHEN p.country IS NULL OR p.country = '' THEN ''
         WHEN p.district <> '' THEN p.country || '/' || p.state || '/' || p.district
         WHEN p.state <> '' THEN p.country || '/' || p.state ELSE p.country END AS district,
    k.all_gone_at AS logs_gone_at, s.score AS completeness, counted.files, counted.identifiers, owner.agency_id AS desk_id
  FROM reports_report r
  LEFT JOIN cases_casereport j ON j.report_id = r.id
  LEFT JOIN cases_case c ON c.id = j.case_id
  LEFT JOIN doors_feedback b ON b.report_id = r.id
  LEFT JOIN attribution_whereabouts p ON p.report_id = r.id
  LEFT JOIN attribution_reportclock k ON k.report_id = r.id
  LEFT JOIN triage_score s ON s.report_id = r.id AND s.kind = 'completeness'
  CROSS JOIN LATERAL (
    SELECT h.agency_id FROM reports_holding h WHERE h.report_id = r.id
    ORDER BY h.joint, h.held_until DESC NULLS FIRST, h.held_from DESC, h.id DESC LIMIT 1
  ) owner
  CROSS JOIN LATERAL (
    SELECT (SELECT count(*)::integer FROM reports_reportedfile f WHERE f.report_id = r.id) AS files,
           (SELECT count(DISTINCT g.identifier_id)::integer FROM reports_sighting g WHERE g.report_id = r.id) AS identifiers
  ) counted
  CROSS JOIN LATERAL (
    SELECT min(t.recorded_at) AS at,
      -- what another installation told is of a case there: its number counts once, with the report of which it was heard first
      (array_agg(CASE WHEN t.heard_at IS NULL OR NOT EXISTS (
           SELECT 1 FROM outcomes_reportoutcome x WHERE x.outcome_id = t.outcome_id AND x.id < t.id
         ) THEN t.number END ORDER BY t.outcome_id DESC) FILTER (WHERE t.kind = ANY (%(children)s::text[])))[1] AS children
    FROM outcomes_reportoutcome t WHERE t.report_id = r.id AND t.withdrawn_at IS NULL
  ) told
  CROSS JOIN LATERAL (
    SELECT
      -- a person of the case whose standing rests on something written down, which ties them to an account that this report named
      -- first, or to no account at all
      (SELECT min(x.at) FROM cases_caseperson n JOIN cases_standingchange x ON x.person_id = n.id AND x.after = 'person_of_interest'
       WHERE n.case_id = j.case_id AND n.standing = 'person_of_interest' AND (
         EXISTS (SELECT 1 FROM cases_personevidence e JOIN cases_casehandle h ON h.id = e.handle_id
                 WHERE e.person_id = n.id AND e.withdrawn_at IS NULL AND h.report_id = r.id)
         OR NOT EXISTS (SELECT 1 FROM cases_personevidence e WHERE e.person_id = n.id AND e.withdrawn_at IS NULL AND e.handle_id IS NOT NULL))
      ) AS by_person,
      (SELECT min(y.applied_at) FROM replies_replyfinding f JOIN replies_reply y ON y.id = f.reply_id AND y.state = 'applied'
       WHERE f.report_id = r.id AND f.verdict = 'matched') AS by_reply
  ) traced
  WHERE r.id = ANY (%(reports)s::bigint[]) AND r.channel <> 'reply' AND r.destroyed_at IS NULL AND r.state NOT IN ('open', 'expired')
), made AS MATERIALIZED (
  SELECT w.*, h.agency_id, h.held_from AS arrived_at, date_trunc('month', w.received_at AT TIME ZONE a.timezone)::date AS month,
    way.referred_at, least(way.first_accepted_at, w.case_at) AS accepted_at, way.sent_on_at, seen.at AS acknowledged_at,
    CASE WHEN way.state = 'accepted' THEN way.state_at WHEN way.state IS NULL AND w.case_agency_id = h.agency_id THEN w.case_at END
      AS accepted_here_at,
    CASE WHEN way.state IN ('returned', 'recalled') THEN way.state_at END AS returned_at,
    way.state IS NOT DISTINCT FROM 'merged' AS merged
  FROM whole w
  JOIN reports_holding h ON h.report_id = w.report_id
  JOIN agencies_agency a ON a.id = h.agency_id
  CROSS JOIN LATERAL (
    SELECT min(f.sent_at) FILTER (WHERE f.state <> 'recalled') AS referred_at,
      min(f.state_at) FILTER (WHERE f.state = 'accepted') AS first_accepted_at,
      min(f.sent_at) FILTER (WHERE f.state <> 'recalled' AND f.from_agency_id = h.agency_id) AS sent_on_at,
      (array_agg(f.state ORDER BY f.id DESC) FILTER (WHERE f.to_agency_id = h.agency_id))[1] AS state,
      (array_agg(f.state_at ORDER BY f.id DESC) FILTER (WHERE f.to_agency_id = h.agency_id))[1] AS state_at
    FROM referrals_referral f WHERE f.report_id = w.report_id AND f.state NOT IN ('drafted', 'discarded')
  ) way
  CROSS JOIN LATERAL (
    SELECT min(e.at) AS at FROM referrals_referral f JOIN referrals_referralevent e ON e.referral_id = f.id
    WHERE f.report_id = w.report_id AND f.to_agency_id = h.agency_id AND e.after IN ('acknowledged', 'accepted')
  ) seen
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
  DELETE FROM statistics_stale WHERE id IN (
    SELECT id FROM statistics_stale WHERE since <= greatest(%(now)s, clock_timestamp()) ORDER BY id LIMIT %(limit)s
  ) RETURNING report_id, request_id
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
        cursor.execute("SELECT at, cells FROM statistics_kept FOR UPDATE")
        before, counted_by = cursor.fetchone() or (None, "")
        cursor.execute(_TAKE, {"now": now(), "limit": limit})
        reports, requests, taken = cursor.fetchone() or ([], [], 0)
        # a clock that was set back must not make a moment that was answered already a new one
        at = now() if before is None else max(now(), before + timedelta(microseconds=1))
        given: dict[str, Any] = {"reports": reports, "requests": requests, "at": at, "before": before}
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
            if before is None or counted_by != rolling.DIGEST:
                rolling.build(at)
            else:
                rolling.roll(reports, before, at)
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
