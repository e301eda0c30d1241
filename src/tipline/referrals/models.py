"""Tables of the way down the tree."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class ReferralState(models.TextChoices):
    """Where one hop stands. What leads from one to the next is in `life.TRANSITIONS`."""

    DRAFTED = "drafted", "Draft"
    SENT = "sent", "On the desk"
    RECEIVED = "received", "Received"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    MERGED = "merged", "With another report"
    ACCEPTED = "accepted", "Accepted"
    FORWARDED = "forwarded", "Forwarded"
    RETURNED = "returned", "Returned"
    RECALLED = "recalled", "Recalled"
    DISCARDED = "discarded", "Draft discarded"


# On a desk that nobody decided on yet; on a desk at all; never handed to anybody.
OPEN = (ReferralState.SENT, ReferralState.RECEIVED, ReferralState.ACKNOWLEDGED)
LIVE = (*OPEN, ReferralState.MERGED, ReferralState.ACCEPTED)
UNSENT = (ReferralState.DRAFTED, ReferralState.DISCARDED)


class ReturnReason(models.TextChoices):
    """Why a desk hands a report back."""

    NOT_OUR_PLACE = "not_our_place", "Not our place"
    INSUFFICIENT = "insufficient", "Not enough to act on"
    DUPLICATE = "duplicate", "Already with us under another number"
    CONFLICT = "conflict", "Conflict of interest"
    OTHER = "other", "Other (say which)"
    REROUTED = "rerouted", "Better information leads elsewhere"


# What a desk may give as its own reason; the last is written when a suggestion is taken, and is no bounce.
DESK_REASONS = [(value, label) for value, label in ReturnReason.choices if value != ReturnReason.REROUTED]


class RecallReason(models.TextChoices):
    """Why a desk takes back what it sent."""

    SENT_IN_ERROR = "sent_in_error", "Sent in error"
    WRONG_DESK = "wrong_desk", "Another desk is the right one"
    NEW_INFORMATION = "new_information", "New information changes it"
    WITHDRAWN = "withdrawn", "The provider withdrew or corrected it"
    OTHER = "other", "Other (say which)"


class MergeReason(models.TextChoices):
    """Why a desk deals with one report together with another."""

    DUPLICATE = "duplicate", "The same thing, reported twice"
    SAME_MATTER = "same_matter", "The same matter"


class Referral(models.Model):
    """A report handed from one agency to the next: one hop."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="referrals")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ReferralState.choices, default=ReferralState.SENT)
    sent_at = models.DateTimeField()
    state_at = models.DateTimeField(
        db_comment="since when it is in this state; a receipt leaves it alone, so that forms that are open stay valid"
    )
    rule = models.CharField(max_length=60, db_comment="what sent it: standing-rule or person")
    note = models.TextField(default="", blank=True)
    return_reason = models.CharField(max_length=20, choices=ReturnReason.choices, default="", blank=True)
    lead = models.BooleanField(default=True, db_default=True, db_comment="false: takes part beside the lead desk")
    zero_fir = models.BooleanField(
        default=False, db_default=False, db_comment="registered where received, then transferred (BNSS 2023 s.173)"
    )
    bundle = models.UUIDField(
        null=True, db_comment="what it went out with: a daily bundle, one act of a person, or a draft"
    )
    answer = models.TextField(
        default="", db_default="", blank=True, db_comment="what was written when it was returned, recalled or merged"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False,
        db_comment="the referral on the same desk that it is dealt with together with",
    )  # fmt: skip
    urgent = models.BooleanField(default=False, db_default=False, db_comment="its due time is the urgent one")
    due_at = models.DateTimeField(null=True, db_comment="when the desk should have accepted it or sent it on")
    remind_at = models.DateTimeField(null=True, db_comment="when the desk is reminded")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ReferralState.values), name="referral_state_known"),
            models.CheckConstraint(condition=~Q(from_agency=F("to_agency")), name="referral_goes_somewhere"),
            models.CheckConstraint(
                condition=Q(state=ReferralState.RETURNED, return_reason__in=ReturnReason.values)
                | (~Q(state=ReferralState.RETURNED) & Q(return_reason="")),
                name="referral_return_has_reason",
            ),
            models.UniqueConstraint(
                fields=["report"], condition=Q(state__in=LIVE, lead=True), name="referral_one_live_hop"
            ),
            models.UniqueConstraint(
                fields=["report", "to_agency"], condition=Q(state__in=LIVE, lead=False), name="referral_one_live_joint"
            ),
            models.UniqueConstraint(
                fields=["report"], condition=Q(state=ReferralState.DRAFTED), name="referral_one_draft"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReferralState.MERGED) | Q(merged_into__isnull=False, lead=True),
                name="referral_merged_into_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report", "id"], name="referral_way"),
            models.Index(fields=["to_agency", "state", "-sent_at"], name="referral_desk"),
            # What desks decided on a day, for feedback to providers.
            models.Index(fields=["state_at"], condition=Q(state__in=["accepted", "returned"]), name="referral_decided"),
            models.Index(fields=["bundle"], condition=Q(bundle__isnull=False), name="referral_bundle"),
            models.Index(fields=["from_agency", "-sent_at"], name="referral_sent"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="referral_merged"),
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN, lead=True), name="referral_due"),
            models.Index(fields=["remind_at"], condition=Q(state__in=OPEN, lead=True), name="referral_remind"),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"


class ReferralEvent(models.Model):
    """One transition of one hop: who did what to it, and when. Rows are only added; `life.take` and `life.begin` write them.

    Free text stands on the referral (`note`, `answer`), from where a destruction takes it; this stays.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="events", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=12)
    before = models.CharField(max_length=12, db_comment="its state until then; empty: there was no referral")
    after = models.CharField(max_length=12)
    at = models.DateTimeField()
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        db_comment="of whoever did it; null: the software",
    )  # fmt: skip
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    label = models.CharField(max_length=254, db_comment="who did it, as the log names them")
    reason = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(before__in=["", *ReferralState.values], after__in=ReferralState.values),
                name="referralevent_states_known",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["referral", "id"], name="referralevent_history")]
        db_table_comment = "What happened to referrals. Only added to."

    def __str__(self) -> str:
        return f"referral {self.referral_id}: {self.act}"


class DueNoticeKind(models.TextChoices):
    """What a desk is told of a due time."""

    REMINDER = "reminder", "Due soon"
    OVERDUE = "overdue", "Overdue"


class DueNotice(models.Model):
    """That a desk is told of a report's due time, once a hop and kind: the desk itself when it is soon, the one above when it has passed."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="due_notices", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=DueNoticeKind.choices)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="the desk that is told"
    )
    desk = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="the desk on which it lies"
    )
    urgent = models.BooleanField()
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, db_comment="it was accepted, sent on or returned")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "kind"], name="duenotice_once"),
            models.CheckConstraint(condition=Q(kind__in=DueNoticeKind.values), name="duenotice_kind_known"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="duenotice_seen_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "due_at"], condition=Q(ended_at__isnull=True), name="duenotice_desk"),
        ]
        db_table_comment = "Due times of referrals, told to desks"

    def __str__(self) -> str:
        return f"{self.kind} of referral {self.referral_id}"


class Pile(models.TextChoices):
    """Where a report lies on a desk that has or had it."""

    NEW = "new", "New"
    ACCEPTED = "accepted", "Accepted"
    SENT_ON = "sent-on", "Sent on"


class DeskRow(models.Model):
    """What a desk lists, in one row to sort and count by. Triggers of the database keep what follows from the record; the queue
    (`referrals.queue`) writes the rest: turn, whose it is, until when it rests.

    Row security asks of each report whether it may be seen; over a hundred thousand of them that is a second. Here it asks for the agency, once.
    """

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="desk_rows", db_index=False)
    pile = models.CharField(max_length=8, choices=Pile.choices)
    urgent = models.BooleanField(db_comment="the report is escalated")
    priority = models.SmallIntegerField(null=True)
    since = models.DateTimeField(db_comment="on this desk since")
    due_at = models.DateTimeField(null=True, db_comment="null: decided, joint, with another report, or by the own door")
    remind_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True, db_comment="when the next log of its addresses is likely gone")
    all_gone_at = models.DateTimeField(null=True, db_comment="when the last one is")
    turn = models.FloatField(null=True, db_comment="its place in the queue: a virtual time of this desk")
    band = models.CharField(
        max_length=20, default="", db_default="", blank=True,
        db_comment="id of the band of data/queue.toml; empty: its turn is to be given",
    )  # fmt: skip
    flow = models.ForeignKey(
        Agency, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False,
        db_comment="the desk that routing means it for; flows take turns",
    )  # fmt: skip
    raised_at = models.DateTimeField(null=True, db_comment="when its priority rose last, or it became urgent")
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_comment="who works on it here"
    )
    snoozed_until = models.DateTimeField(null=True, db_comment="it rests until then, or until something raises it")
    informational = models.BooleanField(
        default=False,
        db_default=False,
        db_comment="in the pile of what only informs; something that raises it ends that",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "agency"], name="deskrow_once"),
            models.CheckConstraint(
                condition=Q(informational=False) | Q(pile=Pile.NEW, urgent=False), name="deskrow_informs_only"
            ),
            models.CheckConstraint(condition=Q(pile__in=Pile.values), name="deskrow_pile_known"),
        ]
        indexes: ClassVar = [
            models.Index(
                F("agency"), F("pile"), F("informational"), F("urgent").desc(), F("turn"),
                F("priority").desc(nulls_last=True), F("since"), F("report"), name="deskrow_queue",
            ),
            models.Index(
                F("agency"), F("assignee"), F("urgent").desc(), F("turn"), condition=Q(assignee__isnull=False),
                name="deskrow_whose",
            ),
            # for the jobs that give turns and wake what rests
            models.Index(fields=["agency"], condition=Q(pile="new", band=""), name="deskrow_to_turn"),
            models.Index(fields=["agency", "flow", "band", "turn"], condition=Q(pile="new"), name="deskrow_flow"),
            models.Index(fields=["gone_at"], condition=Q(pile="new"), name="deskrow_going"),
            models.Index(fields=["remind_at"], condition=Q(pile="new"), name="deskrow_soon"),
            models.Index(fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False), name="deskrow_resting"),
            models.Index(fields=["agency", "pile", "due_at", "since", "report"], name="deskrow_due"),
            models.Index(fields=["agency", "pile", "gone_at", "since", "report"], name="deskrow_logs"),
            models.Index(fields=["agency", "pile", "-since", "-report"], name="deskrow_latest"),
            models.Index(fields=["agency", "-since", "-report"], name="deskrow_all"),
        ]  # fmt: skip
        db_table_comment = "What desks list, kept by triggers"

    def __str__(self) -> str:
        return f"report {self.report_id} on desk {self.agency_id}"


class StandingAction(models.TextChoices):
    """What a desk does by itself with a report whose way goes on below it."""

    HOLD = "hold", "Hold for a person"
    FORWARD = "forward", "Forward one level down"
    BUNDLE = "bundle", "Forward once a day, in a bundle"


class StandingRule(models.Model):
    """A desk's standing rule. No row means hold: software forwards nothing unless a desk said so."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="standing_rule")
    action = models.CharField(max_length=10, choices=StandingAction.choices, default=StandingAction.HOLD)
    bundle_at = models.TimeField(null=True, db_comment="when the daily bundle goes out, in the desk's time zone")
    wait_for_hours = models.BooleanField(
        default=False, db_default=False, db_comment="what is not urgent waits here while the desk below is closed"
    )
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(action__in=StandingAction.values), name="standing_action_known"),
            models.CheckConstraint(
                condition=Q(action=StandingAction.BUNDLE, bundle_at__isnull=False)
                | (~Q(action=StandingAction.BUNDLE) & Q(bundle_at__isnull=True)),
                name="standing_bundle_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.action}"


class WaitReason(models.TextChoices):
    """Why a report rests at a desk that forwards by itself."""

    OFFICE_HOURS = "office_hours", "The desk below is closed"
    BUNDLE = "bundle", "It goes out with the daily bundle"


class Waiting(models.Model):
    """A report that a standing rule keeps at a desk until a time, and the way it goes on then."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="waiting")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_comment="where it waits")
    way = models.JSONField(db_comment="agency ids, where it waits first, the desk that should act last")
    joint = models.JSONField(default=list, db_comment="the ways to desks that take part, from the receiving desk")
    zero_fir = models.BooleanField(default=False)
    until = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=WaitReason.choices)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reason__in=WaitReason.values), name="waiting_reason_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["until"], name="waiting_due")]

    def __str__(self) -> str:
        return f"report {self.report_id} until {self.until}"
