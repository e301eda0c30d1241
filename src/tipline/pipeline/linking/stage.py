"""The stage: pairs of reports that share an identifier, with the identifier as the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from django.db import connection
from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.pipeline.stage import Batch, Stage
from tipline.reports.models import IdentifierKind

VERSION = "1"


class Weights(Strict):
    """Weights by kind of identifier (0 to 1), and the number of reports above which an identifier is too common."""

    about: About
    too_common: Annotated[int, Field(ge=2)]
    weights: dict[IdentifierKind, Annotated[float, Field(ge=0, le=1)]]

    @model_validator(mode="after")
    def _complete(self) -> Weights:
        if set(self.weights) != set(IdentifierKind):
            raise ValueError("every kind of identifier needs a weight")
        if self.weights[IdentifierKind.IP]:
            raise ValueError("an IP address alone never links (domain need 19)")
        return self


# Read when the code is loaded: a wrong file stops the start, and no report pays for it.
WEIGHTS = load_toml(Path(__file__).parent / "data" / "weights.toml", Weights)


# Only identifiers of the people reported and their accounts count: the reporting side's own address is in all its reports.
_SQL = """
WITH mine AS (
    SELECT DISTINCT s.identifier_id FROM reports_sighting s
    JOIN reports_identifier i ON i.id = s.identifier_id
    JOIN unnest(%(kinds)s::text[]) k(kind) ON k.kind = i.kind
    WHERE s.report_id = ANY(%(reports)s) AND s.role IN ('reported', 'recipient', 'associated', 'incident', 'file')
), seen AS (
    SELECT DISTINCT s.identifier_id, s.report_id FROM mine
    JOIN LATERAL (
        SELECT DISTINCT s.identifier_id, s.report_id FROM reports_sighting s
        WHERE s.identifier_id = mine.identifier_id
          AND s.role IN ('reported', 'recipient', 'associated', 'incident', 'file')
        LIMIT %(too_common)s + 1
    ) s ON true
), telling AS (
    SELECT identifier_id FROM seen GROUP BY identifier_id HAVING count(*) BETWEEN 2 AND %(too_common)s
), fresh AS (
    SELECT a.report_id AS low, b.report_id AS high, a.identifier_id
    FROM telling JOIN seen a USING (identifier_id) JOIN seen b USING (identifier_id)
    WHERE a.report_id < b.report_id AND (a.report_id = ANY(%(reports)s) OR b.report_id = ANY(%(reports)s))
)
INSERT INTO linking_link (report_id, other_id, identifier_id, weight, stage_version, at)
SELECT low, high, identifier_id, w.weight, %(version)s, %(at)s
FROM fresh JOIN reports_identifier i ON i.id = identifier_id
JOIN unnest(%(kinds)s::text[], %(weights)s::double precision[]) w(kind, weight) ON w.kind = i.kind
ORDER BY low, high, identifier_id
ON CONFLICT (report_id, other_id, identifier_id) DO UPDATE
SET weight = EXCLUDED.weight, stage_version = EXCLUDED.stage_version
"""


def process(batch: Batch) -> None:
    """Link the reports of the batch with each other and with all earlier ones."""
    telling = {kind.value: weight for kind, weight in WEIGHTS.weights.items() if weight > 0}
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "reports": list(batch.report_ids),
                "kinds": list(telling),
                "weights": list(telling.values()),
                "too_common": WEIGHTS.too_common,
                "version": VERSION,
                "at": batch.at,
            },
        )


STAGE = Stage("linking", VERSION, process)
