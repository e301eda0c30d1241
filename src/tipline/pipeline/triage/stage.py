"""The stage: facts of a batch, computed set-wise, into three explained scores each, and the urgent lane."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from tipline.pipeline.stage import Batch, Stage
from tipline.pipeline.triage.facts import facts_of
from tipline.pipeline.triage.in_force import in_force
from tipline.pipeline.triage.rules import PersonsWord, Result, ScoreName, urgent

VERSION = "3"

_WORDS = "SELECT report_id, id, raised, floors FROM triage_prioritymark WHERE report_id = ANY(%s) AND ended_at IS NULL"
# Software puts on the lane and never takes off; where a person's word stands, that counts.
_LANE = """
INSERT INTO triage_lane AS l (report_id, urgent, floors, at)
SELECT n.report_id, n.urgent, ARRAY(SELECT jsonb_array_elements_text(n.floors)), %s
FROM unnest(%s::bigint[], %s::boolean[], %s::jsonb[]) AS n(report_id, urgent, floors)
ON CONFLICT (report_id) DO UPDATE SET urgent = EXCLUDED.urgent, floors = EXCLUDED.floors, at = EXCLUDED.at
WHERE (l.urgent, l.floors) IS DISTINCT FROM (EXCLUDED.urgent, EXCLUDED.floors)
"""


# As one text: arrays of texts full of quotation marks take five times as long to be written.
_SCORES = """
INSERT INTO triage_score (report_id, kind, score, reasons, jurisdictions, rules_version, at)
SELECT n.report_id, n.kind, n.score, n.reasons, n.jurisdictions, %s, %s
FROM json_to_recordset(%s) AS n(report_id bigint, kind text, score smallint, reasons jsonb, jurisdictions jsonb)
ON CONFLICT (report_id, kind) DO UPDATE SET score = EXCLUDED.score, reasons = EXCLUDED.reasons, jurisdictions = EXCLUDED.jurisdictions,
    rules_version = EXCLUDED.rules_version, at = EXCLUDED.at
"""


def words_of(report_ids: Sequence[int]) -> dict[int, PersonsWord]:
    """What people said of the priority of reports, as far as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [list(report_ids)])
        return {
            report_id: PersonsWord(mark, raised, frozenset(floors))
            for report_id, mark, raised, floors in cursor.fetchall()
        }


def process(batch: Batch) -> None:
    """Score every report of the batch."""
    rules = in_force()
    said = words_of(batch.report_ids)
    scored: dict[int, Mapping[ScoreName, Result]] = {
        report_id: rules.rules.score(known.facts, known.countries, said.get(report_id), version=rules.version)
        for report_id, known in sorted(facts_of(batch.report_ids, batch.at).items())
    }
    _write(scored, rules.version, batch.at)
    _write_lane({i: one["priority"] for i, one in scored.items()}, said, batch.at)


def _write(scored: Mapping[int, Mapping[ScoreName, Result]], version: str, at: datetime) -> None:
    rows = [
        {
            "report_id": report_id, "kind": kind, "score": result.score,
            "reasons": [reason.as_json() for reason in result.reasons], "jurisdictions": result.jurisdictions,
        }
        for report_id, one in scored.items()
        for kind, result in one.items()
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SCORES, [version, at, json.dumps(rows, ensure_ascii=False)])


def _write_lane(found: Mapping[int, Result], said: Mapping[int, PersonsWord], at: datetime) -> None:
    """Reports with a floor or a person's word; of the others nothing changes, and who was on the lane stays there."""
    named = [report_id for report_id, one in found.items() if one.floors or report_id in said]
    if not named:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _LANE,
            [
                at, named, [urgent(found[i], said.get(i)) for i in named],
                [json.dumps(sorted(found[i].floors)) for i in named],
            ],
        )  # fmt: skip


STAGE = Stage("triage", VERSION, process)
