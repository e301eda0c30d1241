"""A list changed: what is in it now is looked for among every file ever reported, and what no longer holds ends.

A run is asked for in the transaction that changes the list, and found by the next settling, which is done first: the new values are compared
then, and what is left is to join rows. It goes on by entries, each slice with its progress in one transaction, and where it was stopped.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.pipeline.matching.locks import settle_alone, wait_for_batches
from tipline.pipeline.matching.models import KnownHash, KnownList, MatchingRun, MatchingState

if TYPE_CHECKING:  # it loads numpy
    from tipline.pipeline.matching.settling import Raised

SLICE = 5_000

_END = """
UPDATE matching_match m SET ended_at = %(at)s FROM matching_knownhash k JOIN matching_knownlist l ON l.id = k.known_list_id
WHERE k.id = ANY (%(ids)s) AND m.known_id = k.id AND m.ended_at IS NULL AND (k.revoked_at IS NOT NULL OR l.ended_at IS NOT NULL)
RETURNING m.report_id
"""
_ENTRIES = "SELECT id FROM matching_knownhash WHERE known_list_id = %s AND id > %s ORDER BY id LIMIT %s"


@transaction.atomic
def rematch(known_list_id: int) -> MatchingRun:
    """Ask for a run, in the caller's transaction: it is done by a worker soon after that commits. One that is not done is replaced by it."""
    one = KnownList.objects.select_for_update(no_key=True).get(pk=known_list_id)
    at = now()
    MatchingRun.objects.filter(known_list=one, ended_at__isnull=True).update(state=MatchingState.REPLACED, ended_at=at)
    return MatchingRun.objects.create(
        known_list=one,
        revision=one.revision,
        entries_total=KnownHash.objects.filter(known_list=one).count(),
        asked_at=at,
    )


def run_waiting(raised: Raised, seconds: float) -> bool:
    """Go on with the runs that are asked for, the oldest first, for about so long; whether none is left.

    Parameters
    ----------
    raised
        as of `settling.settle`: called with the reports that have new matches or lost one.
    """
    end = time.monotonic() + seconds
    while (run := _next()) is not None:
        # a batch that began before the list was committed may not have seen it, and has not been seen
        wait_for_batches()
        while _slice(run, raised):
            if time.monotonic() > end:
                return False
        if _next() == run:  # another process is at it
            return False
    return True


def _next() -> int | None:
    return MatchingRun.objects.filter(ended_at__isnull=True).order_by("id").values_list("id", flat=True).first()


@transaction.atomic
def _slice(run_id: int, raised: Raised) -> bool:
    """The next entries; False when there are none, or somebody else settles."""
    from tipline.pipeline.matching.near import OF_ENTRIES
    from tipline.pipeline.matching.settling import matched

    if not settle_alone():
        return False
    run = MatchingRun.objects.select_for_update().filter(pk=run_id, ended_at__isnull=True).first()
    if run is None:
        return False
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [run.known_list_id, run.last_entry, SLICE])
        ids = [row[0] for row in cursor.fetchall()]
    run.started_at = run.started_at or at
    run.state = MatchingState.RUNNING
    if ids:
        ended = _ended(ids, at)
        written, reports = matched(OF_ENTRIES, ids, raised)
        if ended:
            raised(sorted(set(ended)))
        run.last_entry = ids[-1]
        run.entries_done += len(ids)
        run.found += written
        run.ended_matches += len(ended)
        run.reports += reports
    if len(ids) < SLICE:
        run.state, run.ended_at = MatchingState.DONE, at
    run.save()
    return True


def _ended(ids: list[int], at: datetime) -> list[int]:
    """End the matches of entries that were revoked, or whose list ended; their reports, which are locked first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT r.id FROM matching_match m JOIN matching_knownhash k ON k.id = m.known_id"
            " JOIN matching_knownlist l ON l.id = k.known_list_id JOIN reports_report r ON r.id = m.report_id"
            " WHERE k.id = ANY (%s) AND m.ended_at IS NULL AND (k.revoked_at IS NOT NULL OR l.ended_at IS NOT NULL)",
            [ids],
        )
        reports = sorted(row[0] for row in cursor.fetchall())
        if not reports:
            return []
        cursor.execute("SELECT id FROM reports_report WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [reports])
        cursor.execute(_END, {"ids": ids, "at": at})
        return [row[0] for row in cursor.fetchall()]
