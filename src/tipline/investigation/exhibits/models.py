"""Tables of exhibits: what a case holds, who held it when, and hashes of what is on it. Never the data itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.investigation.exhibits.hashes import Algorithm
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class ExhibitKind(models.TextChoices):
    """What an exhibit is."""

    DEVICE = "device", "Device"
    STORAGE = "storage", "Storage medium"
    IMAGE = "image", "Image of a device"
    DOCUMENT = "document", "Document"
    ACCOUNT_DATA = "account_data", "Data of an account"
    PROVIDER_REPLY = "provider_reply", "Reply of a provider"
    REPORTED_FILE = "reported_file", "Hashes of a reported file"
    OTHER = "other", "Other (say what)"


class ExhibitScheme(models.Model):
    """How an agency numbers its exhibits; without a row it is EX-1, EX-2, ..."""

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="+")
    pattern = models.CharField(max_length=30, db_comment="{n} stands for the running number within the case")

    def __str__(self) -> str:
        return self.pattern


class Exhibit(models.Model):
    """A thing, or data as a thing, that a case relies on."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exhibits")
    number = models.CharField(max_length=40, db_comment="by the agency's scheme, once in the case")
    running_number = models.IntegerField()
    kind = models.CharField(max_length=20, choices=ExhibitKind.choices)
    description = models.CharField(max_length=500, db_comment="what it is; never what is on it")
    make = models.CharField(max_length=100, default="", blank=True)
    model = models.CharField(max_length=100, default="", blank=True)
    serial = models.CharField(max_length=100, default="", blank=True, db_comment="serial number, IMEI, ...")
    memo = models.CharField(
        max_length=200, default="", blank=True, db_comment="reference of the seizure memo (panchanama)"
    )
    recording = models.CharField(
        max_length=200, default="", blank=True, db_comment="reference of the audio-video record, BNSS 2023 s.105"
    )
    # a snapshot: the exhibit stays what it was, whatever becomes of the report
    reported_in = models.BigIntegerField(null=True, db_comment="number of the report whose file this is")
    reported_file = models.CharField(max_length=32, default="", blank=True, db_comment="the file's id on the wire")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="exhibit_number_once"),
            models.UniqueConstraint(fields=["case", "running_number"], name="exhibit_running_number_once"),
            models.CheckConstraint(condition=Q(kind__in=ExhibitKind.values), name="exhibit_kind_known"),
            models.CheckConstraint(
                condition=Q(reported_in__isnull=True, reported_file="")
                | Q(reported_in__isnull=False, reported_file__regex="^[0-9a-f]{32}$"),
                name="exhibit_reported_whole",
            ),
            models.UniqueConstraint(
                fields=["case", "reported_file"], condition=~Q(reported_file=""), name="exhibit_reported_file_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ExhibitDigest(models.Model):
    """A hash of the exhibit as a whole, recorded when it was taken in. What it is later compared with."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="digests")
    algorithm = models.CharField(max_length=8, choices=Algorithm.choices)
    value = models.CharField(max_length=128, db_comment="lower-case hex digits")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exhibit", "algorithm"], name="exhibitdigest_once"),
            models.CheckConstraint(
                condition=Q(algorithm="md5", value__regex="^[0-9a-f]{32}$")
                | Q(algorithm="sha1", value__regex="^[0-9a-f]{40}$")
                | Q(algorithm="sha256", value__regex="^[0-9a-f]{64}$")
                | Q(algorithm="sha512", value__regex="^[0-9a-f]{128}$"),
                name="exhibitdigest_shape",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} of exhibit {self.exhibit_id}"


class CustodyKind(models.TextChoices):
    """What happened to an exhibit."""

    RECEIVED = "received", "Seized or received"
    SEALED = "sealed", "Sealed"
    OPENED = "opened", "Seal opened"
    MOVED = "moved", "Moved to another place"
    HANDED_OVER = "handed_over", "Handed over"
    TO_LABORATORY = "to_laboratory", "Sent to a laboratory"
    IMAGED = "imaged", "Imaged"
    CHECKED = "checked", "Hash checked"
    RETURNED = "returned", "Returned"
    DISPOSED = "disposed", "Disposed of"
    STRUCK = "struck", "Entry struck: it did not happen"


class CustodyEvent(models.Model):
    """One entry of an exhibit's chain of custody. Only added to: a trigger refuses changes (migration 0002)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="custody")
    position = models.IntegerField(db_comment="1, 2, ... in the order of writing")
    kind = models.CharField(max_length=20, choices=CustodyKind.choices)
    at = models.DateTimeField(db_comment="when it happened; UTC")
    from_holder = models.CharField(max_length=200, default="", blank=True)
    to_holder = models.CharField(max_length=200, default="", blank=True)
    place = models.CharField(max_length=200, default="", blank=True)
    purpose = models.CharField(max_length=300, default="", blank=True)
    seal_number = models.CharField(max_length=60, default="", blank=True)
    hash_algorithm = models.CharField(max_length=8, choices=Algorithm.choices, default="", blank=True)
    hash_value = models.CharField(max_length=128, default="", blank=True, db_comment="lower-case hex digits")
    late_reason = models.CharField(
        max_length=300, default="", blank=True, db_comment="why it was written after what came later"
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", db_comment="the entry it stands for"
    )
    correction_reason = models.CharField(max_length=300, default="", blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exhibit", "position"], name="custodyevent_position_once"),
            models.CheckConstraint(condition=Q(kind__in=CustodyKind.values), name="custodyevent_kind_known"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="custodyevent_correction_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(hash_algorithm="", hash_value="") | ~(Q(hash_algorithm="") | Q(hash_value="")),
                name="custodyevent_hash_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.position} of exhibit {self.exhibit_id}"


class HashLayout(models.Model):
    """An agency's own layout of a tool's table: which column holds what."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    columns = models.JSONField(db_comment="md5, sha1, sha256, sha512, name, size, category → head of the column")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "name"], name="hashlayout_name_once")]

    def __str__(self) -> str:
        return self.name


class HashImport(models.Model):
    """A tool's file whose hashes were taken over, and what of it was refused. The file itself is not kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="imports")
    sha256 = models.CharField(max_length=64, db_comment="of the file")
    file_name = models.CharField(max_length=200, db_comment="text; never used as a path")
    size_bytes = models.BigIntegerField()
    layout = models.CharField(max_length=80, db_comment="by which layout it was read, with its version")
    rows = models.IntegerField()
    hashes = models.IntegerField()
    refused = models.IntegerField()
    refusals = models.JSONField(default=list, db_comment="[[line, reason], ...]: the first thousand")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exhibit", "sha256"], name="hashimport_file_once"),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} of exhibit {self.exhibit_id}"


class ExhibitHash(models.Model):
    """A hash of a file on an exhibit, as a forensic tool stated it."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="hashes")
    # written in one transaction with its import and never changed: PostgreSQL need not ask a million times
    origin = models.ForeignKey(
        HashImport, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    line = models.IntegerField(db_comment="line of the file, or number of the object in it")
    algorithm = models.CharField(max_length=8, choices=Algorithm.choices)
    value = models.BinaryField(max_length=64)
    name = models.TextField(default="", blank=True, db_comment="path or name on the exhibit; text")
    size_bytes = models.BigIntegerField(null=True)
    category = models.CharField(
        max_length=100, default="", blank=True, db_comment="the tool's word for it, case folded; nobody's finding"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["value"], name="exhibithash_value")]

    def __str__(self) -> str:
        return f"{self.algorithm} of a file on exhibit {self.exhibit_id}"
