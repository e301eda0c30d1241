"""Who is told what, and what waits to be told."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class Subscription(models.Model):
    """An address of an agency that is told of events. It reads the log from a place onward, so that nothing between is lost."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=60))
    secret = models.TextField(db_comment="encrypted with the key of secrets/accounts.key; it signs what is sent")
    old_secret = models.TextField(
        default="", db_default="", blank=True, db_comment="the one before, encrypted; it signs too until its end"
    )
    old_secret_until = models.DateTimeField(null=True)
    up_to = models.BigIntegerField(db_comment="index of the last leaf of the log that was looked at")
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, default="", blank=True)
    last_success_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True, db_comment="by the software, after failing too long")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(events__len__gt=0), name="subscription_of_something"),
        ]
        db_table_comment = "Webhooks: addresses that are told of events, without data of reports or cases"

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class Delivery(models.Model):
    """One event for one address: the outbox."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    leaf = models.BigIntegerField(null=True, db_comment="index of the log's leaf; null: a test")
    kind = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    at = models.DateTimeField(db_comment="when it happened")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True, db_comment="of the last answer; null: none came")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "leaf"], name="delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(delivered_at__isnull=True), name="delivery_due"),
            models.Index(fields=["subscription", "-id"], name="delivery_of_subscription"),
        ]
        db_table_comment = "Webhooks: what waits to be told, and what was told in the last month"

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @property
    def message_id(self) -> str:
        """What a receiver knows it by: the same however often it is told."""
        return f"test_{self.pk}" if self.leaf is None else f"evt_{self.leaf}"
