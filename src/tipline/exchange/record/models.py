"""Tables of what came from another installation: what it is called there, and so everywhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tipline.referrals.models import Referral
from tipline.reports.models import Report


class ReportOrigin(models.Model):
    """Which report of which installation a report is that was handed over. The same report by two ways is one report."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="origin")
    uid = models.CharField(
        max_length=120, unique=True, db_comment="urn:tipline:INSTALLATION:report:NUMBER of where it was filed"
    )
    reporter = models.CharField(max_length=200, db_comment="the provider that filed it there, as the sender names it")
    channel = models.CharField(max_length=40, db_comment="by which door it came there")

    class Meta:
        db_table_comment = "Append-only: reports that came from another installation"

    def __str__(self) -> str:
        return self.uid


class HopOrigin(models.Model):
    """Which hop of which installation a hop is by which a report was handed over."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="origin")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    uid = models.CharField(
        max_length=120, unique=True, db_comment="urn:tipline:INSTALLATION:hop:NUMBER of where it was made"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["report"], name="hoporigin_report")]
        db_table_comment = "Append-only: hops by which reports came from another installation"

    def __str__(self) -> str:
        return self.uid
