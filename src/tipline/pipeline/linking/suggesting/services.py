"""Looking for suggestions, and what people decide on them.

Looking is set-wise and can be run again: reports that the linking stage saw since are given keys, those that share a key with few
others are compared, and what Splink scores over the threshold becomes a row. Nothing is joined by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tipline.core.apart import said_by
from tipline.core.clock import now
from tipline.core.errors import TransientError
from tipline.core.sql import upsert
from tipline.pipeline.linking.models import Suggestion, SuggestionState
from tipline.pipeline.linking.suggesting.features import Likeness, closest, keys
from tipline.pipeline.linking.suggesting.model import MODEL, MODEL_VERSION, settings_of
from tipline.pipeline.linking.suggesting.reading import likenesses

BATCH = 500
MOST_PAIRS = 20_000  # of a batch
MOST_OF_A_REPORT = 50
MEMORY = "256MB"
TIMEOUT_SECONDS = 120.0
_SCORING = Path(__file__).with_name("scoring.py")
_LOCK = 0x7_1E_55_66  # one at a time, whoever asks
# Runs are numbered when they begin and seen when they commit: the look begins that many before the last one seen.
_SLACK = 20_000

_FRESH = """
WITH last AS (SELECT coalesce(max(stage_run), 0) - %(slack)s AS run FROM linking_compared)
SELECT x.report_id, x.report_version, x.run FROM (
    SELECT s.report_id, max(s.report_version) AS report_version, max(s.id) AS run
    FROM pipeline_stagerun s, last
    WHERE s.stage = 'linking' AND (s.id > last.run OR EXISTS (SELECT FROM linking_compared WHERE model_version <> %(model)s))
    GROUP BY s.report_id
) x
JOIN reports_report r ON r.id = x.report_id AND r.version = x.report_version AND r.state = 'finished' AND r.destroyed_at IS NULL
WHERE NOT EXISTS (
    SELECT FROM linking_compared c
    WHERE c.report_id = x.report_id AND c.report_version >= x.report_version AND c.model_version = %(model)s
)
ORDER BY x.run LIMIT %(most)s
"""
_KEYS = """
INSERT INTO linking_compared (report_id, report_version, model_version, keys, stage_run, at)
SELECT f.report, f.version, %s, ARRAY(SELECT jsonb_array_elements_text(f.keys)::bigint), f.run, %s
FROM jsonb_to_recordset(%s::jsonb) AS f(report bigint, version smallint, run bigint, keys jsonb)
ON CONFLICT (report_id) DO UPDATE SET report_version = EXCLUDED.report_version, model_version = EXCLUDED.model_version,
    keys = EXCLUDED.keys, stage_run = EXCLUDED.stage_run, at = EXCLUDED.at
"""
# A key that too many have says nothing. GIN cannot stop early; beyond its limit it answers with a part, which is enough to tell.
_PAIRS = """
WITH mine AS MATERIALIZED (
    SELECT c.report_id, k.key FROM linking_compared c, unnest(c.keys) AS k(key) WHERE c.report_id = ANY (%(reports)s::bigint[])
), met AS MATERIALIZED (
    SELECT a.key, f.report_id FROM (SELECT DISTINCT key FROM mine) a
    JOIN LATERAL (SELECT c.report_id FROM linking_compared c WHERE c.keys @> ARRAY[a.key] LIMIT %(block)s + 1) f ON true
), telling AS (
    SELECT key FROM met GROUP BY key HAVING count(*) BETWEEN 2 AND %(block)s
), pairs AS (
    SELECT mine.report_id AS mine, least(mine.report_id, met.report_id) AS low, greatest(mine.report_id, met.report_id) AS high,
           count(*) AS shared
    FROM mine JOIN telling USING (key) JOIN met USING (key) WHERE met.report_id <> mine.report_id GROUP BY 1, 2, 3
), nearest AS (
    SELECT low, high, max(shared) AS shared FROM (
        SELECT *, row_number() OVER (PARTITION BY mine ORDER BY shared DESC, low, high) AS place FROM pairs
    ) p WHERE place <= %(of_a_report)s GROUP BY low, high
)
SELECT low, high FROM nearest n
JOIN reports_report l ON l.id = n.low AND l.state = 'finished' AND l.destroyed_at IS NULL
JOIN reports_report h ON h.id = n.high AND h.state = 'finished' AND h.destroyed_at IS NULL
WHERE NOT EXISTS (
    SELECT FROM linking_member a JOIN linking_member b ON b.cluster_id = a.cluster_id WHERE a.report_id = n.low AND b.report_id = n.high
)
ORDER BY shared DESC, low, high LIMIT %(pairs)s
"""
# Joined meanwhile, or no longer there to be joined.
_GONE = """
UPDATE linking_suggestion s SET state = 'gone'
WHERE s.state = 'open' AND (
    EXISTS (SELECT FROM reports_report r WHERE r.id IN (s.low_id, s.high_id) AND (r.state <> 'finished' OR r.destroyed_at IS NOT NULL))
    OR EXISTS (SELECT FROM linking_member a JOIN linking_member b ON b.cluster_id = a.cluster_id
               WHERE a.report_id = s.low_id AND b.report_id = s.high_id)
    OR ((s.low_id = ANY (%(reports)s::bigint[]) OR s.high_id = ANY (%(reports)s::bigint[])) AND NOT EXISTS (
        SELECT FROM unnest(%(low)s::bigint[], %(high)s::bigint[]) f(low, high) WHERE f.low = s.low_id AND f.high = s.high_id))
)
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look did: reports looked at, pairs compared, suggestions that opened, and that are gone."""

    reports: int = 0
    pairs: int = 0
    opened: int = 0
    gone: int = 0


@transaction.atomic
def look(most: int = BATCH) -> Looked:
    """Look for suggestions for reports that the linking stage saw since the last time; nothing while another one looks.

    Raises
    ------
    TransientError
        when scoring took more memory or time than it may: nothing is written, and the next look tries again.
    """
    at = now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not (cursor.fetchone() or (False,))[0]:
            return Looked()
        cursor.execute(_FRESH, {"slack": _SLACK, "model": MODEL_VERSION, "most": most})
        fresh = cursor.fetchall()
        reports = [row[0] for row in fresh]
        found = likenesses(reports)
        cursor.execute(_KEYS, [MODEL_VERSION, at, json.dumps([
            {"report": report_id, "version": version, "run": run, "keys": keys(found[report_id]) if report_id in found else []}
            for report_id, version, run in fresh
        ])])  # fmt: skip
        pairs = _pairs(cursor, reports)
        others = sorted({one for pair in pairs for one in pair} - set(found))
        found |= likenesses(others)
        pairs = [pair for pair in pairs if pair[0] in found and pair[1] in found]
        scored = score(found, pairs)
        opened = _write(scored, at)
        cursor.execute(
            _GONE, {"reports": reports, "low": [one.low for one in scored], "high": [one.high for one in scored]}
        )
        gone = cursor.rowcount
        _not_of_destroyed(cursor, sorted({*reports, *others}))
        return Looked(len(reports), len(pairs), opened, gone)


def _not_of_destroyed(cursor: Any, reports: Sequence[int]) -> None:
    """Nothing stays of a report that was destroyed meanwhile: whoever destroys marks it first, and waits here or is waited for."""
    cursor.execute("SELECT FROM reports_report WHERE id = ANY (%s) ORDER BY id FOR SHARE", [reports])
    for table, named in (("linking_compared", "t.report_id"), ("linking_suggestion", "t.low_id, t.high_id")):
        cursor.execute(
            f"DELETE FROM {table} t USING reports_report r WHERE r.id = ANY (%s) AND r.destroyed_at IS NOT NULL"  # noqa: S608 - names of ours
            f" AND r.id IN ({named})",
            [reports],
        )


def _pairs(cursor: Any, reports: Sequence[int]) -> list[tuple[int, int]]:
    if not reports:
        return []
    cursor.execute("SELECT set_config('gin_fuzzy_search_limit', %s, true)", [str(50 * MODEL.largest_block)])
    cursor.execute(
        _PAIRS,
        {"reports": list(reports), "block": MODEL.largest_block, "of_a_report": MOST_OF_A_REPORT, "pairs": MOST_PAIRS},
    )
    found = [(int(low), int(high)) for low, high in cursor.fetchall()]
    cursor.execute("SELECT set_config('gin_fuzzy_search_limit', '0', true)")
    return found


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair over the threshold: lower id first, probability 0 to 1, and by what."""

    low: int
    high: int
    probability: float
    comparisons: list[dict[str, Any]]


def score(
    found: Mapping[int, Likeness], pairs: Sequence[tuple[int, int]], threshold: float = MODEL.threshold
) -> list[Scored]:
    """The pairs at or over the threshold, scored in a process apart.

    Raises
    ------
    TransientError
        when that process was stopped at one of its limits.
    """
    if not pairs:
        return []
    involved = sorted({one for pair in pairs for one in pair})
    asked = {
        "settings": settings_of(MODEL), "memory": MEMORY, "threshold": threshold, "pairs": pairs,
        "rows": [[one, *(sorted(getattr(found[one], name)) for name in _FIELDS)] for one in involved],
    }  # fmt: skip
    scored: list[Scored] = []
    for said in said_by(_SCORING, [], json.dumps(asked).encode(), TIMEOUT_SECONDS):
        if isinstance(said, dict):
            return scored
        low, high, probability, levels = said
        scored.append(
            Scored(low, high, round(probability, 4), _explained(found[low], found[high], levels, probability))
        )
    raise TransientError("suggestions: scoring was stopped at its limit of memory or time, and nothing was written")


_FIELDS = ("nicks", "names", "numbers", "places")


def _explained(low: Likeness, high: Likeness, levels: Mapping[str, Any], probability: float) -> list[dict[str, Any]]:
    """Each field that both reports have, the heaviest first. Sentences quote nothing; identifiers are named by their ids."""
    said: list[dict[str, Any]] = []
    for comparison in MODEL.comparisons:
        gamma, weight = levels[comparison.field]
        if gamma < 0:
            continue
        level = comparison.levels[len(comparison.levels) - 1 - gamma]
        of_low, of_high = (
            closest(getattr(low, comparison.field), getattr(high, comparison.field)) if gamma else ([], [])
        )
        said.append(
            {
                "field": comparison.field, "level": level.id, "weight": weight,
                "sentence": level.sentence or f"{comparison.title} say nothing of one matter: nothing in them is alike",
                "low": of_low, "high": of_high,
            }
        )  # fmt: skip
    return sorted(said, key=lambda one: -one["weight"])


def evidence(comparisons: Sequence[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
    """What speaks for a suggestion: fields, levels and identifiers, whatever the weights are today."""
    return {
        (one["field"], one["level"], tuple(one.get("low", ())), tuple(one.get("high", ())))
        for one in comparisons
        if one["level"] != "other"
    }


def _write(scored: Sequence[Scored], at: Any) -> int:
    """Write what is new: what was refused comes back only with evidence that it did not have then, what was taken never."""
    pairs = {(one.low, one.high): one for one in scored}
    if not pairs:
        return 0
    stands: set[tuple[int, int]] = set()
    known = Suggestion.objects.filter(low__in=[one.low for one in scored], high__in=[one.high for one in scored])
    was_open = 0
    for old in known.select_for_update().order_by("pk"):
        new = pairs.get((old.low_id, old.high_id))
        if new is None:
            continue
        if old.state == SuggestionState.TAKEN or (
            old.state == SuggestionState.REFUSED and evidence(new.comparisons) <= evidence(old.comparisons)
        ):
            stands.add((old.low_id, old.high_id))
        elif old.state == SuggestionState.REFUSED:
            new.comparisons.append(
                {"field": "before", "level": "refused", "weight": 0.0, "low": [], "high": [],
                 "sentence": "Refused before; what is new since speaks for it"}
            )  # fmt: skip
        elif old.state == SuggestionState.OPEN:
            was_open += 1
    rows = [one for pair, one in pairs.items() if pair not in stands]
    upsert(
        "linking_suggestion",
        {
            "low_id": ("bigint", [one.low for one in rows]),
            "high_id": ("bigint", [one.high for one in rows]),
            "probability": ("double precision", [one.probability for one in rows]),
            "comparisons": ("jsonb", [json.dumps(one.comparisons) for one in rows]),
            "model_version": ("text", [MODEL_VERSION] * len(rows)),
            "at": ("timestamptz", [at] * len(rows)),
            "state": ("text", [SuggestionState.OPEN.value] * len(rows)),
            "why": ("text", [""] * len(rows)),
        },
        key=["low_id", "high_id"],
        update=["probability", "comparisons", "model_version", "at", "state", "why"],
    )
    return len(rows) - was_open
