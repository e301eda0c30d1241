"""Hashes, the files and lists that have them, and which files are known by which list."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.reports.models import Report, ReportedFile
from tipline.trust.agencies.models import Agency


class HashValue(models.Model):
    """A hash, once for the whole installation, whoever has it: reported files, lists, or both."""

    algorithm = models.CharField(
        max_length=12, db_collation="C", db_comment="md5, sha1, sha256, pdq; others are opaque"
    )
    value = models.BinaryField(db_comment="the bytes of a hexadecimal value, else the text in UTF-8")
    fault = models.CharField(
        max_length=20, default="", db_default="", blank=True, db_comment="why it is never matched, such as all_zero"
    )
    position = models.BigIntegerField(
        null=True, db_comment="PDQ only: 1, 2, ... without gaps, the place in the index; null: not settled yet"
    )
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["value", "algorithm"], name="hashvalue_once"),
            models.UniqueConstraint(fields=["position"], name="hashvalue_position_once"),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(algorithm="pdq", fault=""), name="hashvalue_position_of_pdq"
            ),
        ]
        indexes: ClassVar = [
            # what the next settling takes; empty when all is settled
            models.Index(
                fields=["id"], condition=Q(algorithm="pdq", fault="", position__isnull=True), name="hashvalue_unsettled"
            ),
        ]
        db_table_comment = "Hashes; nothing here says who reported a file or which list has it"

    def __str__(self) -> str:
        return f"{self.algorithm} {self.pk}"


class FileHash(models.Model):
    """A hash that a reported file has: computed here from what was uploaded, or stated by the provider."""

    file = models.ForeignKey(ReportedFile, on_delete=models.PROTECT, related_name="hashes", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="file_hashes")
    value = models.ForeignKey(HashValue, on_delete=models.PROTECT, related_name="files", db_index=False)
    stated = models.BooleanField(db_comment="the provider's word; false: computed here")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "value"], name="filehash_once")]
        indexes: ClassVar = [models.Index(fields=["value", "report"], name="filehash_value")]
        db_table_comment = "Which files have a hash"

    def __str__(self) -> str:
        return f"hash of file {self.file_id}"


class KnownList(models.Model):
    """A list of hashes that was brought in: whose it is, and how far it is believed."""

    name = models.CharField(max_length=60, db_comment="small letters, digits, hyphens")
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200, default="", blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_comment="null: for the whole installation"
    )
    category = models.CharField(max_length=30, db_comment="of entries that state none; see data/")
    confidence = models.FloatField(default=1.0, db_comment="0 to 1, of entries that state none")
    revision = models.IntegerField(default=0, db_comment="goes up with each import that changed something")
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, db_comment="nothing is matched against it any more")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="knownlist_name_once"),
            models.CheckConstraint(condition=Q(name__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="knownlist_name_shape"),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="knownlist_confidence"),
        ]
        db_table_comment = "Hash lists that were brought in"

    def __str__(self) -> str:
        return self.name


class KnownHash(models.Model):
    """An entry of a list. Revoked ones stay, so that it can be told why a match ended."""

    known_list = models.ForeignKey(KnownList, on_delete=models.PROTECT, related_name="entries", db_index=False)
    value = models.ForeignKey(HashValue, on_delete=models.PROTECT, related_name="known")
    category = models.CharField(max_length=30, default="", blank=True, db_comment="empty: the list's")
    confidence = models.FloatField(null=True, db_comment="null: the list's")
    reference = models.CharField(max_length=200, default="", blank=True, db_comment="the publisher's own number")
    revision = models.IntegerField(db_comment="of the list, when it was last changed")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["known_list", "value"], name="knownhash_once")]
        indexes: ClassVar = [
            # a publisher takes an entry back by its own number
            models.Index(fields=["known_list", "reference"], condition=~Q(reference=""), name="knownhash_reference"),
        ]
        db_table_comment = "Entries of hash lists that were brought in"

    def __str__(self) -> str:
        return f"entry {self.pk} of list {self.known_list_id}"


class NearValue(models.Model):
    """Two PDQ values within the threshold of each other, kept once, the lower id first. Only pairs of which a reported file has at least one."""

    low = models.ForeignKey(HashValue, on_delete=models.PROTECT, related_name="+", db_index=False)
    high = models.ForeignKey(HashValue, on_delete=models.PROTECT, related_name="+")
    distance = models.SmallIntegerField(db_comment="bits that differ, 1 to 31")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["low", "high"], name="nearvalue_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="nearvalue_lower_first"),
            models.CheckConstraint(condition=Q(distance__gte=1, distance__lte=31), name="nearvalue_distance"),
        ]
        db_table_comment = "Which PDQ values are near each other; bounded for each value"

    def __str__(self) -> str:
        return f"{self.low_id} - {self.high_id}: {self.distance}"


class Match(models.Model):
    """A reported file is known by a list: by which entry, and how exactly."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="matches")
    file = models.ForeignKey(ReportedFile, on_delete=models.PROTECT, related_name="matches", db_index=False)
    known = models.ForeignKey(KnownHash, on_delete=models.PROTECT, related_name="matches")
    distance = models.SmallIntegerField(db_comment="0: the same hash; 1 to 31: PDQ bits that differ")
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField(db_comment="when it was found, which may be long after the report came")
    ended_at = models.DateTimeField(null=True, db_comment="the entry was revoked, or the list ended")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "known"], name="match_once"),
            models.CheckConstraint(condition=Q(distance__gte=0, distance__lte=31), name="match_distance"),
        ]
        db_table_comment = "Reported files that lists know"

    def __str__(self) -> str:
        return f"match of file {self.file_id}"


class Settled(models.Model):
    """How far the positions of PDQ values go, and how far they were compared. One row."""

    one = models.BooleanField(primary_key=True, default=True)
    last_position = models.BigIntegerField(default=0, db_comment="given so far; none is given twice")
    compared = models.BigIntegerField(
        default=0, db_comment="values up to here are compared with every value up to here"
    )
    files_upto = models.BigIntegerField(
        null=True, db_comment="positions up to here are being compared by the values of files; null: none are so"
    )
    files_after = models.BigIntegerField(default=0, db_comment="the value of files that this has come to")
    at = models.DateTimeField(null=True, db_comment="of the last change")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one=True), name="settled_one"),
            models.CheckConstraint(
                condition=Q(compared__gte=0, last_position__gte=F("compared")), name="settled_in_order"
            ),
        ]
        db_table_comment = "How far the comparing of PDQ values came; numbers only"

    def __str__(self) -> str:
        return f"{self.compared} of {self.last_position}"


class MatchingState(models.TextChoices):
    """How far a run of matching history is."""

    WAITING = "waiting", "Waits"
    RUNNING = "running", "Runs"
    DONE = "done", "Done"
    REPLACED = "replaced", "Replaced by a later one"


class MatchingRun(models.Model):
    """History is matched against a list that changed: how far that is. It goes on where it was stopped."""

    known_list = models.ForeignKey(KnownList, on_delete=models.PROTECT, related_name="runs")
    revision = models.IntegerField(db_comment="of the list, when it was asked for")
    state = models.CharField(max_length=8, choices=MatchingState.choices, default=MatchingState.WAITING)
    last_entry = models.BigIntegerField(default=0, db_comment="the entry it has come to")
    entries_done = models.BigIntegerField(default=0)
    entries_total = models.BigIntegerField(default=0)
    found = models.BigIntegerField(default=0, db_comment="matches that are new, or hold again")
    ended_matches = models.BigIntegerField(default=0, db_comment="matches that no longer hold")
    reports = models.BigIntegerField(default=0, db_comment="reports that were raised by it, each as often as it was")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=MatchingState.values), name="matchingrun_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(ended_at__isnull=True), name="matchingrun_open"),
        ]
        db_table_comment = "Matching of history against lists: numbers only"

    def __str__(self) -> str:
        return f"run {self.pk} of list {self.known_list_id}"


# what importing keeps stands beside it; Django finds models here
from tipline.pipeline.matching.lists.models import ImportPart, ListCount, ListImport, ListSource  # noqa: E402, F401
