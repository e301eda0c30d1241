"""The log's table. The application's role may insert and read, never change or delete."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.trust.actors import ActorKind


class Entry(models.Model):
    """One thing that was done."""

    at = models.DateTimeField(db_comment="UTC, of the writer's clock")
    actor_kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.BigIntegerField(null=True, db_comment="within its kind; null for the software itself")
    actor_label = models.CharField(max_length=254)
    agency_id = models.BigIntegerField(
        null=True, db_comment="the agency acted for; no foreign key: the log outlives it"
    )
    action = models.CharField(max_length=60, db_comment="room.verb, e.g. referral.accepted")
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    detail = models.JSONField(default=dict, db_comment="ids, codes and counts; never reported text")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(actor_kind__in=[k.value for k in ActorKind]), name="entry_actor_known"),
            models.CheckConstraint(condition=Q(action__regex=r"^[a-z_]+\.[a-z_]+$"), name="entry_action_shape"),
        ]
        indexes: ClassVar = [models.Index(fields=["object_type", "object_id", "id"], name="entry_of_object")]
        db_table_comment = "Append-only: what was done, by whom, to what"

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
