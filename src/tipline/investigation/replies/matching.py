"""Sightings of a case against session records: one statement, and the rules of `data/matching.toml`.

IP address, port and time together name a line behind a translator (CGNAT); two of the three name a crowd. So without a port the
software says how many share the address, and no more; and of several subscribers that fit it never picks one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection
from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.investigation.replies.models import Reply
from tipline.reports.models import TRACED_ROLES


class Nearness(Strict):
    """A class of distance in time."""

    name: str = Field(max_length=20)
    up_to_seconds: int = Field(ge=0)
    text: str


class Tolerance(Strict):
    """How far times may differ."""

    about: About
    before_seconds: int = Field(ge=0)
    after_seconds: int = Field(ge=0)
    shown_within_seconds: int = Field(ge=0)
    classes: tuple[Nearness, ...] = Field(min_length=1)

    def text_of(self, name: str) -> str:
        """The sentence of a class, or of one of the reasons to abstain."""
        return next((one.text for one in self.classes if one.name == name), REASONS.get(name, name))


REASONS = {
    "no-port": "the sighting states no port, and behind one address there are many subscribers: with the port it could be told",
    "no-time": "the sighting states no time, and addresses change hands",
    "several": "several subscribers of the reply fit: ask the company which, or take other evidence",
    "outside": "address and port fit, and the time lies outside the tolerance",
    # of calls
    "lines": "calls of several numbers of this account fit: none is chosen",
    "far": "the reply has calls of this account's number, and the nearest lies outside the tolerance",
    "no-call": "the reply has calls of this account's number, and none within an hour of this use",
}


@lru_cache(maxsize=1)
def tolerance() -> Tolerance:
    """The tolerance in force."""
    return load_toml(Path(__file__).parent / "data" / "matching.toml", Tolerance)


# Sightings of the people to be traced: never a child's. `secs` is 0 within a session, > 0 after it ended, < 0 before it began.
# `longest` makes both ends of the search in time closed, so that the index finds the rows of one address around one time.
_FIND = """
WITH longest AS MATERIALIZED (
  SELECT coalesce(max(ended_at - started_at), interval '0') AS span FROM replies_replyrow
  WHERE reply_id = %(reply)s AND ip IS NOT NULL AND problem = ''
), seen AS MATERIALIZED (
  SELECT s.id, s.report_id, s.ip, s.port, s.at
  FROM cases_casereport cr JOIN reports_sighting s ON s.report_id = cr.report_id
  JOIN reports_identifier i ON i.id = s.identifier_id
  JOIN reports_report p ON p.id = cr.report_id
  WHERE cr.case_id = %(case)s AND s.ip IS NOT NULL AND s.role = ANY (%(roles)s) AND s.child IS NULL
    AND NOT i.of_child AND p.destroyed_at IS NULL
), near AS (
  SELECT seen.id, seen.report_id, seen.port, r.id AS row_id, r.line, r.subscriber, r.port_from,
    (seen.port IS NULL AND r.port_from IS NOT NULL) AS lacks_port,
    CASE WHEN seen.at < r.started_at THEN -ceil(extract(epoch FROM r.started_at - seen.at))
         WHEN seen.at > coalesce(r.ended_at, r.started_at) THEN ceil(extract(epoch FROM seen.at - coalesce(r.ended_at, r.started_at)))
         ELSE 0 END::integer AS secs
  FROM longest, seen JOIN LATERAL (
    SELECT * FROM replies_replyrow r WHERE r.reply_id = %(reply)s AND r.ip = seen.ip AND r.problem = ''
      AND r.started_at <= seen.at + make_interval(secs => %(shown)s)
      AND r.started_at >= seen.at - make_interval(secs => %(shown)s) - longest.span
      AND coalesce(r.ended_at, r.started_at) >= seen.at - make_interval(secs => %(shown)s)
      AND (r.port_from IS NULL OR seen.port IS NULL OR seen.port BETWEEN r.port_from AND coalesce(r.port_to, r.port_from))
  ) r ON true
), judged AS (
  SELECT *, secs BETWEEN -%(before)s AND %(after)s AS fits FROM near
), told AS (
  SELECT id, report_id, count(DISTINCT subscriber) FILTER (WHERE fits) AS fitting, bool_or(fits AND lacks_port) AS lacks_port,
    (array_agg(row_id ORDER BY fits DESC, abs(secs), line))[1] AS row_id,
    (array_agg(secs ORDER BY fits DESC, abs(secs), line))[1] AS secs
  FROM judged GROUP BY id, report_id
), timeless AS (
  SELECT seen.id, seen.report_id, count(DISTINCT r.subscriber) AS fitting
  FROM seen JOIN replies_replyrow r ON r.reply_id = %(reply)s AND r.ip = seen.ip AND r.problem = ''
  WHERE seen.at IS NULL GROUP BY seen.id, seen.report_id
)
INSERT INTO replies_replyfinding (reply_id, case_id, report_id, sighting_id, verdict, why, seconds, subscribers, row_id)
SELECT %(reply)s, %(case)s, report_id, id,
  CASE WHEN fitting = 0 THEN 'outside' WHEN lacks_port THEN 'cannot_tell' WHEN fitting > 1 THEN 'ambiguous' ELSE 'matched' END,
  CASE WHEN fitting = 0 THEN 'outside' WHEN lacks_port THEN 'no-port' WHEN fitting > 1 THEN 'several'
       ELSE coalesce((SELECT c.name FROM unnest(%(names)s::text[], %(limits)s::integer[]) AS c(name, most)
                      WHERE abs(told.secs) <= c.most ORDER BY c.most LIMIT 1), 'outside') END,
  secs, fitting, CASE WHEN fitting = 1 AND NOT lacks_port THEN row_id END
FROM told
UNION ALL
SELECT %(reply)s, %(case)s, report_id, id, 'cannot_tell', 'no-time', NULL, fitting, NULL FROM timeless
"""


def find(reply: Reply) -> None:
    """Write what a staged reply says of each sighting of its case; what was found before is replaced."""
    write_findings(reply, _FIND, parameters(reply, tolerance()))


def write_findings(reply: Reply, statement: str, values: Mapping[str, Any]) -> None:
    """Write findings by a statement in place of those that a reply had."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM replies_replyfinding WHERE reply_id = %s", [reply.pk])
        cursor.execute(statement, values)


def parameters(reply: Reply, rules: Tolerance) -> dict[str, Any]:
    """Of the statement."""
    return {
        "reply": reply.pk, "case": reply.case_id, "roles": [role.value for role in TRACED_ROLES],
        "shown": rules.shown_within_seconds, "before": rules.before_seconds, "after": rules.after_seconds,
        "names": [one.name for one in rules.classes], "limits": [one.up_to_seconds for one in rules.classes],
    }  # fmt: skip


def seconds_in_words(seconds: int | None, of: str = "session") -> str:
    """How far a sighting lies from a session or a call: `12 s after it ended`."""
    if not seconds:
        return f"within the {of}" if seconds == 0 else ""
    return f"{seconds} s after it ended" if seconds > 0 else f"{-seconds} s before it began"
