"""Answering again with today's sources and model: in batches, each a short transaction of its own, so that no desk waits for it.

It walks reports by their number and takes what nobody else holds at that moment. What another worker holds is on its way through the
pipeline, which answers with the same sources. Where a run was stopped, the next one goes on (`Recomputation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.pipeline.attribution.answering import answer_reports
from tipline.pipeline.attribution.models import Recomputation

BATCH_SIZE = 100
# A lock that is not there at once is somebody's at work.
_LOCK_TIMEOUT = "250ms"

Changed = Callable[[Sequence[int], datetime], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `busy` reports were held by others, and are the pipeline's."""

    last_report: int
    reports: int
    changed: int
    busy: int
    ended: bool


def recompute(since: datetime | None, changed: Changed, batch_size: int = BATCH_SIZE) -> Iterator[Progress]:
    """Answer again for every processed report, or those received since; one progress after each batch, which is committed then.

    Parameters
    ----------
    changed
        called in each batch's transaction with the reports whose place, or whose abstaining, is another now.
    """
    run, _ = Recomputation.objects.get_or_create(since=since, ended_at=None, defaults={"started_at": now()})
    while True:
        progress = _batch(run.pk, changed, batch_size)
        yield progress
        if progress.ended:
            return


def recompute_some(report_ids: Sequence[int], changed: Changed, batch_size: int = BATCH_SIZE) -> Iterator[Progress]:
    """The same for reports that are named; not resumed."""
    done = differing = busy = 0
    ids = sorted(set(report_ids))
    for start in range(0, len(ids), batch_size):
        part = ids[start : start + batch_size]
        with transaction.atomic():
            mine = _claim(part)
            differing += len(_answer(mine, changed))
        done += len(mine)
        busy += len(part) - len(mine)
        yield Progress(part[-1], done, differing, busy, ended=start + batch_size >= len(ids))


@transaction.atomic
def _batch(run_id: int, changed: Changed, batch_size: int) -> Progress:
    # two that run at once take turns, batch by batch
    run = Recomputation.objects.select_for_update().get(pk=run_id)
    due = [] if run.ended_at else _due(run, batch_size)
    mine = _claim(due)
    run.changed += len(_answer(mine, changed))
    run.reports += len(mine)
    run.busy += len(due) - len(mine)
    if due:
        run.last_report = due[-1]
    elif run.ended_at is None:
        run.ended_at = now()
    run.save(update_fields=["last_report", "reports", "changed", "busy", "ended_at"])
    return Progress(run.last_report, run.reports, run.changed, run.busy, run.ended_at is not None)


def _due(run: Recomputation, batch_size: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM reports_report WHERE id > %s AND processing = 'done' AND destroyed_at IS NULL"
            " AND (%s::timestamptz IS NULL OR received_at >= %s) ORDER BY id LIMIT %s",
            [run.last_report, run.since, run.since, batch_size],
        )
        return [row[0] for row in cursor.fetchall()]


def _claim(report_ids: Sequence[int]) -> list[int]:
    """Those of them that nobody else holds and that are still at rest. The lock is the weakest that keeps the pipeline off."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        cursor.execute(
            "SELECT id FROM reports_report WHERE id = ANY (%s) AND processing = 'done' AND destroyed_at IS NULL"
            " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            [list(report_ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def _answer(report_ids: Sequence[int], changed: Changed) -> list[int]:
    if not report_ids:
        return []
    at = now()
    differing = answer_reports(report_ids, at)
    if differing:
        changed(differing, at)
    return differing
