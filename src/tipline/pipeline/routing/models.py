"""To which desk, how sure and why, or why not."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import Report
from tipline.trust.agencies.models import Agency


class Decision(models.Model):
    """What routing decided about a report. One that abstained waits for a person at the receiving desk."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="routing")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.JSONField(default=list, db_comment="agency codes, receiving desk first")
    confidence = models.FloatField()
    abstained = models.BooleanField()
    reasons = models.JSONField(db_comment="[{rule, text}, ...]")
    guesses = models.JSONField(default=list, db_comment="[{agency, place, share}, ...] when it abstained")
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(abstained=True, agency__isnull=True) | Q(abstained=False, agency__isnull=False),
                name="decision_names_a_desk_or_abstains",
            ),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="decision_confidence_range"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], condition=Q(abstained=True), name="decision_needs_person"),
        ]

    def __str__(self) -> str:
        return f"routing of report {self.report_id}"
