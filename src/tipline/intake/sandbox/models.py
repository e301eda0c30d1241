"""What the sandbox has to remember to answer as the record does: numbers, states, times and digests. Emptied daily."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import ReportState
from tipline.trust.accounts.models import Reporter

# Numbers of the sandbox: ten digits, where those of the record never get (100,000 reports a day take 54 years), and yet whole
# numbers of 32 bits, which every client can read. After the last one it begins anew: what had it is long gone.
FIRST_NUMBER = 2_000_000_000
LAST_NUMBER = 2**31 - 1


class SandboxReport(models.Model):
    """A report that a provider tried out. No word of it is kept."""

    reporter = models.ForeignKey(Reporter, on_delete=models.CASCADE, related_name="sandbox_reports")
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_comment="last call that changed it; an open report expires by it")
    document_sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField(db_comment="of the document")
    probable_repeat_of = models.BigIntegerField(null=True, db_comment="a number of this table; may be gone")
    idempotency_key = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="sandbox_report_state_known"),
            models.CheckConstraint(condition=Q(id__gte=FIRST_NUMBER), name="sandbox_report_numbers_apart"),
            models.UniqueConstraint(
                fields=["reporter", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="sandbox_report_key_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reporter", "document_sha256", "-received_at"], name="sandbox_report_repeats"),
            models.Index(fields=["changed_at"], name="sandbox_report_changed"),
        ]
        db_table_comment = "Reports that providers tried out: no content. Emptied daily"

    def __str__(self) -> str:
        return f"sandbox report {self.pk}"


class SandboxFile(models.Model):
    """A file that a provider tried out: hashed as it went by, and gone."""

    sandbox_report = models.ForeignKey(SandboxReport, on_delete=models.CASCADE, related_name="files")
    wire_id = models.CharField(max_length=32, unique=True, db_comment="fileId: 32 hex digits, the first eight are 0")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    details_sha256 = models.CharField(
        max_length=64, default="", blank=True, db_comment="of the newest fileDetails; empty: none came"
    )
    details_bytes = models.BigIntegerField(default=0, db_comment="of the newest fileDetails")

    class Meta:
        db_table_comment = "Files that providers tried out: digests alone. Emptied daily"

    def __str__(self) -> str:
        return f"sandbox file {self.wire_id}"
