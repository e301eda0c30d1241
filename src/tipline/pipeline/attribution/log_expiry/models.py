"""Tables of the log-expiry clock."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import Report, Sighting
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class ProviderDirectory(models.Model):
    """A directory of networks that an installation imported. A newer one of the same country takes its place; the old stays."""

    country = models.CharField(max_length=2, db_comment="ISO 3166-1 alpha-2, or *")
    version = models.CharField(max_length=20, db_comment="as the file itself says")
    sha256 = models.CharField(max_length=64)
    body = models.JSONField(db_comment="the file, checked")
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=254)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country"], condition=Q(active=True), name="providerdirectory_one_active"),
            models.CheckConstraint(condition=Q(country__regex=r"^([A-Z]{2}|\*)$"), name="providerdirectory_country"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.version}"


class CountedBy(models.TextChoices):
    """Which time of a report a clock counts from."""

    USE = "use", "Time of use"
    INCIDENT = "incident", "Time of the incident"
    RECEIVED = "received", "Reception of the report"
    NONE = "none", "No clock"


class LogClock(models.Model):
    """When the log of one address sighting ends, and who holds it."""

    sighting = models.OneToOneField(Sighting, on_delete=models.CASCADE, related_name="log_clock")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="log_clocks", db_index=False)
    country = models.CharField(max_length=2, default="", blank=True, db_comment="whose rules were applied")
    holder_key = models.CharField(max_length=40, db_comment="in the directory; unknown: in none")
    holder_name = models.CharField(max_length=120)
    asn = models.BigIntegerField(null=True)
    counted_by = models.CharField(max_length=10, choices=CountedBy.choices)
    counted_from = models.DateTimeField(null=True)
    likely_gone_at = models.DateTimeField(null=True, db_comment="the earliest: by practice, where one is known")
    kept_until_by_rule_at = models.DateTimeField(null=True)
    last_possible_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=10, default="", blank=True, db_comment="what likely_gone_at rests on")
    explanation = models.TextField()
    directory_version = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(counted_by__in=CountedBy.values), name="logclock_counted_known"),
            models.CheckConstraint(
                condition=Q(basis__in=["", "practice", "rule", "licence"]), name="logclock_basis_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "likely_gone_at"], name="logclock_report")]
        db_table_comment = "Who holds the log of an address, and until when"

    def __str__(self) -> str:
        return f"log clock of sighting {self.sighting_id}"


class ReportClock(models.Model):
    """The clocks of one report in a row, for desks to sort by. Time passes: `raising.advance` moves it on."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="log_clock")
    next_likely_gone_at = models.DateTimeField(
        null=True, db_comment="the next log to go that is not preserved; when all are gone, the last that went"
    )
    holder_name = models.CharField(max_length=120, default="", blank=True, db_comment="of that log; empty: a child's")
    next_unasked_at = models.DateTimeField(
        null=True, db_comment="the next log to go of which nobody noted that preservation was asked"
    )
    all_gone_at = models.DateTimeField(null=True, db_comment="when the last of those not preserved is likely gone")
    all_gone_by_rule_at = models.DateTimeField(
        null=True, db_comment="when none of those not preserved has to be kept by a rule any more either"
    )
    sightings = models.IntegerField(db_comment="addresses with a clock")
    preserved = models.IntegerField(default=0, db_comment="of them, confirmed to be preserved")
    noted = models.IntegerField(default=0, db_comment="of them, with any note of a preservation")
    directory_version = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_likely_gone_at"], condition=Q(next_likely_gone_at__isnull=False), name="reportclock_next"
            ),
            models.Index(
                fields=["next_unasked_at"], condition=Q(next_unasked_at__isnull=False), name="reportclock_unasked"
            ),
            models.Index(
                fields=["all_gone_at", "next_likely_gone_at"],
                condition=Q(all_gone_at__isnull=False),
                name="reportclock_gone",
            ),
            models.Index(fields=["directory_version", "report"], name="reportclock_version"),
        ]
        db_table_comment = "The next log of each report to go"

    def __str__(self) -> str:
        return f"log clock of report {self.report_id}"


class PreservationKind(models.TextChoices):
    """What is known of a preservation."""

    ASKED = "asked", "Asked for"
    CONFIRMED = "confirmed", "Confirmed by the holder"
    REFUSED = "refused", "Refused, or the log is gone"


class PreservationNote(models.Model):
    """That somebody asked a holder to keep a log, or what it answered. Never changed; the letter itself is kept elsewhere."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="preservation_notes", db_index=False)
    sighting = models.ForeignKey(
        Sighting,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="preservation_notes",
        db_comment="no constraint: it outlives a report that is destroyed",
    )
    holder_name = models.CharField(max_length=120, db_comment="as it stood then")
    kind = models.CharField(max_length=10, choices=PreservationKind.choices)
    day = models.DateField(db_comment="day of the letter or of the answer, at the desk")
    reference = models.CharField(max_length=120, db_comment="of the letter or the answer; names nobody")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_comment="of the person, then")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=PreservationKind.values), name="preservation_kind_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "sighting"], name="preservation_of_report")]
        db_table_comment = "Append-only: logs that somebody asked to be kept"

    def __str__(self) -> str:
        return f"preservation {self.kind}, sighting {self.sighting_id}"


class ExpiryNotice(models.Model):
    """That a desk is told of a log that ends soon: once for a report, a desk and a threshold."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="expiry_notices", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="expiry_notices", db_index=False)
    threshold_days = models.SmallIntegerField()
    escalated_from = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        db_comment="the desk below that holds it and has not accepted it; null: the desk holds it itself",
    )  # fmt: skip
    holder_name = models.CharField(max_length=120, default="", blank=True)
    place = models.CharField(max_length=170, default="", blank=True, db_comment="of a child's address the state only")
    urgent = models.BooleanField(default=False)
    likely_gone_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, db_comment="accepted, preserved, sent on, or gone")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "agency", "threshold_days"], name="expirynotice_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="expirynotice_seen_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "likely_gone_at"], condition=Q(ended_at__isnull=True), name="expirynotice_desk"
            ),
        ]
        db_table_comment = "Logs that end soon, raised at desks"

    def __str__(self) -> str:
        return f"report {self.report_id} at agency {self.agency_id}, {self.threshold_days} days"
