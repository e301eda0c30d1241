"""Answering again where addresses were, and deciding again where a report goes if that is another place now.

Above the stages, like `run.py`: it alone knows that routing follows attribution.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tipline.pipeline.attribution.recomputing import Progress, recompute, recompute_some
from tipline.pipeline.routing import reroute
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record


def again(since: datetime | None = None, report_ids: Sequence[int] | None = None) -> Iterator[Progress]:
    """Recompute all reports, those received since a time, or those named; one progress after each committed batch."""
    return recompute(since, _reroute) if report_ids is None else recompute_some(report_ids, _reroute)


def _reroute(report_ids: Sequence[int], at: datetime) -> None:
    """A new decision for reports that are elsewhere now. One that already left its receiving desk stays with who holds it."""
    reroute.queue(report_ids)
    record(system("geo"), [Act("report.whereabouts_changed", "report", report_id) for report_id in report_ids])
