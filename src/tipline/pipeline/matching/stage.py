"""The stage: the hashes of a batch's files, and which lists know them. docs/explanation/matching.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tipline.pipeline.matching.hashes import PDQ, Fault, Hash, normal
from tipline.pipeline.matching.locks import say_a_batch_is_matched
from tipline.pipeline.stage import Batch, Stage

VERSION = "1"
# Of one file; more says nothing, and a report could name a million.
MOST_STATED = 64
# A picture has one PDQ, or eight with its turns and mirrors. Each that is more would be a search more.
MOST_PDQ = 8

_FILES = """
SELECT id, report_id, uploaded, md5, sha1, sha256, pdq, stated_hashes FROM reports_reportedfile WHERE report_id = ANY (%s) ORDER BY id
"""
# Sorted, so that two batches that name the same values do not wait for each other in a circle.
_NEW_VALUES = """
INSERT INTO matching_hashvalue (algorithm, value, fault, first_seen_at)
SELECT n.algorithm, n.value, n.fault, %(at)s FROM unnest(%(algorithms)s::text[], %(values)s::bytea[], %(faults)s::text[]) AS n (algorithm, value, fault)
WHERE NOT EXISTS (SELECT FROM matching_hashvalue v WHERE v.value = n.value AND v.algorithm = n.algorithm)
ORDER BY n.value, n.algorithm ON CONFLICT (value, algorithm) DO NOTHING
"""
_IDS = """
SELECT n.place, v.id, v.fault, EXISTS (SELECT FROM matching_filehash f WHERE f.value_id = v.id AND f.report_id <> ALL (%(reports)s))
FROM unnest(%(algorithms)s::text[], %(values)s::bytea[]) WITH ORDINALITY AS n (algorithm, value, place)
JOIN matching_hashvalue v ON v.value = n.value AND v.algorithm = n.algorithm
"""
_HASHES = """
WITH new AS (
    SELECT * FROM unnest(%(files)s::bigint[], %(of)s::bigint[], %(ids)s::bigint[], %(stated)s::boolean[]) AS n (file_id, report_id, value_id, stated)
), gone AS (
    DELETE FROM matching_filehash f WHERE f.report_id = ANY (%(reports)s)
    AND NOT EXISTS (SELECT FROM new WHERE new.file_id = f.file_id AND new.value_id = f.value_id)
)
INSERT INTO matching_filehash (file_id, report_id, value_id, stated) SELECT * FROM new ORDER BY file_id, value_id
ON CONFLICT (file_id, value_id) DO UPDATE SET stated = EXCLUDED.stated WHERE matching_filehash.stated <> EXCLUDED.stated
"""
# What no hash of the file leads to any more.
_UNFOUNDED = """
DELETE FROM matching_match m USING matching_knownhash k WHERE m.report_id = ANY (%s) AND k.id = m.known_id AND NOT EXISTS (
    SELECT FROM matching_filehash f WHERE f.file_id = m.file_id AND (f.value_id = k.value_id OR EXISTS (
        SELECT FROM matching_nearvalue n
        WHERE n.low_id = least(f.value_id, k.value_id) AND n.high_id = greatest(f.value_id, k.value_id))))
"""


@dataclass(frozen=True, slots=True)
class StatedHash:
    """A hash of a file, or the fault for which there is none; `stated` is the provider's word."""

    hash: Hash | Fault
    stated: bool
    algorithm: str = ""


def hashes_of(
    uploaded: bool, computed: dict[str, str], pdq: str, stated: Sequence[Sequence[str]]
) -> Iterator[StatedHash]:
    """The hashes of a file, those computed here first.

    Parameters
    ----------
    uploaded
        whether the file was here; else `computed`, which is MD5, SHA-1 and SHA-256, is the provider's word too.
    stated
        pairs of algorithm and hash.
    """
    for name, text in computed.items():
        if text:
            yield StatedHash(normal(name, text), not uploaded, name)
    if pdq:
        yield StatedHash(normal(PDQ, pdq), stated=True, algorithm=PDQ)
    pdqs = 0
    for pair in stated[:MOST_STATED]:
        name, text = str(pair[0]), str(pair[1])
        found = normal(name, text)
        pdqs += isinstance(found, Hash) and found.algorithm == PDQ
        if pdqs <= MOST_PDQ or not isinstance(found, Hash) or found.algorithm != PDQ:
            yield StatedHash(found, stated=True, algorithm=name[:40])


def process(batch: Batch) -> None:
    """Write which hashes the files have, which values are near them, and which lists know them."""
    say_a_batch_is_matched()
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [list(batch.report_ids)])
        found = _hashes(cursor.fetchall())
        values = sorted({one for _, _, one in found}, key=lambda one: (one.value, one.algorithm))
        given: dict[str, Any] = {
            "at": batch.at,
            "reports": list(batch.report_ids),
            "algorithms": [one.algorithm for one in values],
            "values": [one.value for one in values],
            "faults": [one.fault or "" for one in values],
        }
        cursor.execute(_NEW_VALUES, given)
        cursor.execute(_IDS, given)
        rows = {values[place - 1]: (number, fault, known) for place, number, fault, known in cursor.fetchall()}
        given |= {
            "files": [file for file, _, _ in found],
            "of": [report for _, report, _ in found],
            "ids": [rows[one][0] for _, _, one in found],
            "stated": list(found.values()),
        }
        cursor.execute(_HASHES, given)
    # a value that another report's file has was compared when that came, or is about to be
    fresh = [
        (one, number)
        for one, (number, fault, known) in rows.items()
        if one.algorithm == PDQ and not fault and not known
    ]
    _near_and_known(batch, fresh)


def _near_and_known(batch: Batch, fresh: Sequence[tuple[Hash, int]]) -> None:
    # every process knows the list of stages; only those that run it load numpy
    from tipline.pipeline.matching.near import OF_REPORTS, Value, keep, pairs, write_matches

    keep(pairs([Value(number, one.value, in_files=True) for one, number in fresh]))
    with connection.cursor() as cursor:
        cursor.execute(_UNFOUNDED, [list(batch.report_ids)])
    write_matches(OF_REPORTS, batch.report_ids, batch.at)


def _hashes(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[int, int, Hash], bool]:
    """(file, report, hash) → whether it is only stated."""
    found: dict[tuple[int, int, Hash], bool] = {}
    for file, report, uploaded, md5, sha1, sha256, pdq, stated in rows:
        for one in hashes_of(uploaded, {"md5": md5, "sha1": sha1, "sha256": sha256}, pdq, json.loads(stated)):
            if isinstance(one.hash, Hash):
                key = (file, report, one.hash)
                found[key] = found.get(key, True) and one.stated
    return found


STAGE = Stage("matching", VERSION, process)
