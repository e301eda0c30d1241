"""The stage: the address sightings of a batch in, one attribution each out."""

from __future__ import annotations

import json

from django.db import connection

from tipline.core.sql import Columns, upsert
from tipline.pipeline.attribution.log_expiry import stage as log_expiry
from tipline.pipeline.attribution.places import answer
from tipline.pipeline.attribution.sources import ask
from tipline.pipeline.stage import Batch, Stage
from tipline.reports.models import Sighting

VERSION = "1"


def process(batch: Batch) -> None:
    """Attribute every readable address; one that cannot be read has no attribution and says so on the report."""
    sightings = list(
        Sighting.objects.filter(report_id__in=batch.report_ids, ip__isnull=False)
        .order_by("id")
        .values_list("id", "report_id", "ip", "possible_proxy")
    )
    told = ask(str(ip) for _, _, ip, _ in sightings)
    answers = [answer(str(ip), told.get(str(ip), ()), possible_proxy=proxy) for _, _, ip, proxy in sightings]
    columns: Columns = {
        "sighting_id": ("bigint", [row[0] for row in sightings]),
        "report_id": ("bigint", [row[1] for row in sightings]),
        "country": ("text", [a.country for a in answers]),
        "state": ("text", [a.state for a in answers]),
        "district": ("text", [a.district for a in answers]),
        "owner": ("text", [a.owner for a in answers]),
        "flags": ("jsonb", [json.dumps(a.flags) for a in answers]),
        "confidence": ("double precision", [a.confidence for a in answers]),
        "abstained": ("boolean", [a.abstained for a in answers]),
        "explanation": ("text", [a.explanation for a in answers]),
        "sources": ("jsonb", [json.dumps(a.sources) for a in answers]),
        "stage_version": ("text", [VERSION] * len(answers)),
        "at": ("timestamptz", [batch.at] * len(answers)),
    }
    upsert(
        "attribution_attribution",
        columns,
        key=("sighting_id",),
        update=[c for c in columns if c != "sighting_id"],
    )
    with connection.cursor() as cursor:  # an address that a newer reading no longer has
        cursor.execute(
            "DELETE FROM attribution_attribution a USING reports_sighting s"
            " WHERE a.sighting_id = s.id AND a.report_id = ANY(%s) AND s.ip IS NULL",
            [list(batch.report_ids)],
        )
    log_expiry.write(batch)


STAGE = Stage("attribution", VERSION, process)
