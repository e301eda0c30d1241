"""Tables of leads: what people said of the steps of the checklist."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class StepStanding(models.TextChoices):
    """What somebody says of a step."""

    OPEN = "open", "To be done"
    DONE = "done", "Done"
    NOT_NEEDED = "not_needed", "Not needed"


class StepMark(models.Model):
    """That somebody ticked a step of a lead at their desk, took the tick back, or said that it is not needed. The last one counts."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="whose checklist it is"
    )
    step = models.CharField(max_length=40, db_comment="its id in the checklist (leads/data/next_steps.toml)")
    checklist = models.CharField(max_length=20, db_comment="version of the checklist")
    standing = models.CharField(max_length=12, choices=StepStanding.choices)
    reason = models.CharField(max_length=300, default="", blank=True, db_comment="why it is not needed; names nobody")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(standing__in=StepStanding.values), name="stepmark_standing_known"),
            models.CheckConstraint(
                condition=~Q(standing=StepStanding.NOT_NEEDED) | ~Q(reason=""), name="stepmark_not_needed_has_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "agency", "step", "-id"], name="stepmark_of_report")]
        db_table_comment = "Append-only: what people said of the next steps of a report at their desk"

    def __str__(self) -> str:
        return f"step {self.step} of report {self.report_id}: {self.standing}"
