"""Who was asked about, what was found, whom to call, and who was told that somebody asked."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class ContactPolicy(models.Model):
    """How an agency is named to others that have the same identifiers. No row: by its name and its letterhead."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="contact_policy")
    covert = models.BooleanField(db_comment="it is not named: whoever asks is sent to the desk above")
    call = models.CharField(max_length=300, default="", blank=True, db_comment="whom to call there, and how")
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField()

    class Meta:
        db_table_comment = "Whom to call at an agency, and whether it is named to others"

    def __str__(self) -> str:
        return f"contact of {self.agency_id}"


class Check(models.Model):
    """That a desk asked about the identifiers of reports that it holds."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    reports = ArrayField(models.BigIntegerField(), db_comment="numbers of the reports, in order")
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="contact_checks")
    identifiers = models.IntegerField(db_comment="how many were asked about")
    asked = models.JSONField(db_comment="[{source, as_of}, ...]: what was asked")
    not_checked = models.JSONField(db_comment="[{source, why}, ...]: what was not")
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    acknowledged_at = models.DateTimeField(
        null=True, db_comment="somebody read the contacts before the case was opened"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "-at"], name="check_of_desk"),
            models.Index(fields=["by", "-at"], name="check_of_person"),
        ]
        db_table_comment = "What desks asked before they opened cases"

    def __str__(self) -> str:
        return f"check {self.pk}"


class Share(models.TextChoices):
    """How many identifiers two desks have in common: a count would tell more than whom to call."""

    ONE = "one", "one identifier"
    FEW = "few", "two to five identifiers"
    MANY = "many", "more than five identifiers"


class Contact(models.Model):
    """A desk to call. For one that is not named it is the desk above it, and nothing here says so."""

    check_made = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="contacts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    share = models.CharField(max_length=4, choices=Share.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_made", "agency"], name="contact_once"),
            models.CheckConstraint(condition=Q(share__in=Share.values), name="contact_share_known"),
        ]
        db_table_comment = "Desks to call"

    def __str__(self) -> str:
        return f"contact of check {self.check_made_id}"


class Notice(models.Model):
    """That another desk asked about identifiers that this one has, too: the other side of a contact."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="told")
    desk = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="that asked"
    )
    share = models.CharField(max_length=4, choices=Share.choices)
    below = models.BooleanField(db_comment="told for a desk below that is not named to others")
    identifiers = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_comment="of those that the told agency has itself, the first; empty: below",
    )
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(share__in=Share.values), name="notice_share_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-at"], name="notice_of_desk")]
        db_table_comment = "Desks that were told that another one asked"

    def __str__(self) -> str:
        return f"notice {self.pk}"
