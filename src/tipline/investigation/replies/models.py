"""Tables of replies: what a company answered, as it came, as it was understood, and what of it fits the case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.investigation.process.models import Request
from tipline.investigation.replies.layouts import Kind
from tipline.reports.models import Report, Sighting
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency

KINDS = [(kind.value, kind.label) for kind in Kind]


class ReplyState(models.TextChoices):
    """Where a reply stands. Nothing of it is used before `applied`, and then all that was ticked at once."""

    RECEIVED = "received", "Being read"
    UNMAPPED = "unmapped", "Columns to be named"
    QUARANTINED = "quarantined", "In quarantine"
    READY = "ready", "To be looked at"
    APPLIED = "applied", "Used"
    REFUSED = "refused", "Not read"
    REJECTED = "rejected", "Set aside"


OPEN_STATES = (ReplyState.RECEIVED, ReplyState.UNMAPPED, ReplyState.QUARANTINED, ReplyState.READY)


class Reply(models.Model):
    """A file that a company answered with."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="replies")
    number = models.IntegerField(db_comment="within the case, from 1")
    name = models.CharField(max_length=255, db_comment="of the file, as text; never used as a path")
    company = models.CharField(
        max_length=200, default="", blank=True, db_comment="who answered, as the officer writes it"
    )
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ReplyState.choices, default=ReplyState.RECEIVED)
    form = models.CharField(max_length=12, default="", blank=True, db_comment="delimited, xlsx, pdf, ...")
    kind = models.CharField(max_length=16, default="", blank=True, choices=KINDS)
    layout = models.CharField(
        max_length=80, default="", blank=True, db_comment="name and version, or mapping and version"
    )
    choice = models.JSONField(default=dict, db_comment="what a person said of it: layout, zone, encoding, columns")
    heading = models.JSONField(default=list, db_comment="the headings of its columns, as written")
    sample = models.JSONField(default=list, db_comment="its first rows, for whoever names the columns")
    reasons = models.JSONField(
        default=list, db_comment="[{line, column, text}]: why it was refused or put into quarantine"
    )
    row_count = models.IntegerField(default=0)
    faulty_count = models.IntegerField(default=0, db_comment="rows that could not be understood; they are never used")
    rule_version = models.CharField(max_length=20, default="", blank=True, db_comment="of data/matching.toml")
    read_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True, db_comment="released from quarantine, set aside")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_why = models.CharField(max_length=300, default="", blank=True)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey(
        Report,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="what was filed of it, for the pipeline",
    )
    request = models.ForeignKey(
        Request,
        on_delete=models.PROTECT,
        null=True,
        related_name="replies",
        db_comment="of the same case, that it answers: as whoever handed it in says, and for good when it is used",
    )
    names_requests = models.JSONField(
        default=list, db_default=[], db_comment="ids of the case's requests whose reference stands in the file"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ReplyState.values), name="reply_state_known"),
            models.CheckConstraint(condition=Q(kind__in=["", *dict(KINDS)]), name="reply_kind_known"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="reply_sha256_shape"),
            models.CheckConstraint(
                condition=Q(state=ReplyState.APPLIED, applied_at__isnull=False, applied_by__isnull=False)
                | (
                    ~Q(state=ReplyState.APPLIED)
                    & Q(applied_at__isnull=True, applied_by__isnull=True, report__isnull=True)
                ),
                name="reply_applied_whole",
            ),
            models.UniqueConstraint(fields=["case", "number"], name="reply_number_once"),
            models.UniqueConstraint(fields=["case", "sha256"], name="reply_file_once"),
        ]
        db_table_comment = "Files that companies answered with, by case"

    def __str__(self) -> str:
        return f"reply {self.number} of case {self.case_id}"


class ReplyFile(models.Model):
    """The file as it came, byte for byte. Read by software alone; no screen hands it out."""

    reply = models.OneToOneField(Reply, on_delete=models.CASCADE, primary_key=True, related_name="file")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"file of reply {self.reply_id}"


class ReplyRow(models.Model):
    """A row as it was understood. Written in bulk (`staging.py`); `problem` says why it is not used.

    Its reply and case are no constraints: they are asked for once a file, not twice a row (docs/explanation/replies.md).
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    line = models.IntegerField(db_comment="as in the file")
    ip = models.GenericIPAddressField(null=True)
    port_from = models.IntegerField(
        null=True, db_comment="null: no port is stated, the whole address was the subscriber's"
    )
    port_to = models.IntegerField(null=True)
    started_at = models.DateTimeField(null=True, db_comment="UTC")
    ended_at = models.DateTimeField(null=True, db_comment="UTC; null: a moment, or still open")
    subscriber = models.CharField(
        max_length=200, default="", blank=True, db_comment="what tells one subscriber or account from another"
    )
    peer = models.CharField(
        max_length=40,
        default="",
        db_default="",
        blank=True,
        db_comment="of a call: the other number, E.164 if it is one",
    )
    said = models.JSONField(default=dict, db_comment="meaning of a column → text, as written")
    problem = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["reply", "ip", "started_at"], condition=Q(ip__isnull=False), name="replyrow_session"),
            models.Index(fields=["reply", "line"], name="replyrow_line"),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of reply {self.reply_id}"


class Verdict(models.TextChoices):
    """What a reply says of one use of an address. Software never chooses among subscribers."""

    MATCHED = "matched", "One subscriber"
    AMBIGUOUS = "ambiguous", "Several subscribers"
    CANNOT_TELL = "cannot_tell", "Cannot tell"
    OUTSIDE = "outside", "Outside the tolerance"


class ReplyFinding(models.Model):
    """What a reply says of a sighting of the case, with everything that the answer rests on."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="findings")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    sighting = models.ForeignKey(Sighting, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    why = models.CharField(
        max_length=20,
        db_comment="exact, seconds, skew, no-port, no-time, several, outside; of calls: see data/calls.toml",
    )
    seconds = models.IntegerField(
        null=True, db_comment="how far outside the session the nearest row lies; + after it ended, - before it began"
    )
    subscribers = models.IntegerField(db_comment="different subscribers that fit")
    row = models.ForeignKey(
        ReplyRow,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_comment="the nearest row of the one subscriber",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="replyfinding_verdict_known"),
            models.UniqueConstraint(fields=["reply", "sighting"], name="replyfinding_once"),
        ]

    def __str__(self) -> str:
        return f"reply {self.reply_id} on sighting {self.sighting_id}"


class ReplyMapping(models.Model):
    """Columns as somebody of an agency named them, for files with the same headings. A change is a new version."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64, db_comment="of the headings")
    version = models.IntegerField()
    kind = models.CharField(max_length=16, choices=KINDS)
    columns = models.JSONField(db_comment="heading → meaning")
    dates = models.CharField(max_length=12, default="", blank=True)
    zone = models.CharField(max_length=60, default="", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=list(dict(KINDS))), name="replymapping_kind_known"),
            models.UniqueConstraint(fields=["agency", "fingerprint", "version"], name="replymapping_once"),
        ]

    def __str__(self) -> str:
        return f"mapping {self.fingerprint[:8]} version {self.version}"
