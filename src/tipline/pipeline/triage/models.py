"""The three scores of a report, the urgent lane, what people said of it, and the rules that score."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class ScoreKind(models.TextChoices):
    """Three questions that are never mixed into one number."""

    COMPLETENESS = "completeness", "Completeness"
    PRIORITY = "priority", "Priority"
    LEGAL_RELEVANCE = "legal_relevance", "Legal relevance"


class Score(models.Model):
    """One score with its reasons: every point names its rule, and what of the report shows it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="scores")
    kind = models.CharField(max_length=20, choices=ScoreKind.choices)
    score = models.SmallIntegerField()
    reasons = models.JSONField(
        db_comment="[{rule, points, title, source, version, floor?, jurisdiction?, facts?}, ...]"
    )
    jurisdictions = models.JSONField(
        default=list,
        db_default=[],
        db_comment="[[country, score], ...] of legal relevance; the reasons are the highest's",
    )
    rules_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ScoreKind.values), name="score_kind_known"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="score_range"),
            models.UniqueConstraint(fields=["report", "kind"], name="score_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"


class Lane(models.Model):
    """That a report was put on the urgent lane, by which floors or by a person; desks sort by it. Most reports have none."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="lane")
    urgent = models.BooleanField(db_comment="software never makes it false; a person does")
    floors = ArrayField(models.CharField(max_length=60), default=list, db_comment="rules that lifted it, as of now")
    at = models.DateTimeField()

    class Meta:
        db_table_comment = "Reports of the urgent lane"

    def __str__(self) -> str:
        return f"lane of report {self.report_id}"


class PriorityMark(models.Model):
    """A person raised a report, or took it out of the urgent lane, and said why. Ended ones stay."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="priority_marks")
    raised = models.BooleanField(db_comment="false: taken out of the urgent lane")
    floors = ArrayField(
        models.CharField(max_length=60),
        default=list,
        db_comment="of one that lowers: the floors it was said in spite of",
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(ended_at__isnull=True), name="prioritymark_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="prioritymark_ended_by_a_person",
            ),
        ]
        db_table_comment = "What people said of a report's priority"

    def __str__(self) -> str:
        return f"mark {self.pk} of report {self.report_id}"


class TriageState(models.TextChoices):
    """A rule set is written, is in force, or was."""

    DRAFT = "draft", "Draft"
    RELEASED = "released", "In force"
    RETIRED = "retired", "No longer in force"


class TriageRuleSet(models.Model):
    """A version of the rules of the three scores. At most one is in force; while none is, the file that comes with Tipline is."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField(db_comment="TOML, as written (docs/reference/triage-rules.md)")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=TriageState.choices, default=TriageState.DRAFT)
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_comment="when the body last changed")
    released_by = models.CharField(max_length=254, default="", blank=True)
    released_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)
    based_on = models.CharField(max_length=20, db_comment="version it was made from, such as 3 (the file) or set-2")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=TriageState.values), name="triageruleset_state_known"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="released"), name="triageruleset_one_released"),
            models.CheckConstraint(
                condition=Q(state=TriageState.DRAFT) | Q(released_at__isnull=False),
                name="triageruleset_release_has_time",
            ),
        ]
        db_table_comment = "Versions of the triage rules; a released body never changes"

    def __str__(self) -> str:
        return f"triage rule set {self.number}"

    @property
    def version(self) -> str:
        """How scores name it."""
        return f"set-{self.number}"


class RunState(models.TextChoices):
    """How far work in the background is."""

    WAITING = "waiting", "Waits for a worker"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Simulation(models.Model):
    """What a rule set would do with the last reports of an agency, beside the one in force. Moves nothing."""

    rule_set = models.ForeignKey(TriageRuleSet, on_delete=models.PROTECT, related_name="simulations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64, db_comment="of the body that was tried")
    against = models.CharField(max_length=20, db_comment="version in force at the time")
    reports = models.IntegerField(db_comment="how many were asked for, the last ones")
    done = models.IntegerField(default=0)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.WAITING)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, default="", blank=True)
    result = models.JSONField(null=True, db_comment="docs/reference/triage-rules.md")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="simulation_state_known"),
        ]
        db_table_comment = "Trials of triage rules"

    def __str__(self) -> str:
        return f"simulation {self.pk}"


class Rescoring(models.Model):
    """How far scoring the open reports anew came, after rules were released."""

    version = models.CharField(max_length=20, db_comment="of the rules that score")
    last_report_id = models.BigIntegerField(default=0)
    total = models.IntegerField(db_comment="reports that were to be looked at when it began")
    done = models.IntegerField(default=0)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.WAITING)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="rescoring_state_known"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="rescoring_one_running"),
        ]
        db_table_comment = "Numbers only: how far scoring anew is"

    def __str__(self) -> str:
        return f"rescoring {self.pk}"
