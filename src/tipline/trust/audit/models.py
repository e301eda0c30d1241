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


class Log(models.Model):
    """The one log of this database: what its checkpoints are headed with."""

    origin = models.CharField(max_length=100)
    one = models.BooleanField(default=True, unique=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(one=True), name="log_only_one")]

    def __str__(self) -> str:
        return self.origin


class Pending(models.Model):
    """An entry that is committed and has no place in the tree yet. Written with the entry, removed by the sequencer."""

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"entry {self.entry_id}"


class Leaf(models.Model):
    """An entry's place in the tree."""

    index = models.BigIntegerField(primary_key=True, db_comment="0, 1, 2, ... without a gap")
    entry_id = models.BigIntegerField(unique=True, db_comment="no foreign key: a leaf outlives what was deleted")
    hash = models.BinaryField(db_comment="SHA-256(0x00, canonical form)")

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Node(models.Model):
    """The hash of a complete subtree of 256 leaves, of 256 of those, and so on: what makes proofs cheap."""

    level = models.SmallIntegerField(db_comment="1: over 256 leaves, 2: over 65,536, ...")
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["level", "index"], name="node_once")]

    def __str__(self) -> str:
        return f"node {self.level}/{self.index}"


class StoredCheckpoint(models.Model):
    """A signed head of the tree."""

    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField(db_comment="C2SP checkpoint with its signature")
    key_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        db_table = "audit_checkpoint"
        constraints: ClassVar = [models.UniqueConstraint(fields=["size", "key_name"], name="checkpoint_once")]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Publication(models.Model):
    """That a checkpoint was taken by the witness."""

    checkpoint = models.OneToOneField(StoredCheckpoint, on_delete=models.PROTECT, primary_key=True)
    at = models.DateTimeField()
    witness = models.CharField(
        max_length=500, default="", db_comment="which; what a directory took has to be in it for ever"
    )

    def __str__(self) -> str:
        return f"published {self.checkpoint_id}"
