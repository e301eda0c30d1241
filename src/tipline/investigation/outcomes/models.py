"""Tables of outcomes: what the desk that worked on it wrote, what the desks above see of it, and who was reminded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class Outcome(models.Model):
    """What came of a case, or of reports on the desk that became none. Added to, never changed; a wrong one is withdrawn and stays."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="outcomes", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, db_comment="id in data/outcomes.toml")
    edition = models.CharField(max_length=20, db_comment="version of that file then")
    number = models.PositiveIntegerField(null=True, db_comment="what the kind counts, of the whole case, in all so far")
    on = models.DateField(db_comment="when it happened, at the desk")
    text = models.CharField(max_length=1000, default="", blank=True, db_comment="for the desk itself only")
    for_senders = models.CharField(max_length=300, default="", blank=True, db_comment="meant for the desks above")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        db_comment="null: heard from another installation, which names nobody",
    )  # fmt: skip
    uid = models.CharField(
        max_length=120, default="", db_default="", blank=True,
        db_comment="urn:tipline:INSTALLATION:outcome:NUMBER of where it was written; empty: here",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False) & (Q(withdrawn_by__isnull=False) | ~Q(uid=""))),
                name="outcome_withdrawn_whole",
            ),
            models.CheckConstraint(
                condition=Q(uid="", recorded_by__isnull=False)
                | (~Q(uid="") & Q(recorded_by__isnull=True, case__isnull=True, text="")),
                name="outcome_written_or_heard",
            ),
            # whoever tells it speaks for itself: two that tell the same one are two
            models.UniqueConstraint(fields=["uid", "agency"], condition=~Q(uid=""), name="outcome_heard_once"),
            models.CheckConstraint(condition=Q(number__isnull=True) | Q(number__gte=1), name="outcome_number_counts"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "kind", "-id"], name="outcome_of_case"),
            models.Index(fields=["agency", "-id"], name="outcome_of_agency"),
        ]
        db_table_comment = "What became of cases and of reports on desks"

    def __str__(self) -> str:
        return f"outcome {self.pk}: {self.kind}"


class ReportOutcome(models.Model):
    """What every desk that held a report sees of an outcome: the word, the number, the day. No case, no person, no text of the desk."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="told")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="outcomes", db_index=False)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="whose word it is; of what was heard, who told it",
    )
    said_by = models.CharField(
        max_length=40,
        default="",
        db_default="",
        blank=True,
        db_comment="of what was heard: code of whose word it is, as told",
    )
    heard_at = models.DateTimeField(
        null=True, db_comment="when another installation told it; null: it was written here"
    )
    kind = models.CharField(max_length=40)
    number = models.PositiveIntegerField(null=True)
    on = models.DateField()
    for_senders = models.CharField(max_length=300, default="", blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "outcome"], name="reportoutcome_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["-recorded_at"], name="reportoutcome_newest")]
        db_table_comment = "Outcomes as the desks above see them, a row a report"

    def __str__(self) -> str:
        return f"report {self.report_id}: {self.kind}"


class Missing(models.TextChoices):
    """Of what an outcome is missing."""

    CASE_OPEN = "case_open", "A case that has been open for long"
    CASE_CLOSED = "case_closed", "A case that is closed"
    REPORT = "report", "A report that was accepted"


class Reminder(models.Model):
    """That a desk is reminded of an outcome that is missing. It ends by itself when there is one."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=15, choices=Missing.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="outcome_reminders")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="outcome_reminders")
    since = models.DateTimeField(db_comment="opened, closed or accepted")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Missing.values), name="outcomereminder_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="report", report__isnull=False)
                | (~Q(kind="report") & Q(case__isnull=False, report__isnull=True)),
                name="outcomereminder_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="outcomereminder_seen_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(ended_at__isnull=True, report__isnull=True),
                name="outcomereminder_case_once",
            ),
            models.UniqueConstraint(
                fields=["report"], condition=Q(ended_at__isnull=True), name="outcomereminder_report_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "raised_at"], condition=Q(ended_at__isnull=True), name="outcomereminder_desk"
            ),
        ]
        db_table_comment = "Outcomes that are missing, raised at desks"

    def __str__(self) -> str:
        return f"{self.kind}, case {self.case_id}, report {self.report_id}"
