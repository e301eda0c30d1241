"""Calls (CDR) against what the case knows: the numbers of its accounts, and the times at which these were used.

Compared is a number in its international form, whole, and then the time. A match says that a line was in use near the time of a use of the
account that names it, and not who held the telephone. What a number of the case merely called, or was called by, ties nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection

from tipline.core.datafile import load_toml
from tipline.investigation.cases.models import PersonEvidence
from tipline.investigation.replies.fitting import WITHHELD, childs, handles_of
from tipline.investigation.replies.matching import Tolerance, parameters, write_findings
from tipline.investigation.replies.models import Reply
from tipline.pipeline.extraction.kinds import UNREADABLE, normal
from tipline.reports.models import TRACED_ROLES, IdentifierKind
from tipline.trust.visibility import OPERATOR, acting

MOST_CONTACTS = 100  # on a page


@lru_cache(maxsize=1)
def tolerance() -> Tolerance:
    """The tolerance in force."""
    return load_toml(Path(__file__).parent / "data" / "calls.toml", Tolerance)


@dataclass(frozen=True, slots=True)
class Use:
    """A use of an account of the case at a time, and a number that is the account's."""

    sighting_id: int
    report_id: int
    at: datetime
    number: str


# Numbers that reports of the case name for somebody who is traced; never a child's.
_TOLD = """
told AS MATERIALIZED (
  SELECT DISTINCT s.report_id, s.person_id, i.value AS number
  FROM cases_casereport cr JOIN reports_sighting s ON s.report_id = cr.report_id
  JOIN reports_identifier i ON i.id = s.identifier_id
  JOIN reports_report p ON p.id = cr.report_id
  WHERE cr.case_id = %(case)s AND i.kind = 'phone' AND i.scope <> %(unreadable)s AND s.role = ANY (%(roles)s)
    AND s.child IS NULL AND NOT i.of_child AND NOT i.names_child AND p.destroyed_at IS NULL
)
"""
# A use of an address with its time, and the numbers of the person it stands beside; of a use beside nobody, the one number of its report.
_USES = f"""
WITH {_TOLD}, used AS MATERIALIZED (
  SELECT s.id, s.report_id, s.person_id, s.at
  FROM cases_casereport cr JOIN reports_sighting s ON s.report_id = cr.report_id
  JOIN reports_identifier i ON i.id = s.identifier_id
  JOIN reports_report p ON p.id = cr.report_id
  WHERE cr.case_id = %(case)s AND s.ip IS NOT NULL AND s.at IS NOT NULL AND s.role = ANY (%(roles)s) AND s.child IS NULL
    AND NOT i.of_child AND p.destroyed_at IS NULL
)
SELECT used.id, used.report_id, used.at, told.number
FROM used LEFT JOIN told ON told.report_id = used.report_id AND (told.person_id = used.person_id OR (
  used.person_id IS NULL AND 1 = (SELECT count(DISTINCT t.number) FROM told t WHERE t.report_id = used.report_id)))
ORDER BY used.id, told.number
"""  # noqa: S608 - no value is put in here


def _of_case(case_id: int) -> dict[str, Any]:
    return {"case": case_id, "roles": [role.value for role in TRACED_ROLES], "unreadable": UNREADABLE}


def uses_of(case_id: int) -> list[Use]:
    """Each timed use of an account with each number of the account: those its report names, and those of the account holders it was traced to."""
    with connection.cursor() as cursor:
        cursor.execute(_USES, _of_case(case_id))
        rows = cursor.fetchall()
    found = {Use(pk, report_id, at, number) for pk, report_id, at, number in rows if number}
    holders = _holders_numbers(case_id)
    if holders:
        timed = {pk: (report_id, at) for pk, report_id, at, _ in rows}
        for pk, handles in handles_of(case_id, timed).items():
            found |= {Use(pk, *timed[pk], number) for handle in handles for number in holders.get(handle, ())}
    return sorted(found, key=lambda one: (one.sighting_id, one.number))


def _holders_numbers(case_id: int) -> dict[int, set[str]]:
    """Handle → numbers of the account holders that evidence ties to it."""
    pieces = PersonEvidence.objects.filter(
        case=case_id, withdrawn_at__isnull=True, handle__isnull=False, person__details__phone__startswith="+"
    )
    found: dict[int, set[str]] = {}
    for handle, number in pieces.values_list("handle_id", "person__details__phone"):
        found.setdefault(handle, set()).add(number)
    return found


def numbers_of(case_id: int) -> set[str]:
    """Every number that the case knows: of its reports, and of the account holders in it."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_TOLD} SELECT DISTINCT number FROM told", _of_case(case_id))  # noqa: S608 - see above
        told = {row[0] for row in cursor.fetchall()}
    return told.union(*_holders_numbers(case_id).values())


# `secs` is 0 within a call, > 0 after it ended, < 0 before it began. A line is told by its number, so several that fit are several
# numbers of one account, and none is chosen.
_FIND = """
WITH known AS MATERIALIZED (
  SELECT * FROM unnest(%(sightings)s::bigint[], %(reports)s::bigint[], %(times)s::timestamptz[], %(numbers)s::text[]) AS k(id, report_id, at, number)
), calls AS MATERIALIZED (
  SELECT id AS row_id, line, subscriber, started_at, coalesce(ended_at, started_at) AS ended_at FROM replies_replyrow
  WHERE reply_id = %(reply)s AND problem = '' AND subscriber = ANY (%(numbers)s::text[])
), near AS (
  SELECT known.id, known.report_id, c.row_id, c.line, c.subscriber,
    CASE WHEN known.at < c.started_at THEN -ceil(extract(epoch FROM c.started_at - known.at))
         WHEN known.at > c.ended_at THEN ceil(extract(epoch FROM known.at - c.ended_at)) ELSE 0 END::integer AS secs
  FROM known JOIN calls c ON c.subscriber = known.number
    AND c.started_at <= known.at + make_interval(secs => %(shown)s) AND c.ended_at >= known.at - make_interval(secs => %(shown)s)
), judged AS (
  SELECT *, secs BETWEEN -%(before)s AND %(after)s AS fits FROM near
), told AS (
  SELECT id, report_id, count(DISTINCT subscriber) FILTER (WHERE fits) AS fitting,
    (array_agg(row_id ORDER BY fits DESC, abs(secs), line))[1] AS row_id,
    (array_agg(secs ORDER BY fits DESC, abs(secs), line))[1] AS secs
  FROM judged GROUP BY id, report_id
)
INSERT INTO replies_replyfinding (reply_id, case_id, report_id, sighting_id, verdict, why, seconds, subscribers, row_id)
SELECT %(reply)s, %(case)s, report_id, id,
  CASE WHEN fitting = 0 THEN 'outside' WHEN fitting > 1 THEN 'ambiguous' ELSE 'matched' END,
  CASE WHEN fitting = 0 THEN 'far' WHEN fitting > 1 THEN 'lines'
       ELSE coalesce((SELECT c.name FROM unnest(%(names)s::text[], %(limits)s::integer[]) AS c(name, most)
                      WHERE abs(told.secs) <= c.most ORDER BY c.most LIMIT 1), 'far') END,
  secs, fitting, CASE WHEN fitting = 1 THEN row_id END
FROM told
UNION ALL
SELECT DISTINCT %(reply)s, %(case)s, report_id, id, 'outside', 'no-call', NULL::integer, 0, NULL::bigint
FROM known WHERE number IN (SELECT subscriber FROM calls) AND id NOT IN (SELECT id FROM told)
"""


def find(reply: Reply) -> None:
    """Write what the calls of a staged reply say of each use of an account of its case; what was found before is replaced."""
    uses = uses_of(reply.case_id)
    known = {
        "sightings": [one.sighting_id for one in uses], "reports": [one.report_id for one in uses],
        "times": [one.at for one in uses], "numbers": [one.number for one in uses],
    }  # fmt: skip
    write_findings(reply, _FIND, parameters(reply, tolerance()) | known)


def about(reply: Reply) -> bool:
    """Whether any call of a staged reply is of a number that the case knows, or with one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM replies_replyrow WHERE reply_id = %(reply)s AND problem = ''"
            " AND (subscriber = ANY (%(numbers)s::text[]) OR peer = ANY (%(numbers)s::text[])))",
            {"reply": reply.pk, "numbers": sorted(numbers_of(reply.case_id))},
        )
        return bool((cursor.fetchone() or (False,))[0])


@dataclass(frozen=True, slots=True)
class Contact:
    """Calls of a line of the reply with a number of the case. It ties nobody: whom somebody calls is not who they are."""

    line: str
    known: bool
    number: str
    calls: int
    first: datetime
    last: datetime
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """What of a reply's calls the case knows: `known` and `missing` are numbers of the case, `others` counts lines that it does not know."""

    known: tuple[str, ...]
    missing: tuple[str, ...]
    others: int
    contacts: tuple[Contact, ...]


def lines_of(reply: Reply) -> Lines:
    """The numbers of the case that the reply's calls are of or with, and those that it says nothing of. Two queries of its rows."""
    numbers = numbers_of(reply.case_id)
    values: dict[str, Any] = {"reply": reply.pk, "numbers": sorted(numbers), "most": MOST_CONTACTS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(subscriber) FILTER (WHERE subscriber = ANY (%(numbers)s::text[])),"
            " count(*) FILTER (WHERE NOT subscriber = ANY (%(numbers)s::text[]))"
            " FROM (SELECT DISTINCT subscriber FROM replies_replyrow WHERE reply_id = %(reply)s AND problem = '') s",
            values,
        )
        there, others = cursor.fetchone() or (None, 0)
        cursor.execute(
            "SELECT subscriber, peer, count(*), min(started_at), max(started_at), (array_agg(line ORDER BY line))[1:5]"
            " FROM replies_replyrow WHERE reply_id = %(reply)s AND problem = '' AND peer = ANY (%(numbers)s::text[])"
            " GROUP BY subscriber, peer ORDER BY count(*) DESC, subscriber, peer LIMIT %(most)s",
            values,
        )
        rows = cursor.fetchall()
    known = set(there or ())
    named = {line: normal(IdentifierKind.PHONE, line) for line, *_ in rows}
    with acting(OPERATOR):
        secret = childs(one for one in named.values() if one is not None)
    shown = {line: WITHHELD if one is not None and one.digest in secret else line for line, one in named.items()}
    contacts = tuple(Contact(shown[line], line in numbers, peer, n, first, last, tuple(at)) for line, peer, n, first, last, at in rows)  # fmt: skip
    return Lines(tuple(sorted(known)), tuple(sorted(numbers - known)), int(others), contacts)
