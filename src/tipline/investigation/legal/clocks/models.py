"""Tables of clocks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class FileKind(models.TextChoices):
    """What an imported file holds."""

    CLOCKS = "clocks", "Clocks"
    HOLIDAYS = "holidays", "Holidays"


class RulesFile(models.Model):
    """A file of clocks or holidays that an installation imported. A newer one of its country takes its place; the old stays."""

    kind = models.CharField(max_length=10, choices=FileKind.choices)
    country = models.CharField(max_length=2, db_comment="ISO 3166-1 alpha-2")
    version = models.CharField(max_length=20, db_comment="as the file itself says")
    sha256 = models.CharField(max_length=64)
    body = models.JSONField(db_comment="the file, checked")
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=254)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "country"], condition=Q(active=True), name="rulesfile_one_active"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="rulesfile_kind_known"),
        ]
        db_table_comment = "Clocks and holidays of the installation's own"

    def __str__(self) -> str:
        return f"{self.kind} of {self.country} {self.version}"


class Clock(models.Model):
    """A clock that was started, with its definition as it stood then: rules that change later do not change it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="clocks", db_comment="whose it is")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="clocks")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="clocks")
    clock_id = models.CharField(max_length=40, db_comment="in the file of clocks")
    subject = models.CharField(max_length=60, default="", blank=True, db_comment="within the case, as request:12")
    definition = models.JSONField(db_comment="as it stood when the clock was started")
    file = models.CharField(max_length=200, db_comment="title and version of the file it stands in")
    started_at = models.DateTimeField(db_comment="from when it counts")
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, db_comment="since when it stands still; null: it runs")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=254, default="", blank=True, db_comment="the event, or the person")
    ended_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            # One that runs is not started again. Nulls are alike: a clock without a case is one too.
            models.UniqueConstraint(
                fields=["agency", "case", "report", "clock_id", "subject"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="clock_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="clock_ended_by_somebody",
            ),
            models.CheckConstraint(condition=Q(warn_at__lte=models.F("due_at")), name="clock_warns_before"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "due_at"], condition=Q(ended_at__isnull=True), name="clock_wall"),
            models.Index(fields=["case", "due_at"], name="clock_of_case"),
        ]

    def __str__(self) -> str:
        return f"clock {self.clock_id} of agency {self.agency_id}"


class Pause(models.Model):
    """That a clock stood still for a while, why, and who said so."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, db_comment="null: it stands still now")
    reason = models.CharField(max_length=300)
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resumed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock"], condition=Q(until__isnull=True), name="pause_one_at_a_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_reason"),
        ]

    def __str__(self) -> str:
        return f"pause of clock {self.clock_id}"
