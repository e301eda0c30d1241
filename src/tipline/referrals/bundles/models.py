"""Bundles of a desk, what is in them and why, and what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class Bundle(models.Model):
    """Reports on one desk that are one matter, by a rule of data/bundles.toml or a person's word."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=20, db_comment="id of the rule; person: somebody made it")
    rules_version = models.CharField(max_length=20)
    key = models.CharField(
        max_length=140, db_comment="what its reports have in common, by rule; empty: a person says so"
    )
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, db_comment="the last decision: what came since is new")
    ended_at = models.DateTimeField(null=True, db_comment="taken apart by a person")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "rule", "key"],
                condition=Q(ended_at__isnull=True) & ~Q(key=""),
                name="bundle_one_of_a_key",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "-made_at"], condition=Q(ended_at__isnull=True), name="bundle_of_desk"),
        ]
        db_table_comment = "Bundles of reports on desks"

    def __str__(self) -> str:
        return f"bundle {self.pk}"


class BundleMember(models.Model):
    """That a report is in a bundle, and why. A report is in one bundle of a desk at a time."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="members")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=300, db_comment="the rule and its evidence, in a sentence")
    since = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "agency"], condition=Q(left_at__isnull=True), name="bundlemember_in_one"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "bundle"], name="bundlemember_of_report")]
        db_table_comment = "Reports in bundles, and why"

    def __str__(self) -> str:
        return f"report {self.report_id} in bundle {self.bundle_id}"


class BundleAct(models.TextChoices):
    """What is decided of a whole bundle."""

    FORWARD = "forward", "Forward"
    RETURN = "return", "Return"
    INFORMATIONAL = "informational", "Only informs"
    ACCEPT = "accept", "Accept into a case"


class BundleDecision(models.Model):
    """One decision on a bundle: with which members it was done, and which were left, and why."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="decisions")
    act = models.CharField(max_length=13, choices=BundleAct.choices)
    reason = models.CharField(max_length=20, default="", blank=True)
    note = models.TextField(default="", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    done = ArrayField(models.BigIntegerField(), db_comment="numbers of reports")
    proposed = ArrayField(models.BigIntegerField(), default=list, db_comment="they wait for a second person")
    left = models.JSONField(default=list, db_comment="[{report, why}, ...]")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(act__in=BundleAct.values), name="bundledecision_act_known"),
        ]
        db_table_comment = "What was decided of bundles"

    def __str__(self) -> str:
        return f"{self.act} of bundle {self.bundle_id}"
