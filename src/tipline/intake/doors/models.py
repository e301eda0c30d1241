"""What providers asked, day by day and call by call, and what somebody should look at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, User
from tipline.trust.agencies.models import Agency


class DoorCall(models.Model):
    """One call of a provider, as its conformance page shows it. Only the newest are kept."""

    reporter = models.ForeignKey(Reporter, on_delete=models.CASCADE, related_name="calls")
    sandbox = models.BooleanField(default=False)
    run = models.CharField(
        max_length=60, default="", blank=True, db_comment="which run of the provider's tests it is of"
    )
    at = models.DateTimeField()
    call = models.CharField(max_length=40, db_comment="such as submit, or POST /api/v1/reports")
    status = models.SmallIntegerField(db_comment="HTTP")
    code = models.IntegerField(db_comment="responseCode; 0: success")
    description = models.TextField(default="", blank=True, db_comment="as answered")
    faults = models.JSONField(default=list, db_comment="[{path, line, rule, kind}, ...]; what was wrong")
    advice = models.JSONField(default=list, db_comment="[{path, why}, ...]; what would have made it more useful")
    completeness = models.SmallIntegerField(null=True, db_comment="0 to 100; null: not a document")
    request_id = models.CharField(max_length=32)
    report_id = models.BigIntegerField(null=True, db_comment="as answered; of the sandbox's own numbers when sandbox")
    size_bytes = models.BigIntegerField(default=0, db_comment="of the body")
    milliseconds = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["reporter", "sandbox", "-id"], name="call_newest"),
            models.Index(fields=["reporter", "run"], condition=~Q(run=""), name="call_run"),
        ]
        db_table_comment = "Newest calls of providers: no bodies, no content"

    def __str__(self) -> str:
        return f"{self.call} {self.request_id}"


class ProviderDay(models.Model):
    """What a provider did on a day (UTC): for quotas, and to see a change. The sandbox does not count."""

    reporter = models.ForeignKey(Reporter, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    calls = models.BigIntegerField(default=0)
    reports = models.BigIntegerField(default=0, db_comment="opened")
    refused = models.BigIntegerField(default=0, db_comment="documents refused")
    limited = models.BigIntegerField(default=0, db_comment="calls refused by rate or quota")
    size_bytes = models.BigIntegerField(default=0, db_comment="of uploads")
    completeness_sum = models.BigIntegerField(default=0, db_comment="of the reports' scores, each 0 to 100")
    completeness_count = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["reporter", "day"], name="provider_day_once")]
        db_table_comment = "Counts by provider and day"

    def __str__(self) -> str:
        return f"{self.reporter_id} on {self.day}"


class Useful(models.TextChoices):
    """Whether a report was of use, as far as its provider is told."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_YET_KNOWN = "not_yet_known", "Not yet known"


class Feedback(models.Model):
    """What a provider is told of a report of its own: whether it was of use and why, and the day. Nothing of the investigation."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="feedback")
    reporter = models.ForeignKey(Reporter, on_delete=models.CASCADE, related_name="feedback")
    useful = models.CharField(max_length=15, choices=Useful.choices)
    reason = models.CharField(max_length=40, db_comment="of data/feedback.toml")
    day = models.DateField(db_comment="UTC; on which it became so. Never finer")
    position = models.BigIntegerField(
        db_comment="in the provider's own list; a row that changes goes to its end, so that a cursor misses nothing"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(useful__in=Useful.values), name="feedback_useful_known"),
            models.UniqueConstraint(fields=["reporter", "position"], name="feedback_position_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["reporter", "day", "useful"], name="feedback_by_month")]
        db_table_comment = "What providers are told of their reports"

    def __str__(self) -> str:
        return f"report {self.report_id}: {self.useful}"


class Judgement(models.Model):
    """What a desk's outcome says of a report's use, as rooms above the doors tell it. Never told as it stands: `outcomes` makes feedback of it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="judgements", db_index=False)
    source = models.BigIntegerField(
        null=True,
        db_comment="number of the outcome; no foreign key, the doors know no outcomes; null: another installation says it",
    )
    uid = models.CharField(
        max_length=120,
        default="",
        db_default="",
        blank=True,
        db_comment="of what another installation says, as it names it",
    )
    told_by = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_comment="whose installation says it",
    )
    decided = models.CharField(max_length=40, db_comment="key of [told] in data/feedback.toml")
    weight = models.SmallIntegerField(db_comment="the heaviest that stands counts; an acceptance weighs 1, a return 0")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "source"], name="judgement_once"),
            models.UniqueConstraint(
                fields=["report", "uid", "told_by"], condition=~Q(uid=""), name="judgement_told_once"
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False, uid="", told_by__isnull=True)
                | (Q(source__isnull=True, told_by__isnull=False) & ~Q(uid="")),
                name="judgement_ours_or_told",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="judgement_at"),
            models.Index(fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="judgement_withdrawn"),
        ]
        db_table_comment = "What outcomes say of the use of reports"

    def __str__(self) -> str:
        return f"report {self.report_id}: {self.decided}"


class FeedbackDay(models.Model):
    """A day (UTC) whose acts were looked through for feedback."""

    day = models.DateField(primary_key=True)
    changed = models.IntegerField(db_comment="rows of feedback that it brought or changed")

    class Meta:
        db_table_comment = "Days that feedback was made of"

    def __str__(self) -> str:
        return str(self.day)


class AlertKind(models.TextChoices):
    """What is loud."""

    UNKNOWN_ELEMENT = "unknown_element", "An element that the schema does not know"
    UNKNOWN_VALUE = "unknown_value", "A value that the schema's list does not have"
    COMPLETENESS_FELL = "completeness_fell", "Reports say less than they used to"
    REFUSALS_ROSE = "refusals_rose", "More documents are refused than used to be"
    SILENT = "silent", "No report comes any more"


class Alert(models.Model):
    """Something that an administrator should look at. One open row a provider, kind and subject; it counts what comes again."""

    reporter = models.ForeignKey(Reporter, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=30, choices=AlertKind.choices)
    subject = models.CharField(max_length=300, db_comment="such as an element path; never a text of a report")
    detail = models.CharField(max_length=500, default="", blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.BigIntegerField(default=1)
    request_id = models.CharField(max_length=32, default="", blank=True, db_comment="of the latest")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AlertKind.values), name="alert_kind_known"),
            models.UniqueConstraint(
                fields=["reporter", "kind", "subject"],
                condition=Q(acknowledged_at__isnull=True),
                name="alert_open_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-last_at"], name="alert_newest")]
        db_table_comment = "What changed at the doors and somebody should look at"

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
