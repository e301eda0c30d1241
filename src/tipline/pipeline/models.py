"""What the list of stages remembers about its own work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tipline.reports.models import Report


class StageRun(models.Model):
    """A stage, at a version, has seen a report at a version."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="stage_runs")
    report_version = models.SmallIntegerField()
    stage = models.CharField(max_length=20)
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "report_version", "stage", "stage_version"], name="stagerun_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.stage_version} of report {self.report_id}"


class Quarantine(models.Model):
    """A report on which a stage failed; the others went on. A person looks, mends, and releases it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="quarantines")
    report_version = models.SmallIntegerField()
    stage = models.CharField(max_length=20)
    stage_version = models.CharField(max_length=20)
    error = models.CharField(max_length=100, db_comment="class of the error")
    reason = models.TextField(db_comment="classes, codes and names of tables; never a text that may quote the report")
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at"], condition=models.Q(released_at__isnull=True), name="quarantine_open"),
        ]

    def __str__(self) -> str:
        return f"report {self.report_id} at {self.stage}"
