"""Tables of the public form. None has a column for an address, a browser or a place somebody came from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import Report
from tipline.trust.accounts.models import User


class Told(models.TextChoices):
    """What whoever comes back with their code is told of the report, and nothing else. A person of the desk decides it."""

    RECEIVED = "received", "Received"
    LOOKED_AT = "looked_at", "Being looked at"
    CLOSED = "closed", "Closed"


class PublicReport(models.Model):
    """What a report by the public form has beside the record: its language, and the hash of its code."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="public")
    language = models.CharField(max_length=8, db_comment="of the form that was filled in: en, hi, mr")
    code_hash = models.CharField(
        max_length=64, unique=True, db_comment="keyed hash of the receipt code; the code itself is nowhere"
    )
    told = models.CharField(max_length=10, choices=Told.choices, default=Told.RECEIVED)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(told__in=Told.values), name="public_told_known"),
            models.CheckConstraint(condition=Q(code_hash__regex="^[0-9a-f]{64}$"), name="public_code_hash_shape"),
        ]
        db_table_comment = "Reports that came by the public form"

    def __str__(self) -> str:
        return f"public report {self.report_id}"


class PublicContact(models.Model):
    """How to reach whoever reported, if they said so. In no document; gone when they, or a destruction, delete it."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="public_contact")
    name = models.CharField(max_length=200, default="", blank=True)
    phone = models.CharField(max_length=200, default="", blank=True, db_comment="as written")
    email = models.CharField(max_length=320, default="", blank=True, db_comment="as written")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="", phone="", email=""), name="public_contact_says_something"),
        ]
        db_table_comment = "Contact data that reporters gave of themselves; shown when asked for, and logged"

    def __str__(self) -> str:
        return f"contact of report {self.report_id}"


class Side(models.TextChoices):
    """Who wrote a message."""

    REPORTER = "reporter", "Whoever reported"
    DESK = "desk", "The desk"


class Message(models.Model):
    """Something that was added or asked after the report was sent."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="public_messages")
    side = models.CharField(max_length=10, choices=Side.choices)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, db_comment="when the other side had it on a page first")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(side=Side.REPORTER, author__isnull=True) | Q(side=Side.DESK, author__isnull=False),
                name="public_message_of_one_side",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "id"], name="public_message_of_report")]
        db_table_comment = "Messages between whoever reported and the desk"

    def __str__(self) -> str:
        return f"message {self.pk} of report {self.report_id}"
