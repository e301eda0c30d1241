"""What a match that came later does: reports that a list knows now, or no longer, are scored again.

Above the stages, like `run.py`: it alone knows that triage follows matching.
"""

from __future__ import annotations

from collections.abc import Sequence

from tipline.pipeline.matching.rematching import run_waiting
from tipline.pipeline.priority import retriage
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

# Of each of the two: reports that come meanwhile are not to wait for a large list.
SECONDS = 2.0
_BATCH = 200


def settle_and_rematch(seconds: float = SECONDS) -> bool:
    """Compare new values, then match history against lists that changed; whether nothing is left to do."""
    from tipline.pipeline.matching.settling import settle  # loads numpy

    return settle(raise_reports, seconds) and run_waiting(raise_reports, seconds)


def raise_reports(report_ids: Sequence[int]) -> None:
    """Score reports again, in the caller's transaction, which has locked them. Those that wait for the pipeline are scored by it."""
    ids = [one for start in range(0, len(report_ids), _BATCH) for one in retriage(report_ids[start : start + _BATCH])]
    record(system("matching"), [Act("report.matches_changed", "report", report_id) for report_id in ids])
