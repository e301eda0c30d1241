"""The part of the attribution stage that writes clocks: for every attributed address one, for every report their sum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tipline.core.sql import Columns, upsert
from tipline.pipeline.attribution.log_expiry.clock import Times, clock_of
from tipline.pipeline.attribution.log_expiry.in_force import directory
from tipline.pipeline.attribution.log_expiry.network import country_of, network_of
from tipline.pipeline.stage import Batch

_SIGHTINGS = """
SELECT a.sighting_id, a.report_id, a.country, a.abstained, a.owner, a.sources, a.asn,
    s.at, s.at_text <> '', s.at_zone_stated, r.incident_at, r.received_at
FROM attribution_attribution a JOIN reports_sighting s ON s.id = a.sighting_id JOIN reports_report r ON r.id = a.report_id
WHERE a.report_id = ANY (%s) ORDER BY a.sighting_id
"""
# Whose address it is, or whose side filed the report, says nothing of an account that is to be traced.
_NOT_TRACED = "('reporter', 'officer')"
_RECOUNT = f"""
WITH notes AS (
    SELECT sighting_id, bool_or(kind = 'confirmed') AS confirmed
    FROM attribution_preservationnote WHERE report_id = ANY (%(reports)s) GROUP BY sighting_id
), c AS (
    SELECT l.report_id, l.likely_gone_at AS gone, greatest(l.likely_gone_at, l.kept_until_by_rule_at) AS by_rule, l.directory_version, n.sighting_id IS NOT NULL AS noted, coalesce(n.confirmed, false) AS kept,
        CASE WHEN s.child IS NOT NULL OR i.of_child THEN '' ELSE l.holder_name END AS holder
    FROM attribution_logclock l JOIN reports_sighting s ON s.id = l.sighting_id AND s.role NOT IN {_NOT_TRACED}
    JOIN reports_identifier i ON i.id = s.identifier_id
    LEFT JOIN notes n ON n.sighting_id = l.sighting_id
    WHERE l.report_id = ANY (%(reports)s)
)
INSERT INTO attribution_reportclock
    (report_id, next_likely_gone_at, holder_name, next_unasked_at, all_gone_at, all_gone_by_rule_at, sightings, preserved, noted, directory_version, at)
SELECT c.report_id,
    coalesce(min(gone) FILTER (WHERE NOT kept AND gone > %(at)s), max(gone) FILTER (WHERE NOT kept)),
    coalesce((array_agg(holder ORDER BY gone <= %(at)s, CASE WHEN gone > %(at)s THEN gone END, gone DESC)
        FILTER (WHERE NOT kept AND gone IS NOT NULL))[1], ''),
    min(gone) FILTER (WHERE NOT noted AND gone > %(at)s),
    max(gone) FILTER (WHERE NOT kept), max(by_rule) FILTER (WHERE NOT kept),
    count(gone), count(*) FILTER (WHERE kept), count(*) FILTER (WHERE noted), min(directory_version), %(at)s
FROM c GROUP BY c.report_id
ON CONFLICT (report_id) DO UPDATE SET next_likely_gone_at = EXCLUDED.next_likely_gone_at, holder_name = EXCLUDED.holder_name,
    next_unasked_at = EXCLUDED.next_unasked_at, all_gone_at = EXCLUDED.all_gone_at,
    all_gone_by_rule_at = EXCLUDED.all_gone_by_rule_at, sightings = EXCLUDED.sightings,
    preserved = EXCLUDED.preserved, noted = EXCLUDED.noted, directory_version = EXCLUDED.directory_version, at = EXCLUDED.at
"""  # noqa: S608 - a list from code


def write(batch: Batch) -> None:
    """Write the clocks of a batch whose attributions are written. A constant number of statements; run again it leaves the same rows."""
    reports = list(batch.report_ids)
    with connection.cursor() as cursor:
        cursor.execute(_SIGHTINGS, [reports])
        sightings = cursor.fetchall()
    _write_clocks(sightings, batch.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM attribution_logclock l WHERE l.report_id = ANY (%s)"
            " AND NOT EXISTS (SELECT 1 FROM attribution_attribution a WHERE a.sighting_id = l.sighting_id)",
            [reports],
        )
    recount(reports, batch.at)


def _write_clocks(sightings: Sequence[tuple[Any, ...]], at: datetime) -> None:
    known = directory()
    rows: list[tuple[Any, ...]] = []
    for (
        sighting,
        report,
        country,
        abstained,
        owner,
        sources,
        stated_asn,
        used,
        stated,
        zoned,
        incident,
        received,
    ) in sightings:
        spoke = json.loads(sources)
        where = country_of(country, spoke, abstained=abstained)
        asn, name = network_of(stated_asn, owner, spoke)
        found = known.find(where, asn, name)
        clock = clock_of(Times(used, stated, zoned, incident, received), found)
        rows.append(
            (
                sighting, report, where, found.key, found.name, asn, clock.counted_by, clock.counted_from, clock.likely_gone_at,
                clock.kept_until_by_rule_at, clock.last_possible_at, clock.basis, clock.explanation, known.version, at,
            )
        )  # fmt: skip
    values = list(zip(*rows, strict=True)) if rows else [()] * len(_COLUMNS)
    columns: Columns = {name: (kind, column) for (name, kind), column in zip(_COLUMNS.items(), values, strict=True)}
    upsert(
        "attribution_logclock",
        columns,
        key=("sighting_id",),
        update=[name for name in columns if name != "sighting_id"],
    )


_COLUMNS = {
    "sighting_id": "bigint", "report_id": "bigint", "country": "text", "holder_key": "text", "holder_name": "text", "asn": "bigint",
    "counted_by": "text", "counted_from": "timestamptz", "likely_gone_at": "timestamptz", "kept_until_by_rule_at": "timestamptz",
    "last_possible_at": "timestamptz", "basis": "text", "explanation": "text", "directory_version": "text", "at": "timestamptz",
}  # fmt: skip


def recount(reports: Sequence[int], at: datetime) -> None:
    """Sum up the clocks of reports as they stand at `at`: the next to go, and when the last one goes.

    Locks the sums first, so that of two who count at once the later one sees what the other had written.
    """
    given = list(reports)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM attribution_reportclock WHERE report_id = ANY (%s) ORDER BY report_id FOR UPDATE", [given]
        )
        cursor.execute(
            # found once and hashed: asked for each row, it cost minutes where the planner took the tables for empty
            "WITH has AS MATERIALIZED (SELECT l.report_id FROM attribution_logclock l"  # noqa: S608 - a list from code
            " JOIN reports_sighting s ON s.id = l.sighting_id"
            f" WHERE l.report_id = ANY (%s) AND s.role NOT IN {_NOT_TRACED})"
            " DELETE FROM attribution_reportclock c"
            " WHERE c.report_id = ANY (%s) AND c.report_id NOT IN (SELECT h.report_id FROM has h)",
            [given, given],
        )
        cursor.execute(_RECOUNT, {"reports": given, "at": at})
