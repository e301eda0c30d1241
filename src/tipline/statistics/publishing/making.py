"""Making the reports that are due: each period once, however many workers try and wherever one of them was killed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

import structlog
from django.db import IntegrityError, transaction

from tipline.core.clock import now, zone_of
from tipline.core.errors import TiplineError
from tipline.core.printing.pdf import to_pdf
from tipline.statistics.figures import Answer, Asked, Dimension
from tipline.statistics.files import fingerprint, name_of, to_csv
from tipline.statistics.models import Kept
from tipline.statistics.papers import report_of
from tipline.statistics.publishing.models import PublishedFile, Rhythm, Schedule, ScheduledReport
from tipline.statistics.publishing.periods import Period, ended
from tipline.statistics.queries import answers
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, acting

log = structlog.get_logger(__name__)
SOFTWARE = system("statistics")
PDF, CSV, JSON = "application/pdf", "text/csv; charset=utf-8", "application/json"


def make_due(at: datetime | None = None) -> int:
    """Make every report whose period is over and which is not there; how many were made. A period that was missed is made up for.

    Runs as the software, which sees every schedule. A schedule that fails is noted, and the others go on.
    """
    at, made = at or now(), 0
    have = set(ScheduledReport.objects.filter(schedule__ended_at__isnull=True).values_list("schedule_id", "first_day"))
    for schedule in Schedule.objects.filter(ended_at__isnull=True).select_related("agency").order_by("pk"):
        today = at.astimezone(zone_of(schedule.agency.timezone)).date()
        for period in ended(Rhythm(schedule.rhythm), schedule.first_day, today):
            if (schedule.pk, period.first) in have:
                continue
            try:
                made += make(schedule, period)
            except TiplineError as error:
                log.warning("a scheduled report was not made", schedule=schedule.pk, why=str(error))
                break  # its other periods would fail in the same way
    return made


def make(schedule: Schedule, period: Period) -> bool:
    """One report with all its files in one transaction; False when it is there already, or the facts are not that far yet."""
    agency = schedule.agency
    as_of = datetime.combine(period.after, time(), zone_of(agency.timezone))
    scope = Scope(count_agency_ids=frozenset({agency.pk}))
    with acting(scope):
        if not Kept.objects.filter(at__gte=as_of).exists():
            return False
        made = answers(scope, [_asked(schedule, one, period, as_of) for one in schedule.figures])
        try:
            with transaction.atomic():
                # whoever else makes it waits here for this transaction's end, and then finds it made
                report = ScheduledReport.objects.create(
                    schedule=schedule, agency=agency, first_day=period.first, after=period.after, made_at=now(),
                    fingerprint=fingerprint(made),
                )  # fmt: skip
        except IntegrityError:
            return False
        PublishedFile.objects.bulk_create(
            file_of(name, kind, body, agency_id=agency.pk, scheduled=report)
            for name, kind, body in _files(schedule, report, period, made, as_of)
        )
        told = {"schedule": schedule.pk, "first_day": period.first.isoformat(), "fingerprint": report.fingerprint}
        record(SOFTWARE, [Act("statistics.report_made", "figure_report", report.pk, told)])
    return True


def _asked(schedule: Schedule, one: dict[str, list[str]], period: Period, as_of: datetime) -> Asked:
    """A figure as the desk wants it. What is printed leaves the desk easily, so small numbers are always hidden."""
    since, until = period.months
    by = tuple(Dimension(dimension) for dimension in one["by"])
    return Asked(str(one["figure"]), schedule.agency.code, since, until, by, as_of=as_of, suppressed=True)


def _files(
    schedule: Schedule, report: ScheduledReport, period: Period, made: Sequence[Answer], as_of: datetime
) -> Iterable[tuple[str, str, bytes]]:
    begins = f"{schedule.agency.code}-{period.first.isoformat()}-{schedule.rhythm}"
    if schedule.pdf:
        paper = report_of(
            schedule.agency,
            made,
            first=period.first,
            last=period.after - timedelta(days=1),
            made_at=report.made_at,
            language=schedule.language,
            as_of=as_of,
        )
        yield f"figures-{begins}.pdf", PDF, to_pdf(paper)
    if schedule.csv:
        for one in made:
            yield f"{name_of(one)}-{begins}.csv", CSV, to_csv(one)


def file_of(name: str, media_type: str, body: bytes, **of: object) -> PublishedFile:
    """A file with its digest, not saved."""
    return PublishedFile(
        name=name, media_type=media_type, body=body, sha256=hashlib.sha256(body).hexdigest(), size_bytes=len(body), **of
    )
