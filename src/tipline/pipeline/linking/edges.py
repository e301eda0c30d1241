"""Edges: what of its identifiers holds a report to others, written set-wise, and which identifiers are hubs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from tipline.core.sql import upsert
from tipline.pipeline.linking.keys import Meeting, at_minute, meetings
from tipline.pipeline.linking.models import HubCount
from tipline.pipeline.linking.strengths import ACCOUNT, STRENGTHS, Rule
from tipline.reports.masking import carried

VERSION = "2"
# Only identifiers of the people reported and their accounts count: the reporting side's own address is in all its reports, and a
# child's ties nobody.
ROLES = ("reported", "recipient", "associated", "incident", "file")

_SIGHTINGS = """
SELECT s.report_id, s.identifier_id, i.kind, i.scope, i.value, i.of_child, i.names_child, bool_or(coalesce(s.verified, false)),
    coalesce(array_agg(DISTINCT (host(s.ip) || ' ' || s.port || ' ' || to_char(s.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI')))
        FILTER (WHERE s.ip IS NOT NULL AND s.port IS NOT NULL AND s.at IS NOT NULL), '{}')
FROM reports_sighting s JOIN reports_identifier i ON i.id = s.identifier_id
JOIN reports_report r ON r.id = s.report_id AND r.state = 'finished' AND r.destroyed_at IS NULL
WHERE s.report_id = ANY(%s) AND s.role = ANY(%s)
GROUP BY s.report_id, s.identifier_id, i.kind, i.scope, i.value, i.of_child, i.names_child
"""
_HAD = "SELECT report_id, identifier_id, stated_id, rule, strength FROM linking_edge WHERE report_id = ANY(%s)"
_GONE = """
DELETE FROM linking_edge e USING unnest(%s::bigint[], %s::bigint[]) AS gone(report_id, identifier_id)
WHERE e.report_id = gone.report_id AND e.identifier_id = gone.identifier_id
"""
# Counted no further than the limit: an identifier of a million reports costs as much as one at its limit.
_DEGREES = """
SELECT x.id, x.rule, x.most, x.most_accounts,
    (SELECT count(*) FROM (SELECT FROM linking_edge e WHERE e.identifier_id = x.id LIMIT x.most + 1) AS n),
    CASE WHEN x.most_accounts > 0 THEN (
        SELECT count(DISTINCT a.identifier_id)
        FROM (SELECT report_id FROM linking_edge e WHERE e.identifier_id = x.id AND e.rule = x.counting LIMIT x.most + 1) AS r
        JOIN linking_edge a ON a.report_id = r.report_id AND a.rule = %s
    ) ELSE 0 END
FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::integer[], %s::text[]) AS x(id, rule, most, most_accounts, counting)
ORDER BY x.id
"""


class Edge(NamedTuple):
    """A report at an identifier, by what it states, by which rule."""

    report: int
    identifier: int
    stated: int
    rule: str
    strength: float


@dataclass(frozen=True, slots=True)
class Written:
    """What writing edges changed: reports that have new or other edges, those that lost one, and hubs that began or ended."""

    grown: set[int] = field(default_factory=set)
    shrunk: set[int] = field(default_factory=set)
    hubs: int = 0


def write(report_ids: Sequence[int], at: datetime) -> Written:
    """Bring the edges of these reports to what their sightings say: of one that is no longer there, or not read, none."""
    with connection.cursor() as cursor:
        cursor.execute(_HAD, [list(report_ids)])
        had = {(row[0], row[1]): Edge(*row) for row in cursor.fetchall()}
    wanted = _wanted(report_ids, at)
    gone = sorted(set(had) - set(wanted))
    new = [edge for key, edge in sorted(wanted.items()) if had.get(key) != edge]
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(_GONE, [[r for r, _ in gone], [i for _, i in gone]])
    upsert(
        "linking_edge",
        {
            "report_id": ("bigint", [e.report for e in new]),
            "identifier_id": ("bigint", [e.identifier for e in new]),
            "stated_id": ("bigint", [e.stated for e in new]),
            "rule": ("text", [e.rule for e in new]),
            "strength": ("double precision", [e.strength for e in new]),
            "stage_version": ("text", [VERSION] * len(new)),
            "at": ("timestamptz", [at] * len(new)),
        },
        key=("report_id", "identifier_id"),
        update=("stated_id", "rule", "strength", "stage_version"),
    )
    weaker = {
        e.report for e in new if (e.report, e.identifier) in had and had[e.report, e.identifier].strength > e.strength
    }
    grown, shrunk = {e.report for e in new}, {r for r, _ in gone} | weaker
    rules = {e.identifier: e.rule for e in (*had.values(), *wanted.values())}
    # all identifiers of a report that changed: an account that it names counts at each of them
    changed = grown | shrunk
    touched = {i for r, i in (*had, *wanted) if r in changed}
    begun, ended = find_hubs({i: rules[i] for i in touched}, at)
    return Written(grown | reports_at(ended), shrunk | reports_at(begun), len(begun) + len(ended))


def _wanted(report_ids: Sequence[int], at: datetime) -> dict[tuple[int, int], Edge]:
    """(report, where it meets others) → the strongest edge there."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGHTINGS, [list(report_ids), list(ROLES)])
        rows = cursor.fetchall()
    found: list[tuple[int, int, Meeting, Rule]] = []
    ids: dict[Meeting, int] = {}  # of those that a report states, so that they are not looked for
    childs: dict[Meeting, tuple[bool, bool]] = {}
    for report, identifier, kind, scope, value, of_child, names_child, verified, moments in rows:
        places = list(meetings(kind, scope, value))
        places += [
            at_minute(ip, int(port), datetime.fromisoformat(f"{when}+00:00"))
            for ip, port, when in map(str.split, moments)
        ]
        for place in places:
            rule = STRENGTHS.rule_of(kind, place.place, verified=verified)
            if rule is None:
                continue
            found.append((report, identifier, place, rule))
            if (place.kind, place.scope, place.value) == (kind, scope, value):
                ids[place] = identifier
            else:
                one, other = childs.get(place, (False, False))
                childs[place] = (one or (of_child and carried(place.kind)), other or names_child)
    ids |= _keys({place: childs[place] for place in childs if place not in ids}, at)
    best: dict[tuple[int, int], Edge] = {}
    for report, identifier, place, rule in found:
        edge = Edge(report, ids[place], identifier, rule.id, rule.strength)
        before = best.get((edge.report, edge.identifier))
        # the strongest; of equals the one whose identifier came first, so that any order of sightings gives the same
        if before is None or (-edge.strength, edge.stated) < (-before.strength, before.stated):
            best[edge.report, edge.identifier] = edge
    return best


def digest(kind: str, scope: str, value: str) -> bytes:
    """As extraction makes it: kind, scope and value, NUL between them."""
    return hashlib.sha256("\0".join((kind, scope, value)).encode()).digest()


def _keys(places: dict[Meeting, tuple[bool, bool]], at: datetime) -> dict[Meeting, int]:
    """The identifiers that are keys, made where no report states them. Locked in order, as extraction locks those that are stated."""
    by_digest = {digest(p.kind, p.scope, p.value): p for p in places}
    digests = sorted(by_digest)
    rows = upsert(
        "reports_identifier",
        {
            "kind": ("text", [by_digest[d].kind for d in digests]),
            "scope": ("text", [by_digest[d].scope for d in digests]),
            "value": ("text", [by_digest[d].value for d in digests]),
            "digest": ("bytea", digests),
            "first_seen_at": ("timestamptz", [at] * len(digests)),
            "last_seen_at": ("timestamptz", [at] * len(digests)),
            "of_child": ("boolean", [places[by_digest[d]][0] for d in digests]),
            "names_child": ("boolean", [places[by_digest[d]][1] for d in digests]),
        },
        key=("digest",),
        update=("last_seen_at",),
        stays_true=("of_child", "names_child"),
        returning=("digest", "id"),
    )
    return {by_digest[bytes(one)]: pk for one, pk in rows}


def find_hubs(rules: dict[int, str], at: datetime) -> tuple[list[int], list[int]]:
    """Mark identifiers that have more reports or accounts than their rule allows, and take the mark from those that no longer have.

    Returns both.
    """
    asked = [
        (pk, rule.id, rule.most, counting.most_accounts if counting else 0, counting.id if counting else "")
        for pk, rule_id in sorted(rules.items())
        if (rule := STRENGTHS.of(rule_id)) is not None and rule.most
        for counting in (STRENGTHS.counting(rule),)
    ]
    if not asked:
        return [], []
    with connection.cursor() as cursor:
        cursor.execute(_DEGREES, [ACCOUNT, *(list(column) for column in zip(*asked, strict=True))])
        over: list[tuple[int, str, int, int, str]] = []
        under: list[int] = []
        for pk, rule_id, most, most_accounts, reports, accounts in cursor.fetchall():
            if reports > most:
                over.append((pk, rule_id, most, reports, HubCount.REPORTS))
            elif accounts > most_accounts:
                over.append((pk, rule_id, most_accounts, accounts, HubCount.ACCOUNTS))
            else:
                under.append(pk)
        begun: list[int] = []
        if over:
            cursor.execute(
                "INSERT INTO linking_hub (identifier_id, rule, most, degree, counted, since)"
                " SELECT *, %s FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::integer[], %s::text[])"
                " ON CONFLICT DO NOTHING RETURNING identifier_id",
                [at, *(list(column) for column in zip(*over, strict=True))],
            )
            begun = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("DELETE FROM linking_hub WHERE identifier_id = ANY(%s) RETURNING identifier_id", [under])
        return begun, [pk for (pk,) in cursor.fetchall()]


def reports_at(identifiers: Collection[int], most: int | None = None) -> set[int]:
    """The reports that have an edge at one of these."""
    if not identifiers:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT report_id FROM linking_edge WHERE identifier_id = ANY(%s) LIMIT %s",
            [sorted(identifiers), most],
        )
        return {pk for (pk,) in cursor.fetchall()}
