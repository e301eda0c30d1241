"""Reading links: what hangs together with a report."""

from __future__ import annotations

from django.db import connection

from tipline.trust.visibility import Scope

MOST_TOGETHER = 200

# Only over reports in scope: what two of them share with a third that is not, joins nobody.
_TOGETHER = """
WITH RECURSIVE reached(id) AS (
    SELECT %(report)s::bigint
    UNION
    SELECT far.id FROM reached
    JOIN LATERAL (
        SELECT other_id AS id FROM linking_link WHERE report_id = reached.id
        UNION
        SELECT report_id FROM linking_link WHERE other_id = reached.id
    ) far ON true
    WHERE %(everything)s OR EXISTS (
        SELECT FROM reports_holding h WHERE h.report_id = far.id AND h.agency_id = ANY(%(agencies)s)
    )
)
SELECT id FROM reached LIMIT %(most)s
"""


def together(scope: Scope, report_id: int, most: int = MOST_TOGETHER) -> tuple[list[int], bool]:
    """The reports that links lead to from one that is in scope, over others in scope, itself first; and whether there are more than `most`."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TOGETHER,
            {
                "report": report_id,
                "everything": scope.everything,
                "agencies": sorted(scope.agency_ids),
                "most": most + 1,
            },
        )
        found = [int(row[0]) for row in cursor.fetchall()]
    return found[:most], len(found) > most
