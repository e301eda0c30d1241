"""Which values are near each other, as the index says, and the matches that follow from values, pairs and lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tipline.pipeline.matching.index import store
from tipline.pipeline.matching.stage import VERSION

# So many of the nearest are looked at; kept are of those with an entry of a list, and of those that files have, so many each.
MOST_LOOKED_AT = 2_000
MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Value:
    """A PDQ value: its row and its bytes."""

    id: int
    value: bytes
    in_files: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values, the lower id first, and the bits that differ, 1 to 31."""

    low: int
    high: int
    distance: int


_AT_POSITIONS = """
SELECT v.position, v.id, v.value, EXISTS (SELECT FROM matching_filehash f WHERE f.value_id = v.id),
       EXISTS (SELECT FROM matching_knownhash k WHERE k.value_id = v.id)
FROM matching_hashvalue v WHERE v.position = ANY (%s)
"""


def pairs(asked: Sequence[Value], above: int = 0) -> list[Pair]:
    """Pairs of these values with every value that has a position, of which a file has at least one; sorted.

    Parameters
    ----------
    above
        only with values of a higher position.
    """
    if not asked:
        return []
    with store.opened() as index:
        hits = index.search([one.value for one in asked], MOST_LOOKED_AT)
    positions = sorted({place for place in hits.position.tolist() if place > above})
    if not positions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_AT_POSITIONS, [positions])
        rows = {row[0]: row for row in cursor.fetchall()}
    found: set[Pair] = set()
    kept: dict[tuple[int, bool], int] = {}
    for which, position in zip(hits.which.tolist(), hits.position.tolist(), strict=True):  # the nearest of each first
        row, one = rows.get(position), asked[which]
        if row is None or row[1] == one.id:
            continue
        _, other, value, in_files, listed = row
        # by the database's word, whatever a file of the index says
        distance = (int.from_bytes(bytes(value)) ^ int.from_bytes(one.value)).bit_count()
        if not (in_files or one.in_files) or not 1 <= distance <= 31:
            continue
        kept[which, listed] = number = kept.get((which, listed), 0) + 1
        if number <= MOST_KEPT:
            found.add(Pair(min(one.id, other), max(one.id, other), distance))
    return sorted(found, key=lambda pair: (pair.low, pair.high))


def keep(found: Sequence[Pair]) -> None:
    """Write pairs down, those that are not yet."""
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matching_nearvalue (low_id, high_id, distance)"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) ORDER BY 1, 2 ON CONFLICT (low_id, high_id) DO NOTHING",
            [[p.low for p in found], [p.high for p in found], [p.distance for p in found]],
        )


# From files to lists: the file's own value, and the values near it.
_OF_FILES = """
SELECT f.report_id, f.file_id, k.id AS known_id, min(x.distance) AS distance
FROM matching_filehash f JOIN matching_hashvalue own ON own.id = f.value_id AND own.fault = ''
CROSS JOIN LATERAL (
    SELECT f.value_id AS value_id, 0 AS distance
    UNION ALL SELECT n.high_id, n.distance FROM matching_nearvalue n WHERE n.low_id = f.value_id
    UNION ALL SELECT n.low_id, n.distance FROM matching_nearvalue n WHERE n.high_id = f.value_id
) x
JOIN matching_knownhash k ON k.value_id = x.value_id AND k.revoked_at IS NULL
JOIN matching_knownlist l ON l.id = k.known_list_id AND l.ended_at IS NULL
WHERE {where} GROUP BY f.report_id, f.file_id, k.id
"""
OF_REPORTS = _OF_FILES.format(where="f.report_id = ANY (%(ids)s)")
OF_VALUES = _OF_FILES.format(where="f.value_id = ANY (%(ids)s)")
# From entries of a list to files.
OF_ENTRIES = """
SELECT f.report_id, f.file_id, k.id AS known_id, min(x.distance) AS distance
FROM matching_knownhash k JOIN matching_hashvalue own ON own.id = k.value_id AND own.fault = ''
JOIN matching_knownlist l ON l.id = k.known_list_id AND l.ended_at IS NULL
CROSS JOIN LATERAL (
    SELECT k.value_id AS value_id, 0 AS distance
    UNION ALL SELECT n.high_id, n.distance FROM matching_nearvalue n WHERE n.low_id = k.value_id
    UNION ALL SELECT n.low_id, n.distance FROM matching_nearvalue n WHERE n.high_id = k.value_id
) x
JOIN matching_filehash f ON f.value_id = x.value_id
WHERE k.id = ANY (%(ids)s) AND k.revoked_at IS NULL GROUP BY f.report_id, f.file_id, k.id
"""
# Those of them that are not yet written as they are.
_FRESH = """
SELECT DISTINCT m.report_id FROM ({found}) m LEFT JOIN matching_match old ON old.file_id = m.file_id AND old.known_id = m.known_id
WHERE old.id IS NULL OR old.ended_at IS NOT NULL ORDER BY 1
"""
_WRITE = """
INSERT INTO matching_match (report_id, file_id, known_id, distance, stage_version, at)
SELECT report_id, file_id, known_id, distance, %(version)s, %(at)s FROM ({found}) found ORDER BY file_id, known_id
ON CONFLICT (file_id, known_id) DO UPDATE
SET distance = EXCLUDED.distance, stage_version = EXCLUDED.stage_version, ended_at = NULL,
    at = CASE WHEN matching_match.ended_at IS NULL THEN matching_match.at ELSE EXCLUDED.at END
WHERE (matching_match.distance, matching_match.stage_version) IS DISTINCT FROM (EXCLUDED.distance, EXCLUDED.stage_version)
   OR matching_match.ended_at IS NOT NULL
"""


def reports_with_fresh(found: str, ids: Collection[int]) -> list[int]:
    """Reports that have matches, by one of the statements above, which are not written yet or had ended; in order."""
    with connection.cursor() as cursor:
        cursor.execute(_FRESH.format(found=found), {"ids": list(ids)})
        return [row[0] for row in cursor.fetchall()]


def write_matches(found: str, ids: Collection[int], at: datetime) -> int:
    """Write the matches that one of the statements above finds; how many are new or changed."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(found=found), {"ids": list(ids), "version": VERSION, "at": at})
        return int(cursor.rowcount)
