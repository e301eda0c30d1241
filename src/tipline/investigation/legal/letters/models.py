"""Tables of letters."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.trust.accounts.models import User


class LetterState(models.TextChoices):
    """Where a letter stands. None of these is a signature: software signs nothing."""

    DRAFT = "draft", "Draft"
    REVIEWED = "reviewed", "Reviewed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Letter(models.Model):
    """A form or letter of a case, made of the record and edited by people."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    number = models.IntegerField(db_comment="running within the case; part of its reference")
    form = models.CharField(max_length=40, db_comment="id of the form in letters/data")
    form_version = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    holder_key = models.CharField(
        max_length=120, default="", blank=True, db_comment="to whom, by process.holders; empty: to nobody in particular"
    )
    holder_name = models.CharField(max_length=200, default="", blank=True)
    version = models.IntegerField(default=1, db_comment="the version in force")
    edited = models.BooleanField(default=False, db_comment="a person changed a text of it")
    missing = models.JSONField(default=list, db_comment="fields of the record that it lacks, and blanks to fill in")
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="null: the operator, on the command line",
    )
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_known"),
            models.CheckConstraint(condition=Q(language__in=["en", "hi", "mr"]), name="letter_language_known"),
            models.CheckConstraint(
                condition=~Q(state=LetterState.REVIEWED) | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="letter_reviewed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=LetterState.WITHDRAWN) | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="letter_withdrawn_whole",
            ),
            models.UniqueConstraint(fields=["case", "number"], name="letter_number_once"),
            models.UniqueConstraint(
                fields=["case", "form", "language", "holder_key"], condition=Q(state="draft"), name="letter_one_draft"
            ),
        ]
        db_table_comment = "Forms and letters of cases; what they say stands in their versions"

    def __str__(self) -> str:
        return f"letter {self.number} of case {self.case_id}"

    @property
    def reference(self) -> str:
        """Its reference: the case's number, and its own."""
        return f"{self.case.number} / L{self.number}"


class LetterVersion(models.Model):
    """What a letter said at one time. Never changed; it goes only when what it states is destroyed (investigation/retention)."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="+", db_comment="row-level security reads it here"
    )
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    body = models.JSONField(db_comment="title, head and blocks (letters/body.py)")
    why = models.CharField(max_length=20, db_comment="made, edited, afresh")
    report_ids = ArrayField(models.BigIntegerField(), default=list, db_comment="reports whose data stands in it")
    law_version = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(why__in=["made", "edited", "afresh"]), name="letterversion_why_known"),
            models.UniqueConstraint(fields=["letter", "number"], name="letterversion_number_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["case"], name="letterversion_case")]

    def __str__(self) -> str:
        return f"version {self.number} of letter {self.letter_id}"
