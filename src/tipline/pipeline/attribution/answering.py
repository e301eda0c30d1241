"""Answers for batches of reports: one question to the sources, one verdict for each distinct combination, one write a table.

The stage and `geo recompute` share it. An answer that changes is kept as it was (`EarlierAnswer`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tipline.core.sql import Columns, upsert
from tipline.pipeline.attribution.fusion import Answer, Found, Sighted, Verdict, attribute, combine, fuse, model
from tipline.pipeline.attribution.fusion.answering import guesses_data, per_level
from tipline.pipeline.attribution.fusion.weighing import padded
from tipline.pipeline.attribution.hints import Material, materials
from tipline.pipeline.attribution.log_expiry import stage as log_expiry
from tipline.pipeline.attribution.sources import (
    address_text,
    ask,
    gps,
    postal_code,
    profile_location,
    reverse_dns,
    telephone,
    time_zone,
)
from tipline.pipeline.attribution.stage import VERSION
from tipline.pipeline.attribution.statements import Statement
from tipline.pipeline.stage import Batch
from tipline.reports.models import TRACED_ROLES, Sighting

POSSIBLE_PROXY, NO_TIME = "possible-proxy", "no-time"
_HINTS = (gps, telephone, postal_code, address_text, profile_location, reverse_dns, time_zone)
_PLACE = ("country", "state", "district", "confidence", "abstained")


@dataclass(frozen=True, slots=True)
class _Row:
    """A sighting of an address that can be read. `traced`: it says where the account reported is, and is no child's."""

    sighting: int
    report: int
    ip: str
    port: int | None
    at: datetime | None
    asked_at: datetime
    extra: tuple[str, ...]
    traced: bool


def answer_reports(report_ids: Sequence[int], at: datetime) -> list[int]:
    """Answer for every address and every report of a batch, and write what came of it. Inside the caller's transaction.

    Returns
    -------
    list of int
        the reports that had an answer before whose place, or whose abstaining, is another now.
    """
    rows = _rows(report_ids)
    answers = _answers(rows)
    whereabouts = _whereabouts(report_ids, rows, answers)
    ids = list(report_ids)
    _write("attribution_attribution", "sighting_id", "sources", _attribution_columns(rows, answers, at), ids, at)
    changed = _write("attribution_whereabouts", "report_id", "evidence", _whereabouts_columns(whereabouts, at), ids, at)
    with connection.cursor() as cursor:  # an address that a newer reading no longer has
        cursor.execute(
            "DELETE FROM attribution_attribution a USING reports_sighting s"
            " WHERE a.sighting_id = s.id AND a.report_id = ANY(%s) AND s.ip IS NULL",
            [ids],
        )
    log_expiry.write(Batch(tuple(ids), at))
    return changed


def _rows(report_ids: Sequence[int]) -> list[_Row]:
    found = (
        Sighting.objects.filter(report_id__in=report_ids, ip__isnull=False)
        .order_by("id")
        .values_list(
            "id", "report_id", "ip", "port", "at", "possible_proxy", "role", "child",
            "report__incident_at", "report__received_at",
        )
    )  # fmt: skip
    rows = []
    for sighting, report, ip, port, at, proxy, role, child, incident, received in found:
        extra = ((POSSIBLE_PROXY,) if proxy else ()) + (() if at else (NO_TIME,))
        traced = role in TRACED_ROLES and child is None
        rows.append(_Row(sighting, report, str(ip), port, at, at or incident or received, extra, traced))
    return rows


def _answers(rows: Sequence[_Row]) -> list[Answer]:
    """One answer a row. A combination of claims, month and marks is weighed once, however many addresses have it."""
    asked = ask([(row.ip, row.asked_at) for row in rows])
    by = model()
    verdicts: dict[tuple[int, int, tuple[str, ...]], Verdict] = {}
    answers = []
    for index, row in enumerate(rows):
        combo = int(asked.which[index])
        known = (combo, row.asked_at.toordinal() // by.ageing.step_days, row.extra)
        if known not in verdicts:
            verdicts[known] = fuse(asked.combos[combo], row.asked_at.date(), row.extra, by=by)
        answers.append(
            attribute(row.ip, row.at, row.port, asked.statements(index), row.extra, verdict=verdicts[known], by=by)
        )
    return answers


def hints_of(material: Material) -> list[Statement]:
    """Everything that a report says of a place beside its addresses."""
    return [statement for source in _HINTS for statement in source.read(material)]


def _whereabouts(report_ids: Sequence[int], rows: Sequence[_Row], answers: Sequence[Answer]) -> dict[int, Found]:
    sighted: dict[int, list[Sighted]] = defaultdict(list)
    for row, answer in zip(rows, answers, strict=True):
        if row.traced:
            sighted[row.report].append(Sighted(row.sighting, row.at, answer.verdict))
    by = model()
    return {
        report_id: combine(sighted[report_id], hints_of(material), by=by)
        for report_id, material in sorted(materials(report_ids).items())
    }


def _attribution_columns(rows: Sequence[_Row], answers: Sequence[Answer], at: datetime) -> Columns:
    verdicts = [a.verdict for a in answers]
    return {
        "sighting_id": ("bigint", [row.sighting for row in rows]),
        "report_id": ("bigint", [row.report for row in rows]),
        "country": ("text", [v.country for v in verdicts]),
        "state": ("text", [v.state[:80] for v in verdicts]),
        "district": ("text", [v.district[:80] for v in verdicts]),
        "level": ("text", [v.level for v in verdicts]),
        "owner": ("text", [a.owner[:200] for a in answers]),
        "asn": ("bigint", [a.asn for a in answers]),
        "flags": ("jsonb", [_json(v.flags) for v in verdicts]),
        "confidence": ("double precision", [v.confidence for v in verdicts]),
        "confidences": ("jsonb", [_json(per_level(v.confidences)) for v in verdicts]),
        "abstained": ("boolean", [v.abstained for v in verdicts]),
        "guesses": ("jsonb", [_json(guesses_data(v)) for v in verdicts]),
        "explanation": ("text", [a.explanation for a in answers]),
        "sources": ("jsonb", [_json(a.sources) for a in answers]),
        "model_version": ("text", [v.model_version for v in verdicts]),
        "stage_version": ("text", [VERSION] * len(rows)),
        "at": ("timestamptz", [at] * len(rows)),
    }


def _whereabouts_columns(found: dict[int, Found], at: datetime) -> Columns:
    every = list(found.values())
    names = [padded(f.names) for f in every]
    return {
        "report_id": ("bigint", list(found)),
        "country": ("text", [n[0] for n in names]),
        "state": ("text", [n[1][:80] for n in names]),
        "district": ("text", [n[2][:80] for n in names]),
        "level": ("text", [f.level for f in every]),
        "confidence": ("double precision", [f.confidence for f in every]),
        "confidences": ("jsonb", [_json(per_level(f.confidences)) for f in every]),
        "abstained": ("boolean", [f.abstained for f in every]),
        "rule": ("text", [f.rule for f in every]),
        "explanation": ("text", [f.explanation for f in every]),
        "guesses": (
            "jsonb",
            [_json([_guess(g.country, g.state, g.district, g.share) for g in f.guesses]) for f in every],
        ),
        "stretches": ("jsonb", [_json(_stretches(f)) for f in every]),
        "evidence": ("jsonb", [_json(f.evidence) for f in every]),
        "model_version": ("text", [f.model_version for f in every]),
        "stage_version": ("text", [VERSION] * len(every)),
        "at": ("timestamptz", [at] * len(every)),
    }


def _guess(country: str, state: str, district: str, share: float) -> dict[str, object]:
    return {"country": country, "state": state, "district": district, "share": share}


def _stretches(found: Found) -> list[dict[str, object]]:
    return [
        {
            "place": list(s.names), "from": s.first.isoformat() if s.first else None, "until": s.until.isoformat() if s.until else None,
            "sightings": s.sightings, "confidences": per_level(s.confidences),
        }
        for s in found.stretches
    ]  # fmt: skip


def _write(table: str, key: str, evidence: str, columns: Columns, ids: list[int], at: datetime) -> list[int]:
    """Write a table: what says another place now, or abstains otherwise, is kept as it was, and what is the same is not written.

    So a run over a hundred million sightings reads them and writes those that changed. Returns the reports whose rows were kept.
    """
    whole = "t.sighting_id" if key == "sighting_id" else "NULL"
    names = (key, *_PLACE, "explanation", "model_version", "stage_version", evidence)
    given = f"unnest({', '.join(f'%s::{columns[name][0]}[]' for name in names)}) AS n({', '.join(names)})"
    values = [list(columns[name][1]) for name in names]
    differs = " OR ".join(f"t.{name} IS DISTINCT FROM n.{name}" for name in _PLACE)
    equal = " AND ".join(f"t.{name} = n.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO attribution_earlieranswer (report_id, sighting_id, answer, answered_at, replaced_at)"  # noqa: S608 - names from code only
            f" SELECT t.report_id, {whole}, to_jsonb(t), t.at, %s FROM {table} t JOIN {given} ON n.{key} = t.{key}"
            f" WHERE t.report_id = ANY (%s) AND ({differs}) RETURNING report_id",
            [at, *values, ids],
        )
        changed = sorted({row[0] for row in cursor.fetchall()})
        cursor.execute(f"SELECT t.{key} FROM {table} t JOIN {given} ON {equal}", values)  # noqa: S608 - names from code only
        same = {row[0] for row in cursor.fetchall()}
    new = [place for place, one in enumerate(columns[key][1]) if one not in same]
    written = {name: (kind, [found[place] for place in new]) for name, (kind, found) in columns.items()}
    upsert(table, written, key=(key,), update=[name for name in columns if name != key])
    return changed


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
