"""The three scores of a report."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import Report


class ScoreKind(models.TextChoices):
    """Three questions that are never mixed into one number."""

    COMPLETENESS = "completeness", "Completeness"
    PRIORITY = "priority", "Priority"
    LEGAL_RELEVANCE = "legal_relevance", "Legal relevance"


class Score(models.Model):
    """One score with its reasons: every point names its rule."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="scores")
    kind = models.CharField(max_length=20, choices=ScoreKind.choices)
    score = models.SmallIntegerField()
    reasons = models.JSONField(db_comment="[{rule, points, title, source}, ...]")
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
