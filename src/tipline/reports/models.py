"""Tables of the record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import ExpressionWrapper, Q

from tipline.trust.accounts.models import Reporter, User
from tipline.trust.agencies.models import Agency


class ReportState(models.TextChoices):
    """The life of a report at the door (wire/cybertipline.md)."""

    OPEN = "open", "Open"
    FINISHED = "finished", "Finished"
    RETRACTED = "retracted", "Retracted"
    EXPIRED = "expired", "Expired"


class Processing(models.TextChoices):
    """Where a report stands before the list of stages. `waiting` is the outbox of the door."""

    NONE = "none", "Not due"
    WAITING = "waiting", "Waiting for the pipeline"
    DONE = "done", "Processed"
    QUARANTINED = "quarantined", "Quarantined"


class Channel(models.TextChoices):
    """Which door a report came by."""

    DOOR = "door", "Provider door"
    JSON = "json", "JSON door"
    BULK = "bulk", "Bulk import"
    PUBLIC = "public", "Public form"
    REPLY = "reply", "Reply of a provider, in a case"
    PACKAGE = "package", "Handed over by another installation"


class Report(models.Model):
    """What a provider files: a header. Its substance is the documents, and what extraction reads from them."""

    # report_repeat begins with it, so it needs no index of its own
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="reports", db_index=False)
    receiving_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="the clearinghouse whose door it came by",
    )
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.DOOR, db_default="door")
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    version = models.SmallIntegerField(default=1, db_comment="goes up when its documents change; stages note it")
    processing = models.CharField(max_length=12, choices=Processing.choices, default=Processing.NONE)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField(
        db_comment="last call that changed it, to the minute; an open report expires by it"
    )
    finished_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    processed_at = models.DateTimeField(null=True)
    incident_type = models.CharField(max_length=100, db_comment="the wire value")
    incident_at = models.DateTimeField(null=True, db_comment="UTC; null when the text cannot be read as a time")
    incident_at_text = models.CharField(max_length=64, db_comment="as written by the provider")
    platform = models.CharField(max_length=256, default="", blank=True)
    escalation = models.TextField(default="", blank=True, db_comment="the provider's reason to ask for urgency")
    escalated = models.BooleanField(default=False, db_comment="escalateToHighPriority was present, even if empty")
    document_sha256 = models.CharField(max_length=64)
    probable_repeat_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeats")
    idempotency_key = models.CharField(max_length=255, default="", blank=True)
    # Below: written by extraction.
    annotations = models.JSONField(default=list, db_comment="wire names of the flags")
    batch_reason = models.CharField(max_length=40, default="", blank=True, db_comment="batchedReport/@reason")
    details = models.JSONField(default=dict, db_comment="further elements by wire name, as stated")
    # Below: written by retention, when the report is destroyed.
    destroyed_at = models.DateTimeField(
        null=True,
        db_comment="its destruction began; from then on nothing is done with it, and this row is what is left",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="report_channel_known"),
            models.CheckConstraint(condition=Q(processing__in=Processing.values), name="report_processing_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.FINISHED, finished_at__isnull=False)
                | Q(state=ReportState.RETRACTED, retracted_at__isnull=False, processing=Processing.NONE)
                | Q(state__in=[ReportState.OPEN, ReportState.EXPIRED], processing=Processing.NONE),
                name="report_only_finished_is_processed",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | (~Q(state=ReportState.OPEN) & Q(processing=Processing.NONE)),
                name="report_destroyed_is_at_rest",
            ),
            models.UniqueConstraint(
                fields=["reporter", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="report_idempotency_key_once",
            ),
        ]
        indexes: ClassVar = [
            # The claim of run.py reads the oldest waiting ones; it stays as small as the backlog.
            # A backlog that is imported stands behind what comes today, except what asks for urgency.
            models.Index(
                ExpressionWrapper(Q(channel="bulk") & Q(escalated=False), output_field=models.BooleanField()),
                "finished_at",
                "id",
                condition=Q(processing="waiting"),
                name="report_waiting",
            ),
            models.Index(fields=["reporter", "document_sha256", "-received_at"], name="report_repeat"),
            # By what never changes: a call that touches an open report then leaves every index as it is (a HOT update).
            models.Index(fields=["received_at"], condition=Q(state="open"), name="report_open"),
        ]
        db_table_comment = "Header of each report; acknowledged means this row is committed"

    def __str__(self) -> str:
        return f"report {self.pk}"


class DocumentKind(models.TextChoices):
    """The two documents a provider writes."""

    REPORT = "report", "report"
    FILE_DETAILS = "fileDetails", "fileDetails"


class Document(models.Model):
    """A document exactly as it came, byte for byte.

    The stages read `body`, which is CyberTipline XML. What came in another form stands beside it in `source`, and `body` is
    what the converter named in `source_format` made of it.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    reported_file = models.ForeignKey("ReportedFile", on_delete=models.PROTECT, null=True, related_name="documents")
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=200, default="", blank=True, db_comment="as sent")
    source = models.BinaryField(
        null=True, db_comment="as received, when that was not CyberTipline XML; null: body is it"
    )
    source_format = models.CharField(
        max_length=40,
        default="",
        db_default="",
        blank=True,
        db_comment="form and version of the converter, such as tipline-json/1",
    )
    source_sha256 = models.CharField(max_length=64, default="", db_default="", blank=True)
    request_id = models.CharField(max_length=32)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=DocumentKind.REPORT, reported_file__isnull=True)
                | Q(kind=DocumentKind.FILE_DETAILS, reported_file__isnull=False),
                name="document_details_name_a_file",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=True, source_format="", source_sha256="")
                | (Q(source__isnull=False, source_sha256__regex="^[0-9a-f]{64}$") & ~Q(source_format="")),
                name="document_source_whole",
            ),
            models.UniqueConstraint(fields=["report"], condition=Q(kind="report"), name="document_one_report_each"),
        ]
        db_table_comment = "As received: bytes, digest, time, Request-ID"

    def __str__(self) -> str:
        return f"{self.kind} of report {self.report_id}"


class ReportedFile(models.Model):
    """A reported file: its hashes, and what the provider says of it. Never its picture.

    Of a file that was uploaded the hashes are Tipline's own; of one that was only described they are the provider's word.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    wire_id = models.CharField(max_length=32, db_comment="fileId on the wire: 32 hex digits")
    upload_name = models.TextField(default="", blank=True, db_comment="text from the upload; never used as a path")
    uploaded = models.BooleanField(
        default=True, db_default=True, db_comment="false: described only, hashes and size as stated"
    )
    size_bytes = models.BigIntegerField(db_comment="0 when it was not uploaded and no size was stated")
    md5 = models.CharField(max_length=32)
    sha1 = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(
        max_length=200, default="", blank=True, db_comment="the sealed copy; empty: discarded"
    )
    sealed_sha256 = models.CharField(
        max_length=64, default="", blank=True, db_comment="of the sealed copy, which can be checked by it unopened"
    )
    sealed_bytes = models.BigIntegerField(null=True, db_comment="size of the sealed copy; null: none, or not noted")
    sealed_to = models.JSONField(default=list, db_comment="age public keys, each of which opens the sealed copy alone")
    received_at = models.DateTimeField()
    # Below: written by extraction, from fileDetails.
    original_name = models.TextField(default="", blank=True)
    viewed_by_provider = models.BooleanField(null=True, db_comment="three values: yes, no, not said")
    publicly_available = models.BooleanField(null=True)
    relevance = models.CharField(max_length=30, default="", blank=True)
    classification = models.CharField(max_length=2, default="", blank=True, db_comment="industryClassification A1..B2")
    annotations = models.JSONField(default=list, db_comment="wire names of the flags")
    location = models.TextField(default="", blank=True, db_comment="locationOfFile; text, never fetched")
    uploaded_at = models.DateTimeField(null=True)
    uploaded_at_text = models.CharField(max_length=64, default="", blank=True)
    pdq = models.CharField(max_length=64, default="", blank=True, db_comment="as stated by the provider")
    stated_hashes = models.JSONField(default=list, db_comment="[[type, value], ...] as stated by the provider")

    class Meta:
        constraints: ClassVar = [
            # not unique=True, which would make a second index for LIKE
            models.UniqueConstraint(fields=["wire_id"], name="file_wire_id_once"),
            models.CheckConstraint(condition=Q(wire_id__regex="^[0-9a-f]{32}$"), name="file_wire_id_shape"),
            models.CheckConstraint(
                condition=Q(md5__regex="^[0-9a-f]{32}$") | Q(uploaded=False, md5=""), name="file_md5_shape"
            ),
            models.CheckConstraint(
                condition=Q(sha1__regex="^[0-9a-f]{40}$") | Q(uploaded=False, sha1=""), name="file_sha1_shape"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$") | Q(uploaded=False, sha256=""), name="file_sha256_shape"
            ),
            models.CheckConstraint(
                condition=Q(size_bytes__gt=0) | Q(uploaded=False, size_bytes=0, storage_key=""), name="file_not_empty"
            ),
            models.CheckConstraint(condition=Q(sealed_sha256__regex="^([0-9a-f]{64})?$"), name="file_seal_shape"),
            models.UniqueConstraint(fields=["storage_key"], condition=~Q(storage_key=""), name="file_seal_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="file_sha256"),
            models.Index(fields=["md5"], name="file_md5"),
        ]

    def __str__(self) -> str:
        return f"file {self.wire_id}"


class PersonRole(models.TextChoices):
    """In what part of a report somebody, or an identifier, appears. Not what they did."""

    REPORTED = "reported", "Account or person reported"
    RECIPIENT = "recipient", "Intended recipient"
    VICTIM = "victim", "Child"
    ASSOCIATED = "associated", "Associated account"
    REPORTER = "reporter", "Reporting side"
    OFFICER = "officer", "Police contact named by the provider"
    INCIDENT = "incident", "Incident"
    FILE = "file", "Reported file"


# Whose data says where the people to be traced are: not the child's, not the reporting side's.
TRACED_ROLES = (PersonRole.REPORTED, PersonRole.ASSOCIATED, PersonRole.INCIDENT, PersonRole.FILE)


class Person(models.Model):
    """A person or account as one part of one report describes it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="persons")
    position = models.IntegerField(db_comment="order in the documents; with the report it is the natural key")
    role = models.CharField(max_length=12, choices=PersonRole.choices)
    path = models.CharField(max_length=300, db_comment="element path in the document")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="accounts")
    first_name = models.CharField(max_length=256, default="", blank=True)
    last_name = models.CharField(max_length=256, default="", blank=True)
    display_names = models.JSONField(default=list)
    platform = models.CharField(max_length=256, default="", blank=True)
    age = models.SmallIntegerField(null=True, db_comment="years, as stated")
    child = models.IntegerField(
        null=True, db_comment="which child of the report, from 1; null: not a child's. Masked (reports/masking.py)"
    )
    details = models.JSONField(default=dict, db_comment="further elements by wire name, as stated")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=PersonRole.values), name="person_role_known"),
            models.UniqueConstraint(fields=["report", "position"], name="person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of report {self.report_id}"


class IdentifierKind(models.TextChoices):
    """The kinds of identifier; one normaliser each in pipeline/extraction/kinds/."""

    HANDLE = "handle", "Handle"
    ACCOUNT_ID = "account_id", "Account number"
    EMAIL = "email", "E-mail address"
    PHONE = "phone", "Telephone number"
    URL = "url", "URL"
    IP = "ip", "IP address"
    DEVICE = "device", "Device"


class Identifier(models.Model):
    """An account, address, number or URL, in its normal form, once for the whole instance."""

    kind = models.CharField(max_length=12, choices=IdentifierKind.choices)
    scope = models.CharField(
        max_length=256,
        default="",
        blank=True,
        db_comment="platform of a handle or account number, type of a device id",
    )
    value = models.TextField(db_comment="normal form; the text as written stands at each sighting")
    digest = models.BinaryField(
        unique=True, db_comment="SHA-256 of kind, scope and value: long URLs do not fit an index"
    )
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    of_child = models.BooleanField(
        default=False, db_default=False, db_comment="some report names it as a child's: masked everywhere. Stays true"
    )
    names_child = models.BooleanField(
        default=False, db_default=False, db_comment="its text repeats what is a child's in some report. Stays true"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=IdentifierKind.values), name="identifier_kind_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "scope"], name="identifier_kind_scope")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Sighting(models.Model):
    """An identifier seen in a report, at a time if one was given."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="sightings")
    position = models.IntegerField(db_comment="order in the documents; with the report it is the natural key")
    identifier = models.ForeignKey(Identifier, on_delete=models.PROTECT, related_name="sightings")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="sightings")
    reported_file = models.ForeignKey(ReportedFile, on_delete=models.PROTECT, null=True, related_name="sightings")
    role = models.CharField(max_length=12, choices=PersonRole.choices)
    original = models.TextField(db_comment="as written by the provider")
    event = models.CharField(max_length=20, default="", blank=True, db_comment="wire value: Login, Upload, ...")
    at = models.DateTimeField(null=True, db_comment="UTC")
    at_text = models.CharField(max_length=64, default="", blank=True)
    at_zone_stated = models.BooleanField(default=False, db_comment="false: read as UTC because no zone was written")
    ip = models.GenericIPAddressField(null=True, db_comment="only for kind ip")
    port = models.IntegerField(null=True)
    possible_proxy = models.BooleanField(null=True)
    verified = models.BooleanField(null=True, db_comment="the provider says it verified it")
    path = models.CharField(max_length=300, db_comment="element path in the document")
    child = models.IntegerField(null=True, db_comment="which child of the report, from 1; null: not a child's")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=PersonRole.values), name="sighting_role_known"),
            models.CheckConstraint(
                condition=Q(port__isnull=True) | Q(port__gte=1, port__lte=65535), name="sighting_port_range"
            ),
            models.UniqueConstraint(fields=["report", "position"], name="sighting_once"),
        ]

    def __str__(self) -> str:
        return f"sighting {self.pk}"


class Holding(models.Model):
    """Which agency holds a report, and which held it before. Visibility stands on this table."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="holdings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="holdings")
    held_from = models.DateTimeField()
    held_until = models.DateTimeField(null=True, db_comment="null: holds it now")
    joint = models.BooleanField(
        default=False, db_default=False, db_comment="takes part in it beside its owner, and owns nothing"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "agency"], name="holding_once"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(held_until__isnull=True, joint=False), name="holding_one_owner"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "-held_from"], condition=Q(held_until__isnull=True), name="holding_desk"),
            models.Index(fields=["agency", "report"], name="holding_seen"),
        ]
        db_table_comment = "Never two owners, never none: one open row a report that is not joint"

    def __str__(self) -> str:
        return f"report {self.report_id} at agency {self.agency_id}"


class UnmaskingCode(models.TextChoices):
    """What a child's data is needed for."""

    IDENTIFY = "identify", "To identify or protect the child"
    CONTACT = "contact", "To reach the child, the family or the Child Welfare Committee"
    INVESTIGATE = "investigate", "To tell accounts apart in an investigation"
    LEGAL = "legal", "For an order, a statement or a court"
    OTHER = "other", "Another reason"


class Unmasking(models.Model):
    """That somebody asked to see a child's data in one report, why, and until when. Never changed."""

    report = models.ForeignKey(
        Report,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="unmaskings",
        db_comment="no constraint: it outlives a report that is destroyed",
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="unmaskings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_comment="of the person, then")
    code = models.CharField(max_length=12, choices=UnmaskingCode.choices)
    reason = models.CharField(max_length=300, db_comment="in the person's words; names no child")
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__in=UnmaskingCode.values), name="unmasking_code_known"),
            models.CheckConstraint(condition=Q(until__gt=models.F("at")), name="unmasking_ends_later"),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-at"], name="unmasking_of_agency")]
        db_table_comment = "Append-only: who saw a child's data, and why"

    def __str__(self) -> str:
        return f"unmasking {self.pk} of report {self.report_id}"


class UnmaskingEnd(models.Model):
    """That somebody masked again before the time was over. Never changed."""

    unmasking = models.OneToOneField(Unmasking, on_delete=models.PROTECT, primary_key=True, related_name="end")
    at = models.DateTimeField()

    class Meta:
        db_table_comment = "Append-only: unmaskings that ended early"

    def __str__(self) -> str:
        return f"end of unmasking {self.unmasking_id}"


class UnmaskingReview(models.Model):
    """That a supervisor or auditor looked at an unmasking. Never changed."""

    unmasking = models.OneToOneField(Unmasking, on_delete=models.PROTECT, primary_key=True, related_name="review")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table_comment = "Append-only: unmaskings that were reviewed"

    def __str__(self) -> str:
        return f"review of unmasking {self.unmasking_id}"
