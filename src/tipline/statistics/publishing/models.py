"""Tables of what goes out of the figures. None of them names a report, a person or an identifier."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class Rhythm(models.TextChoices):
    """How often a report is made."""

    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"


class Schedule(models.Model):
    """That a desk gets a report of its figures by itself. Ended, never deleted."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(db_comment='[{"figure": name, "by": [dimensions]}], in the order of the paper')
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices)
    language = models.CharField(max_length=2)
    pdf = models.BooleanField()
    csv = models.BooleanField()
    first_day = models.DateField(db_comment="periods that end before it are not made")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=254)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=254, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="schedule_rhythm_known"),
            models.CheckConstraint(condition=Q(language__in=["en", "hi", "mr"]), name="schedule_language_known"),
            models.CheckConstraint(condition=Q(pdf=True) | Q(csv=True), name="schedule_makes_something"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="schedule_ended_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency"], name="schedule_of_agency")]
        db_table_comment = "Reports of figures that desks get by themselves"

    def __str__(self) -> str:
        return f"schedule {self.pk}"


class ScheduledReport(models.Model):
    """One report of one period, with its files: made once, whoever tries."""

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="reports")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    after = models.DateField(db_comment="the first day that is not of the period")
    made_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64, db_comment="SHA-256 of what was asked and answered")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "first_day"], name="scheduled_report_once"),
            models.CheckConstraint(condition=Q(after__gt=F("first_day")), name="scheduled_report_of_a_time"),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-after"], name="scheduled_report_newest")]
        db_table_comment = "Reports of figures that were made by themselves"

    def __str__(self) -> str:
        return f"report of {self.first_day} by schedule {self.schedule_id}"


class Method(models.TextChoices):
    """How published numbers keep single children out of sight."""

    SUPPRESSED = "suppressed", "Small numbers hidden"
    NOISED = "noised", "Noise on every number (differential privacy)"


class State(models.TextChoices):
    """Where a transparency report stands."""

    PREPARED = "prepared", "Waits for a second person"
    RELEASED = "released", "Released"
    REFUSED = "refused", "Not released"


class Draw(models.Model):
    """Numbers with noise, drawn once for an agency and a time: asking again gives the same, or the noise could be averaged away.

    Times of one agency do not overlap (`services` holds a lock for it), so that each report is counted into one budget.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    epsilon = models.CharField(max_length=12, db_comment="the whole budget, as it was written")
    tables = models.JSONField(db_comment="numbers with their noise; the true ones are kept nowhere")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="draw_of_a_time"),
            models.UniqueConstraint(fields=["agency", "since", "until"], name="draw_once"),
        ]
        db_table_comment = "Numbers with noise, drawn once"

    def __str__(self) -> str:
        return f"draw {self.pk}"


class Transparency(models.Model):
    """A report for the public: prepared by one person, released by another, with every number that it publishes."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    method = models.CharField(max_length=10, choices=Method.choices)
    epsilon = models.CharField(max_length=12, default="", blank=True)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField(db_comment="what is published: tables and the text of the method")
    fingerprint = models.CharField(max_length=64, db_comment="SHA-256 of the content in RFC 8785 form")
    state = models.CharField(max_length=10, choices=State.choices)
    prepared_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=254)
    preparer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=254, default="", blank=True)
    decider = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=300, default="", blank=True, db_comment="why it was not released")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(method__in=Method.values), name="transparency_method_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="transparency_state_known"),
            models.CheckConstraint(
                condition=Q(method=Method.SUPPRESSED, draw__isnull=True, epsilon="")
                | (Q(method=Method.NOISED, draw__isnull=False) & ~Q(epsilon="")),
                name="transparency_says_its_budget",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RELEASED) | (Q(decider__isnull=False) & ~Q(decider=F("preparer"))),
                name="transparency_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | ~Q(reason=""), name="transparency_refused_with_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-since"], name="transparency_newest")]
        db_table_comment = "Reports for the public"

    def __str__(self) -> str:
        return f"transparency report {self.pk}"


class PublishedFile(models.Model):
    """A file as it was made, byte for byte: of a scheduled report, or of a released transparency report."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    scheduled = models.ForeignKey(ScheduledReport, on_delete=models.PROTECT, null=True, related_name="files")
    transparency = models.ForeignKey(Transparency, on_delete=models.PROTECT, null=True, related_name="files")
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scheduled__isnull=True, transparency__isnull=False)
                | Q(scheduled__isnull=False, transparency__isnull=True),
                name="published_file_of_one_thing",
            ),
            models.UniqueConstraint(fields=["scheduled", "name"], name="published_file_once_a_report"),
            models.UniqueConstraint(fields=["transparency", "name"], name="published_file_once_a_release"),
        ]
        db_table_comment = "Files of figures, as they were made"

    def __str__(self) -> str:
        return self.name
