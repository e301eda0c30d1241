"""How lists were brought in: each import with what was wrong in it, what a list holds by kind, and where it is fetched from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class ImportState(models.TextChoices):
    """How far an import is."""

    WAITING = "waiting", "Waiting"
    READING = "reading", "Reading the file"
    VALUES = "values", "Taking in the hashes"
    MERGING = "merging", "Comparing with the list"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


ENDED = (ImportState.DONE, ImportState.REFUSED, ImportState.FAILED)


class ListImport(models.Model):
    """A file of a list: what it changed, and what of it was refused. It holds no hash."""

    known_list = models.ForeignKey("matching.KnownList", on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, default="", blank=True, db_comment="of the file as it came")
    size_bytes = models.BigIntegerField()
    form = models.CharField(max_length=20, default="", blank=True, db_comment="lines, csv, ndjson, ncmec, ...")
    kind = models.CharField(max_length=12, default="", blank=True, db_comment="of hash, where the form names none")
    replaces = models.BooleanField(default=False, db_comment="what is not in the file is revoked")
    confirmed = models.BooleanField(default=False, db_comment="somebody said that so many revocations are meant")
    origin = models.CharField(
        max_length=200, default="", blank=True, db_comment="of a signed list: what it calls itself, and its edition"
    )
    by = models.CharField(max_length=254)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.WAITING)
    done_bytes = models.BigIntegerField(default=0, db_comment="of the file that were read")
    rows = models.IntegerField(default=0, db_comment="entries that were read")
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    revoked = models.IntegerField(default=0)
    unrevoked = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0, db_comment="entries that the file has again; the last one counts")
    unknown = models.IntegerField(default=0, db_comment="revocations of what the list never had")
    flagged = models.IntegerField(default=0, db_comment="kept and never matched, such as all-zero PDQ")
    refused = models.IntegerField(default=0)
    faults = models.JSONField(default=dict, db_comment="counts by name, and the first hundred with their lines")
    error = models.CharField(max_length=500, default="", blank=True, db_comment="why nothing was imported")
    revision = models.IntegerField(null=True, db_comment="of the list afterwards; null: nothing changed")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="listimport_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="listimport_ended",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["known_list", "-id"], name="listimport_newest")]
        db_table_comment = "Files of hash lists that were brought in: counts and line numbers, no hashes"

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def percent(self) -> int:
        """How much of the file was read."""
        return min(100, 100 * self.done_bytes // self.size_bytes) if self.size_bytes else 100

    @property
    def ended(self) -> bool:
        """Whether nothing more happens with it."""
        return self.state in ENDED


class ImportPart(models.Model):
    """A piece of a file that was sent by a screen, until a worker has read it."""

    listimport = models.ForeignKey(ListImport, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["listimport", "number"], name="importpart_once")]
        db_table_comment = "Files of hash lists on their way to a worker"

    def __str__(self) -> str:
        return f"part {self.number} of import {self.listimport_id}"


class ListCount(models.Model):
    """How many entries a list has of a kind, so that no page counts millions of rows."""

    known_list = models.ForeignKey(
        "matching.KnownList", on_delete=models.PROTECT, related_name="counts", db_index=False
    )
    algorithm = models.CharField(max_length=12, db_collation="C")
    live = models.BigIntegerField()
    revoked = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["known_list", "algorithm"], name="listcount_once")]
        db_table_comment = "Entries of lists that were brought in, counted by kind"

    def __str__(self) -> str:
        return f"{self.algorithm} of list {self.known_list_id}"


class ListSource(models.Model):
    """How far a list is fetched from where it is published. Where that is stands in the operator's file."""

    known_list = models.OneToOneField("matching.KnownList", on_delete=models.PROTECT, related_name="source")
    kind = models.CharField(max_length=20, db_comment="ncmec, stopncii, threatexchange")
    cursor = models.JSONField(default=dict, db_comment="as the kind has it; empty: from the beginning")
    tried_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    error = models.CharField(
        max_length=500, default="", blank=True, db_comment="why the last try failed; empty: it did not"
    )

    class Meta:
        db_table_comment = "How far lists are fetched: cursors and times, no keys"

    def __str__(self) -> str:
        return f"source of list {self.known_list_id}"
