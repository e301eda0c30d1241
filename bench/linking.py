# ruff: noqa: S608 - texts of ours
"""Linking: what one new report costs among few and among many sightings, and a full relink of everything.

An installation of its own is filled with reports, each with five sightings and edges, whose clusters are of twelve; one account is in ten
thousand reports (or in a tenth of all). `value` is the median time of the stage for one new report at `size` sightings, against the same at a
tenth of them: `ratio` must stay below 2. `relink_seconds` is the full relink of all edges from nothing, read, joined and written;
`components_seconds` the joining alone, beside networkx where that is installed, which must find the same clusters.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg
from _throwaway import installation

SIZES = (100_000, 1_000_000, 10_000_000)
EACH = 5  # sightings of a report
TRIES = 25
# kind, scope, role's rule and strength, and how many reports in a row share one; all divide twelve
_KINDS = (
    ("account_id", "bench", "account", 0.99, 2), ("email", "", "email-verified", 0.97, 3), ("device", "imei", "device", 0.93, 4),
    ("handle", "bench", "handle", 0.88, 2), ("handle", "", "handle-across", 0.5, 6),
)  # fmt: skip
_TABLES = ("reports_report", "reports_identifier", "reports_sighting", "linking_edge")
_BASE = 100_000_000  # numbers of the filling: identifiers of a kind from kind times this


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` sightings and edges, a tenth of them first."""
    with installation() as settings:
        from django.db import connection

        from tipline.core.database import database_urls
        from tipline.pipeline.linking import rebuild
        from tipline.trust.visibility import OPERATOR, acting

        template = _template()
        few, many = size // 10 // EACH, size // EACH
        with psycopg.connect(database_urls(settings).owner, autocommit=True) as owner:
            _fill(owner, template, 0, few)
            with acting(OPERATOR):
                rebuild.rebuild()
            before = _one_report(template)
            _fill(owner, template, few, many)
            owner.execute("TRUNCATE linking_member, linking_cluster, linking_clusterchange CASCADE")
        with acting(OPERATOR):
            relink, made = _timed(rebuild.rebuild)
            reports, identifiers = rebuild._read(rebuild._EDGES)
        after = _one_report(template)
        alone, (ids, labels) = _timed(lambda: rebuild.components(reports, identifiers))
        peer, same = _networkx(reports, identifiers, ids, labels)
        connection.close()
    return {
        "size": size, "value": round(after * 1e3, 2), "unit": "ms a new report", "peer": "at a tenth of the sightings", "peer_value": round(before * 1e3, 2),
        "ratio": round(after / before, 2), "relink_seconds": round(relink, 1), "relinked_edges": made.edges, "clusters": made.clusters,
        "components_seconds": round(alone, 2), "networkx_seconds": peer, "networkx_same": same,
    }  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _template() -> int:
    """One report that came in by the services, whose row all others copy."""
    import hashlib

    from tipline.core.clock import now
    from tipline.demo.synthetic import report_xml, stream
    from tipline.pipeline.run import run_patiently
    from tipline.reports import services
    from tipline.trust.accounts.services import add_reporter
    from tipline.trust.actors import system
    from tipline.trust.agencies.queries import by_code

    reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), system("bench"))
    body = report_xml(next(stream(1, 1, now(), (("Bench", "bench.example"),))))
    received = services.ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)
    opened = services.open_report(reporter, received, services.ReportHeader("x", None, "", "Bench", False, ""))
    services.finish(reporter, opened.report_id)
    run_patiently()
    return opened.report_id


def _columns(owner: psycopg.Connection[Any], table: str) -> list[str]:
    rows = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'",
        [table],
    )
    return [name for (name,) in rows]


def _fill(owner: psycopg.Connection[Any], template: int, start: int, end: int) -> None:
    """Reports from `start` to `end` with their identifiers, sightings and edges; no trigger and no foreign key looks at them."""
    for table in _TABLES:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for (name,) in owner.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table]
        ).fetchall():
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    names = ", ".join(_columns(owner, "reports_report"))
    values = {"start": start, "end": end, "base": _BASE, "template": template}
    owner.execute(
        f"INSERT INTO reports_report (id, {names}) OVERRIDING SYSTEM VALUE SELECT %(base)s + n, {names} FROM reports_report,"
        " generate_series(%(start)s::bigint, %(end)s - 1) n WHERE id = %(template)s",
        values,
    )
    for number, (kind, scope, rule, strength, share) in enumerate(_KINDS, 1):
        given = values | {
            "kind": kind,
            "scope": scope,
            "rule": rule,
            "strength": strength,
            "share": share,
            "number": number,
        }
        place = "%(number)s::bigint * %(base)s + (CASE WHEN %(number)s = 1 AND n %% 12 < 2 AND n < 60000 AND n < %(end)s / 2 THEN 0 ELSE n / %(share)s + 1 END)"
        owner.execute(
            "INSERT INTO reports_identifier (id, kind, scope, value, digest, first_seen_at, last_seen_at) OVERRIDING SYSTEM VALUE"
            " SELECT DISTINCT ON (1) x, %(kind)s, %(scope)s, x::text, sha256(x::text::bytea), now(), now()"
            f" FROM (SELECT {place} AS x FROM generate_series(%(start)s::bigint, %(end)s - 1) n) y ON CONFLICT DO NOTHING",
            given,
        )
        owner.execute(
            "INSERT INTO reports_sighting (report_id, position, identifier_id, role, original, event, at_text, at_zone_stated, path)"
            f" SELECT %(base)s + n, %(number)s, {place}, 'reported', '', '', '', false, '' FROM generate_series(%(start)s::bigint, %(end)s - 1) n",
            given,
        )
        owner.execute(
            "INSERT INTO linking_edge (report_id, identifier_id, stated_id, rule, strength, stage_version, at)"
            f" SELECT %(base)s + n, x, x, %(rule)s, %(strength)s, '2', now() FROM (SELECT n, {place} AS x"
            " FROM generate_series(%(start)s::bigint, %(end)s - 1) n) y",
            given,
        )
    for table in _TABLES:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner.execute(f"ANALYZE {table}")


def _one_report(template: int) -> float:
    """The median time in which the template, named anew each time as somebody's of the filling, is linked; each is taken back."""
    from django.db import connection, transaction

    from tipline.core.clock import now
    from tipline.pipeline.linking.stage import process
    from tipline.pipeline.stage import Batch
    from tipline.trust.visibility import OPERATOR, acting

    times = []
    for number in range(TRIES):
        with acting(OPERATOR):
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM linking_edge WHERE report_id = %s", [template])
                cursor.execute(
                    "UPDATE reports_sighting SET identifier_id = %s, role = 'reported' WHERE report_id = %s"
                    " AND position = (SELECT min(position) FROM reports_sighting WHERE report_id = %s)",
                    [2 * _BASE + 1 + number * 31, template, template],
                )
            seconds, _ = _timed(lambda: process(Batch((template,), now())))
            times.append(seconds)
            transaction.set_rollback(True)
    return statistics.median(times)


def _networkx(reports: Any, identifiers: Any, ids: Any, labels: Any) -> tuple[float | None, bool | None]:
    """Seconds of networkx for the same edges, and whether it finds the same; None where it is not installed."""
    try:
        import networkx  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return None, None

    def theirs() -> list[set[int]]:
        graph = networkx.Graph()
        graph.add_edges_from(zip(reports.tolist(), (-1 - identifiers).tolist(), strict=True))
        return [{n for n in part if n >= 0} for part in networkx.connected_components(graph)]

    seconds, parts = _timed(theirs)
    label = dict(zip(ids.tolist(), labels.tolist(), strict=True))
    same = all({label[n] for n in part} == {min(part)} for part in parts) and len(parts) == len(set(labels.tolist()))
    return round(seconds, 2), same
