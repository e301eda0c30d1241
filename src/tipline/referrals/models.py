"""Tables of the way down the tree."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.reports.models import Report
from tipline.trust.agencies.models import Agency


class ReferralState(models.TextChoices):
    """Where one hop stands."""

    SENT = "sent", "On the desk"
    ACCEPTED = "accepted", "Accepted"
    FORWARDED = "forwarded", "Forwarded"
    RETURNED = "returned", "Returned"


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


class Referral(models.Model):
    """A report handed from one agency to the next: one hop."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="referrals")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ReferralState.choices, default=ReferralState.SENT)
    sent_at = models.DateTimeField()
    state_at = models.DateTimeField(db_comment="since when it is in this state")
    rule = models.CharField(max_length=60, db_comment="what sent it: standing-rule or person")
    note = models.TextField(default="", blank=True)
    return_reason = models.CharField(max_length=20, choices=ReturnReason.choices, default="", blank=True)
    lead = models.BooleanField(default=True, db_default=True, db_comment="false: takes part beside the lead desk")
    zero_fir = models.BooleanField(
        default=False, db_default=False, db_comment="registered where received, then transferred (BNSS 2023 s.173)"
    )
    bundle = models.UUIDField(null=True, db_comment="the daily bundle it went out with")

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
                fields=["report"], condition=Q(state__in=["sent", "accepted"], lead=True), name="referral_one_live_hop"
            ),
            models.UniqueConstraint(
                fields=["report", "to_agency"],
                condition=Q(state__in=["sent", "accepted"], lead=False),
                name="referral_one_live_joint",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report", "id"], name="referral_way"),
            models.Index(fields=["to_agency", "state", "-sent_at"], name="referral_desk"),
            # What desks decided on a day, for feedback to providers.
            models.Index(fields=["state_at"], condition=Q(state__in=["accepted", "returned"]), name="referral_decided"),
            models.Index(fields=["bundle"], condition=Q(bundle__isnull=False), name="referral_bundle"),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"


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
