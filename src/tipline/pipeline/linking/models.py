"""Which reports share an identifier, and which one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.reports.models import Identifier, Report


class Link(models.Model):
    """Two reports share an identifier. Kept once, the lower id first."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links_up")
    other = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links_down")
    identifier = models.ForeignKey(Identifier, on_delete=models.PROTECT, related_name="links")
    weight = models.FloatField(db_comment="0 to 1: how much sharing this kind of identifier says")
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(report__lt=F("other")), name="link_lower_first"),
            models.UniqueConstraint(fields=["report", "other", "identifier"], name="link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} - {self.other_id}"
