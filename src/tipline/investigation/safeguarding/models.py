"""Tables of safeguarding. Rows are added and never changed (a trigger of PostgreSQL holds that); none has a field for a name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.investigation.cases.models import Case
from tipline.trust.accounts.models import User


class Child(models.Model):
    """A child of a case, by a number: who it is stays in the reports, masked."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="children", db_index=False)
    number = models.PositiveSmallIntegerField(db_comment="child 1, child 2, ... of the case")
    known_at = models.DateTimeField(db_comment="since when the police knew of the child: the 24 hours count from here")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="child_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="child_number_counts"),
        ]
        db_table_comment = "Children of cases, by number; never a name"

    def __str__(self) -> str:
        return f"child {self.number} of case {self.case_id}"


class StepKind(models.TextChoices):
    """What is to be done for a child, in this order."""

    CWC_NOTIFIED = "cwc_notified", "Child Welfare Committee told"
    COURT_NOTIFIED = "court_notified", "Special Court told"
    SAFEGUARDED = "safeguarded", "Safeguarded"


class Step(models.Model):
    """Something that was done for a child, or (`withdraws`) that a row said so wrongly."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="steps", db_index=False)
    kind = models.CharField(max_length=20, choices=StepKind.choices)
    at = models.DateTimeField(db_comment="when it was done")
    reference = models.CharField(max_length=120, default="", blank=True, db_comment="of the letter; names nobody")
    withdraws = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="withdrawn")
    why = models.CharField(max_length=300, default="", blank=True, db_comment="of a withdrawal")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="step_kind_known"),
            models.CheckConstraint(
                condition=Q(withdraws__isnull=True, why="") | (Q(withdraws__isnull=False) & ~Q(why="")),
                name="step_withdrawn_with_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["child", "kind"], name="step_of_child")]

    def __str__(self) -> str:
        return f"{self.kind} of child {self.child_id}"


class ChildNote(models.Model):
    """A note on a child, or on all children of a case. A wrong one is corrected by a new one that names it; both stay."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, related_name="notes")
    text = models.CharField(max_length=4000)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"note {self.pk}"


class Consent(models.TextChoices):
    """Whether somebody agreed that the child is referred."""

    GIVEN = "given", "Given"
    NOT_NEEDED = "not_needed", "Not needed: the law wants it told"
    REFUSED = "refused", "Refused"
    NOT_ASKED = "not_asked", "Not asked yet"


class SaidBy(models.TextChoices):
    """Who speaks for a child, in a word."""

    SURVIVOR = "survivor", "The child or survivor"
    GUARDIAN = "guardian", "A guardian"
    ADVOCATE = "advocate", "An advocate or support person"
    COMMITTEE = "committee", "The Child Welfare Committee"
    NOBODY = "nobody", "Nobody yet"


class SupportReferral(models.Model):
    """That a child was referred to a support service."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="support_referrals")
    service = models.CharField(max_length=40, db_comment="id in data/services_*.toml")
    service_label = models.CharField(max_length=120, db_comment="as the file had it then")
    on = models.DateField()
    consent = models.CharField(max_length=15, choices=Consent.choices)
    consent_by = models.CharField(max_length=15, choices=SaidBy.choices)
    note = models.CharField(max_length=500, default="", blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(consent__in=Consent.values), name="supportreferral_consent_known"),
            models.CheckConstraint(condition=Q(consent_by__in=SaidBy.values), name="supportreferral_said_by_known"),
        ]

    def __str__(self) -> str:
        return f"child {self.child_id} to {self.service}"


class AnswerKind(models.TextChoices):
    """What a service says."""

    TAKEN_ON = "taken_on", "Taken on"
    WAITING = "waiting", "Waiting"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Ended"


class SupportAnswer(models.Model):
    """What a service answered to a referral; the newest counts."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(SupportReferral, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=15, choices=AnswerKind.choices)
    on = models.DateField()
    note = models.CharField(max_length=500, default="", blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="supportanswer_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to referral {self.referral_id}"


class Wish(models.TextChoices):
    """Whether a survivor wants to be told."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_ASKED = "not_asked", "Not asked yet"


class Preference(models.Model):
    """What a survivor wants to be told of, and by what way in words. Changed by a new row; the newest counts."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="preferences")
    wish = models.CharField(max_length=10, choices=Wish.choices)
    said_by = models.CharField(max_length=15, choices=SaidBy.choices)
    channel = models.CharField(
        max_length=120, default="", blank=True, db_comment="in words, such as: by the support person; no address"
    )
    language = models.CharField(max_length=35, default="", blank=True)
    case_progress = models.BooleanField(default=False, db_comment="may be told how the case goes")
    recirculation = models.BooleanField(default=False, db_comment="may be told when images are seen again")
    review_on = models.DateField(null=True, db_comment="when to ask again")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(wish__in=Wish.values), name="preference_wish_known"),
            models.CheckConstraint(condition=Q(said_by__in=SaidBy.values), name="preference_said_by_known"),
            models.CheckConstraint(
                condition=Q(wish=Wish.YES) | Q(case_progress=False, recirculation=False),
                name="preference_only_of_who_wants",
            ),
            models.CheckConstraint(
                condition=Q(wish=Wish.NOT_ASKED) | ~Q(said_by=SaidBy.NOBODY), name="preference_said_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wish} of child {self.child_id}"
