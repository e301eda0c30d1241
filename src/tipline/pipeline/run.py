"""The list of stages, and the machinery that runs it: claim, run, bisect, quarantine.

A batch is one transaction: its reports are claimed by row locks, every stage writes its rows, referrals go out, and the
reports are marked done; then all of it commits or none. A crash leaves the reports waiting, exactly as they were.
See docs/explanation/pipeline.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from tipline.core.clock import now
from tipline.core.errors import TransientError
from tipline.core.faults import describe
from tipline.pipeline.attribution.stage import STAGE as ATTRIBUTION
from tipline.pipeline.extraction.stage import STAGE as EXTRACTION
from tipline.pipeline.linking.stage import STAGE as LINKING
from tipline.pipeline.matching.stage import STAGE as MATCHING
from tipline.pipeline.models import Quarantine
from tipline.pipeline.routing.stage import STAGE as ROUTING
from tipline.pipeline.stage import Batch, Stage
from tipline.pipeline.triage.stage import STAGE as TRIAGE
from tipline.reports.models import Processing, Report
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

log = structlog.get_logger(__name__)

STAGES: tuple[Stage, ...] = (EXTRACTION, ATTRIBUTION, MATCHING, LINKING, TRIAGE, ROUTING)
BATCH_SIZE = 200
TRANSIENT_TRIES = 5
REASON_LENGTH = 500
# Failures that say nothing about the reports: lost connections, deadlocks, full disks.
TRANSIENT = (OperationalError, InterfaceError, TransientError, MemoryError)


# The order is that of the index report_waiting: word for word, since a parameter in its place would not match.
_CLAIM = (
    "SELECT id FROM reports_report WHERE processing = 'waiting'"
    " ORDER BY (channel = 'bulk' AND NOT escalated), finished_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED"
)


class StageFailedError(Exception):
    """A stage could not process a batch; `stage` says which, the cause why."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.name)
        self.stage = stage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: reports processed, and reports put into quarantine."""

    done: int
    quarantined: int

    @property
    def total(self) -> int:
        """How many reports it took from the waiting ones."""
        return self.done + self.quarantined


def run_waiting(limit: int = BATCH_SIZE, stages: tuple[Stage, ...] = STAGES) -> Outcome:
    """Claim up to `limit` waiting reports that no other worker has, and take them through the stages.

    Raises
    ------
    OperationalError, InterfaceError, TransientError
        when the database or a file it needs stays away through several tries; the reports stay waiting.
    """
    try:
        with transaction.atomic():
            ids = _claim(limit)
            if ids:
                _through(ids, stages)
        return Outcome(len(ids), 0)
    except StageFailedError as failure:
        log.warning("batch failed", stage=failure.stage.name, reports=len(ids), error=type(failure.__cause__).__name__)
        return _bisect(ids, stages)


def _claim(limit: int) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [limit])
        return tuple(row[0] for row in cursor.fetchall())


def _bisect(ids: tuple[int, ...], stages: tuple[Stage, ...]) -> Outcome:
    """Run halves of a failed batch until each report that fails stands alone, and quarantine those."""
    done = quarantined = 0
    pending = [ids[: len(ids) // 2], ids[len(ids) // 2 :]] if len(ids) > 1 else [ids]
    while pending:
        part = pending.pop()
        if not part:
            continue
        try:
            done += _again(part, stages)
        except StageFailedError as failure:
            if len(part) == 1:
                _quarantine(part[0], failure)
                quarantined += 1
            else:
                pending += [part[: len(part) // 2], part[len(part) // 2 :]]
    return Outcome(done, quarantined)


def _again(ids: tuple[int, ...], stages: tuple[Stage, ...]) -> int:
    """Run a part of a batch in its own transaction; what another worker took meanwhile is its own business."""
    with transaction.atomic():
        mine = tuple(
            Report.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(id__in=ids, processing=Processing.WAITING)
            .order_by("id")
            .values_list("id", flat=True)
        )
        if mine:
            _through(mine, stages)
    return len(mine)


def _through(ids: tuple[int, ...], stages: tuple[Stage, ...]) -> None:
    """Run every stage on the batch and mark its reports done, in the caller's transaction."""
    batch = Batch(tuple(sorted(ids)), now())
    started = time.perf_counter()
    for stage in stages:
        try:
            stage.process(batch)
        except TRANSIENT:
            raise
        except Exception as error:  # whatever a poisonous report does, the others must go on
            raise StageFailedError(stage) from error
    _sign_off(batch, stages)
    log.info("batch done", reports=len(ids), seconds=round(time.perf_counter() - started, 3))


def _sign_off(batch: Batch, stages: tuple[Stage, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pipeline_stagerun (report_id, report_version, stage, stage_version, at)"
            " SELECT r.id, r.version, s.name, s.version, %s FROM reports_report r,"
            " unnest(%s::text[], %s::text[]) AS s(name, version) WHERE r.id = ANY(%s)"
            " ON CONFLICT (report_id, report_version, stage, stage_version) DO UPDATE SET at = EXCLUDED.at",
            [batch.at, [s.name for s in stages], [s.version for s in stages], list(batch.report_ids)],
        )
    Report.objects.filter(id__in=batch.report_ids).update(processing=Processing.DONE, processed_at=now())
    record(system("pipeline"), [Act("report.processed", "report", report_id) for report_id in batch.report_ids])


@transaction.atomic
def _quarantine(report_id: int, failure: StageFailedError) -> None:
    """Set one report aside with its reason, on the screen of a person who can look."""
    report = Report.objects.select_for_update(no_key=True).filter(pk=report_id, processing=Processing.WAITING).first()
    if report is None:
        return
    cause = failure.__cause__
    Quarantine.objects.create(
        report=report,
        report_version=report.version,
        stage=failure.stage.name,
        stage_version=failure.stage.version,
        error=type(cause).__name__[:100],
        reason=describe(cause)[:REASON_LENGTH],
        at=now(),
    )
    report.processing = Processing.QUARANTINED
    report.save(update_fields=["processing"])
    record(
        system("pipeline"),
        [
            Act(
                "report.quarantined",
                "report",
                report_id,
                {"stage": failure.stage.name, "error": type(cause).__name__},
            )
        ],
    )
    log.error("report quarantined", report=report_id, stage=failure.stage.name, error=type(cause).__name__)


@transaction.atomic
def release(report_id: int) -> bool:
    """Send a quarantined report through the stages again, after what broke it was mended. False when it is not there."""
    report = Report.objects.select_for_update().filter(pk=report_id, processing=Processing.QUARANTINED).first()
    if report is None:
        return False
    Quarantine.objects.filter(report=report, released_at__isnull=True).update(released_at=now())
    report.processing = Processing.WAITING
    report.save(update_fields=["processing"])
    record(system("cli"), [Act("report.released", "report", report_id)])
    return True


def run_patiently(limit: int = BATCH_SIZE) -> Outcome:
    """Run one batch; what fails in passing is tried again, a little later each time, before it is given up."""
    tries = 0
    while True:
        try:
            return run_waiting(limit)
        except TRANSIENT as error:
            tries += 1
            if tries == TRANSIENT_TRIES:
                raise
            log.warning("trying again", error=type(error).__name__, tries=tries)
            connection.close()
            time.sleep(0.1 * 2**tries)
