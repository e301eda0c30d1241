"""Tables of the legal process tracker."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class RequestKind(models.TextChoices):
    """What is asked of somebody who holds records. Keeping and disclosing are two requests: the first cannot wait for the second."""

    PRESERVATION = "preservation", "Preservation"
    PRODUCTION = "production", "Order to produce"
    ASSISTANCE = "assistance", "Assistance within 72 hours"
    EMERGENCY = "emergency", "Emergency disclosure"
    MLAT = "mlat", "Letter of request (MLAT)"


class RequestState(models.TextChoices):
    """Where a request stands. What leads from which to which stands in `states.py`."""

    DRAFTED = "drafted", "Drafted"
    SENT = "sent", "Sent"
    REMINDED = "reminded", "Reminded"
    REPLIED = "replied", "Replied"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Answer(models.TextChoices):
    """What a holder answered, or what came of one thing that was asked about."""

    FULL = "full", "In full"
    PART = "part", "In part"
    NOTHING = "nothing", "Nothing found"
    REFUSED = "refused", "Refused"
    ELSEWHERE = "elsewhere", "Sent on elsewhere"


class Usefulness(models.TextChoices):
    """What a reply was good for, in the officer's judgement. `identified` is of a subscriber, and accuses nobody."""

    IDENTIFIED = "identified", "Names a subscriber"
    NARROWED = "narrowed", "Narrows it down"
    NONE = "none", "No use"


class Channel(models.TextChoices):
    """The way that a letter went or came."""

    PORTAL = "portal", "Portal of the holder"
    EMAIL = "email", "E-mail"
    POST = "post", "Post"
    HAND = "hand", "By hand"
    TELEPHONE = "telephone", "Telephone, confirmed in writing"
    COURT = "court", "Through the court"
    OTHER = "other", "Other"


class EventKind(models.TextChoices):
    """What happened to a request."""

    MADE = "made", "Drafted"
    SENT = "sent", "Sent"
    REMINDED = "reminded", "Reminded"
    REPLIED = "replied", "Reply noted"
    RENEWED = "renewed", "Preservation renewed"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AlertKind(models.TextChoices):
    """Why somebody is told."""

    REMIND = "remind", "Remind the holder"
    TERM_OVER = "term_over", "The time allowed is over"
    ESCALATE = "escalate", "Take it further"
    ENDS_SOON = "ends_soon", "Preservation ends soon"
    ENDED = "ended", "Preservation has ended"


ENDED = (RequestState.CLOSED, RequestState.WITHDRAWN)
OUT = (RequestState.SENT, RequestState.REMINDED)  # with the holder, who has not answered


class Request(models.Model):
    """One letter to one holder of records, in one case. It outlives the case's content: what it names of people is in its items."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="requests")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_comment="that asked, also when the case went elsewhere"
    )
    number = models.IntegerField(db_comment="within the case, from 1")
    kind = models.CharField(max_length=12, choices=RequestKind.choices)
    holder_key = models.CharField(max_length=90, db_comment="in a directory, or the name that reports write")
    holder_kind = models.CharField(max_length=10)
    holder_name = models.CharField(max_length=120, db_comment="as it stood then")
    holder_country = models.CharField(max_length=2, default="", blank=True)
    legal_basis = models.CharField(
        max_length=60, default="", blank=True, db_comment="id in investigation/legal/data; empty: none was named"
    )
    own_reference = models.CharField(max_length=120, db_comment="the desk's own file number of it; names nobody")
    letter_id = models.BigIntegerField(
        null=True,
        db_comment="of the letter, in another app; no constraint: a letter may be destroyed before its request",
    )
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.DRAFTED)
    version = models.IntegerField(
        default=1, db_comment="how many events it has; a form names the one that it was made from"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, db_comment="when it left, as the officer states")
    channel = models.CharField(max_length=10, default="", blank=True)
    reminders = models.SmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, db_comment="the last time")
    term_at = models.DateTimeField(null=True, db_comment="when the time that a law or order allows is over")
    replied_at = models.DateTimeField(null=True, db_comment="the first reply; rates and days count from it")
    answer = models.CharField(max_length=10, default="", blank=True, db_comment="of the last reply")
    usefulness = models.CharField(max_length=10, default="", blank=True)
    remark = models.CharField(max_length=500, default="", blank=True, db_comment="free words; emptied with the case")
    dispatch = models.CharField(
        max_length=500,
        default="",
        blank=True,
        db_comment="what proves that it went: a tracking number, a portal's words",
    )
    preserved_until = models.DateTimeField(null=True, db_comment="of a preservation: when the holder stops keeping it")
    confirmed = models.BooleanField(default=False, db_comment="the holder said that it keeps it")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="request_number_once"),
            models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="request_kind_known"),
            models.CheckConstraint(condition=Q(holder_kind__in=["platform", "network"]), name="request_holder_known"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(condition=Q(answer__in=["", *Answer.values]), name="request_answer_known"),
            models.CheckConstraint(condition=Q(usefulness__in=["", *Usefulness.values]), name="request_use_known"),
            models.CheckConstraint(condition=Q(channel__in=["", *Channel.values]), name="request_channel_known"),
            models.CheckConstraint(
                condition=Q(state=RequestState.DRAFTED, sent_at__isnull=True)
                | Q(state=RequestState.WITHDRAWN)
                | (
                    Q(state__in=[*OUT, RequestState.REPLIED, RequestState.CLOSED], sent_at__isnull=False)
                    & ~Q(channel="")
                ),
                name="request_sent_when",
            ),
            models.CheckConstraint(
                condition=(Q(replied_at__isnull=True, answer="") | (Q(replied_at__isnull=False) & ~Q(answer="")))
                & ~(Q(state=RequestState.REPLIED) & Q(replied_at__isnull=True)),
                name="request_replied_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="request_ended_when",
            ),
            models.CheckConstraint(
                condition=Q(kind=RequestKind.PRESERVATION) | Q(preserved_until__isnull=True, confirmed=False),
                name="request_only_preservations_end",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            # rates: all requests of an agency that went out; the figures are read from the index alone
            models.Index(
                fields=["agency", "holder_key", "kind"],
                include=[
                    "holder_kind",
                    "holder_name",
                    "state",
                    "sent_at",
                    "replied_at",
                    "answer",
                    "usefulness",
                    "ended_at",
                ],
                condition=Q(sent_at__isnull=False),
                name="request_rates",
            ),
            # the desk's list, and what is due: a small part of all requests there ever were
            models.Index(fields=["agency", "sent_at"], condition=Q(ended_at__isnull=True), name="request_open"),
            models.Index(
                fields=["preserved_until"],
                condition=Q(ended_at__isnull=True, preserved_until__isnull=False),
                name="request_preserved",
            ),
        ]
        db_table_comment = "Requests to holders of records, and where each stands"

    def __str__(self) -> str:
        return self.own_reference

    @property
    def stands(self) -> str:
        """The state as badges name it: a report that was sent lies on a desk, a request that was sent is out."""
        return "out" if self.state == RequestState.SENT else self.state


class RequestItem(models.Model):
    """One thing that a request asks about: an account, or one use of an address with its port and time."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    # The record is read anew when a report is amended, and goes when it is destroyed. The letter was written all the same.
    report_id = models.BigIntegerField(db_comment="no constraint, as of the two below")
    identifier_id = models.BigIntegerField()
    sighting_id = models.BigIntegerField(null=True, db_comment="of an address")
    text = models.CharField(max_length=500, db_comment="the account or the address, as its report writes it")
    port = models.IntegerField(null=True)
    at = models.DateTimeField(null=True, db_comment="when the address was used")
    at_text = models.CharField(max_length=100, default="", blank=True, db_comment="as the report states it")
    gone_at = models.DateTimeField(null=True, db_comment="when its log is likely gone, as it was thought then")
    answer = models.CharField(max_length=10, default="", blank=True, db_comment="what came of it; empty: not noted")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(answer__in=["", *Answer.values]), name="requestitem_answer_known"),
            models.UniqueConstraint(
                fields=["request", "identifier_id", "sighting_id"], nulls_distinct=False, name="requestitem_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "identifier_id"], name="requestitem_case"),
            models.Index(fields=["report_id"], name="requestitem_report"),
        ]
        db_table_comment = "What each request asks about"

    def __str__(self) -> str:
        return f"item {self.pk} of request {self.request_id}"


class RequestEvent(models.Model):
    """What happened to a request: only ever added to. Names nobody: days, channels, references, and who wrote it down."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="events")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    state = models.CharField(max_length=10, choices=RequestState.choices, db_comment="of the request after it")
    at = models.DateTimeField(db_comment="when it happened, as the officer states")
    channel = models.CharField(max_length=10, default="", blank=True)
    reference = models.CharField(max_length=120, default="", blank=True)
    answer = models.CharField(max_length=10, default="", blank=True)
    usefulness = models.CharField(max_length=10, default="", blank=True)
    until = models.DateTimeField(null=True, db_comment="preserved until")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="requestevent_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="requestevent_state_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["request", "id"], name="requestevent_request")]
        db_table_comment = "Append-only: what happened to requests"

    def __str__(self) -> str:
        return f"{self.kind}, request {self.request_id}"


class RequestAlert(models.Model):
    """That somebody is told of a request: once for each cause and moment. Ends by itself when the cause is gone."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="alerts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=AlertKind.choices)
    step = models.SmallIntegerField(db_comment="which reminder it is, or days before a preservation ends")
    told = models.CharField(max_length=12, db_comment="officer: who works on the case; supervisor: of the desk as well")
    due_at = models.DateTimeField(db_comment="from when it is to be done; what ends: when it ends")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AlertKind.values), name="requestalert_kind_known"),
            models.CheckConstraint(condition=Q(told__in=["officer", "supervisor"]), name="requestalert_told_known"),
            models.UniqueConstraint(fields=["request", "kind", "step", "due_at"], name="requestalert_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="requestalert_seen_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "due_at"], condition=Q(ended_at__isnull=True), name="requestalert_desk")
        ]
        db_table_comment = "Requests of which somebody is told"

    def __str__(self) -> str:
        return f"{self.kind}, request {self.request_id}"


class PlatformDirectory(models.Model):
    """A directory of platforms that an installation imported. A newer one takes its place; the old stays."""

    version = models.CharField(max_length=20, db_comment="as the file itself says")
    sha256 = models.CharField(max_length=64)
    body = models.JSONField(db_comment="the file, checked")
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=254)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="platformdirectory_one_active"),
        ]

    def __str__(self) -> str:
        return self.version
