"""To which desks, how sure and why, or why not; the rules by which, and what better information would change."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tipline.reports.models import Report
from tipline.trust.agencies.models import Agency


class RuleSetState(models.TextChoices):
    """A rule set is written, is in force, or was."""

    DRAFT = "draft", "Draft"
    RELEASED = "released", "In force"
    RETIRED = "retired", "No longer in force"


class RuleSet(models.Model):
    """A version of the routing rules, as written. Exactly one is in force."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField(db_comment="TOML, as written (docs/reference/routing-rules.md)")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RuleSetState.choices, default=RuleSetState.DRAFT)
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_comment="when the body last changed")
    released_by = models.CharField(max_length=254, default="", blank=True)
    released_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RuleSetState.values), name="ruleset_state_known"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="released"), name="ruleset_one_released"),
            models.CheckConstraint(
                condition=Q(state=RuleSetState.DRAFT) | Q(released_at__isnull=False), name="ruleset_release_has_time"
            ),
        ]
        db_table_comment = "Versions of the routing rules; a released body never changes"

    def __str__(self) -> str:
        return f"rule set {self.number}"


class RuleSample(models.Model):
    """Reports on which rule sets are tried before they go live."""

    name = models.CharField(max_length=80)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_comment="whose sample; null: the operator's"
    )
    report_ids = ArrayField(models.BigIntegerField())
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "name"], name="rulesample_name_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name


class RulePreview(models.Model):
    """What a rule set would do with a sample, beside what the one in force does."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="previews")
    against = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+", db_comment="in force at the time")
    sample = models.ForeignKey(RuleSample, on_delete=models.PROTECT, related_name="previews")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, db_comment="of the body that was tried")
    at = models.DateTimeField()
    by = models.CharField(max_length=254)
    result = models.JSONField(db_comment="reports, changed, desks, rules, warnings (docs/reference/routing-rules.md)")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"preview of rule set {self.rule_set_id}"


class DeskRole(models.TextChoices):
    """What a desk has in a report that goes to several."""

    LEAD = "lead", "Lead desk"
    JOINT = "joint", "Takes part"


class Decision(models.Model):
    """What routing decided about a report. One that abstained waits for a person at the receiving desk."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="routing")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_comment="the lead desk"
    )
    path = models.JSONField(default=list, db_comment="agency codes, receiving desk first")
    confidence = models.FloatField()
    abstained = models.BooleanField()
    reasons = models.JSONField(db_comment="[{rule, text}, ...]")
    guesses = models.JSONField(default=list, db_comment="[{agency, place, share}, ...] when it abstained")
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField()
    rule_set = models.PositiveIntegerField(null=True, db_comment="number of the rule set that decided")
    rule = models.CharField(max_length=60, default="", db_default="", blank=True, db_comment="the rule that fired")
    near_misses = models.JSONField(
        default=list,
        db_default=[],
        db_comment="rules one condition short: [{rule, fact, wanted, found, by}, ...]",
    )
    zero_fir = models.BooleanField(default=False, db_default=False)
    urgent = models.BooleanField(default=False, db_default=False, db_comment="once true, software never lowers it")
    waits_until = models.DateTimeField(null=True, db_comment="kept above a closed desk until then")
    waits_reason = models.CharField(max_length=300, default="", db_default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(abstained=True, agency__isnull=True) | Q(abstained=False, agency__isnull=False),
                name="decision_names_a_desk_or_abstains",
            ),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="decision_confidence_range"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], condition=Q(abstained=True), name="decision_needs_person"),
        ]

    def __str__(self) -> str:
        return f"routing of report {self.report_id}"


class DecisionDesk(models.Model):
    """One desk of a decision: the lead, or one that takes part."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="routing_desks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=DeskRole.choices)
    path = models.JSONField(db_comment="agency codes, receiving desk first")
    confidence = models.FloatField()
    reasons = models.JSONField(db_comment="[{rule, text}, ...]")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=DeskRole.values), name="decisiondesk_role_known"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="decisiondesk_confidence_range"
            ),
            models.UniqueConstraint(fields=["report", "agency"], name="decisiondesk_once"),
            models.UniqueConstraint(fields=["report"], condition=Q(role="lead"), name="decisiondesk_one_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of report {self.report_id}"


class RerouteState(models.TextChoices):
    """What became of a suggestion."""

    OPEN = "open", "Waits for a person"
    TAKEN = "taken", "Taken"
    DISMISSED = "dismissed", "Dismissed"


class Reroute(models.Model):
    """Better information would send a report elsewhere: a suggestion to the desks that may move it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reroutes")
    old_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_comment="who held it when this was found"
    )
    new_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    old_decision = models.JSONField(db_comment="{agency, path, confidence, rule, text}")
    new_decision = models.JSONField(db_comment="{agency, path, confidence, rule, text}")
    reason = models.TextField(db_comment="a sentence: what changed")
    state = models.CharField(max_length=10, choices=RerouteState.choices, default=RerouteState.OPEN)
    found_at = models.DateTimeField()
    decided_by = models.CharField(max_length=254, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RerouteState.values), name="reroute_state_known"),
            models.CheckConstraint(condition=~Q(old_agency=F("new_agency")), name="reroute_goes_elsewhere"),
            models.UniqueConstraint(fields=["report"], condition=Q(state="open"), name="reroute_one_open"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["old_agency"], condition=Q(state="open"), name="reroute_open"),
        ]

    def __str__(self) -> str:
        return f"reroute of report {self.report_id}"
