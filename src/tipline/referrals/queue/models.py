"""What people do with a report on a desk before anybody decides on it: whose it is, until when it rests, what a second person is to confirm."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class HandlingKind(models.TextChoices):
    """What was done with a report on a desk."""

    ASSIGNED = "assigned", "Given to somebody"
    HANDED_OVER = "handed_over", "Handed over"
    RELEASED = "released", "Nobody's again"
    SNOOZED = "snoozed", "Put to rest"
    WOKEN = "woken", "Back from rest"
    INFORMATIONAL = "informational", "Only informs"
    TO_WORK = "to_work", "To be worked on again"


class Handling(models.Model):
    """One of these, by whom and why. The rows of a desk are its own: no other desk sees who works on what."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=13, choices=HandlingKind.choices)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, default="", blank=True)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_comment="null: the software"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=HandlingKind.values), name="handling_kind_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "agency", "id"], name="handling_history")]
        db_table_comment = "Who works on what at a desk, and what rests"

    def __str__(self) -> str:
        return f"report {self.report_id}: {self.kind}"


class ClosingAct(models.TextChoices):
    """What takes a report out of sight of those who would act on it."""

    RETURN = "return", "Return"
    INFORMATIONAL = "informational", "Only informs"


class ClosingState(models.TextChoices):
    """What became of a proposal to close."""

    OPEN = "open", "Waits for a second person"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"
    VOID = "void", "Overtaken"


class Closing(models.Model):
    """One person of a desk proposes to close an urgent report; another one confirms it, or does not."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=13, choices=ClosingAct.choices)
    reason = models.CharField(max_length=20, default="", blank=True, db_comment="of a return")
    note = models.TextField(default="", blank=True)
    stamp = models.CharField(max_length=60, db_comment="how its hop stood when it was proposed")
    state = models.CharField(max_length=9, choices=ClosingState.choices, default=ClosingState.OPEN)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(act__in=ClosingAct.values), name="closing_act_known"),
            models.CheckConstraint(condition=Q(state__in=ClosingState.values), name="closing_state_known"),
            models.UniqueConstraint(fields=["report", "agency"], condition=Q(state="open"), name="closing_one_open"),
            # what the whole is for: nobody confirms what they proposed themselves
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=models.F("proposed_by"))),
                name="closing_two_persons",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "proposed_at"], condition=Q(state="open"), name="closing_open"),
            models.Index(fields=["report"], name="closing_of_report"),
        ]
        db_table_comment = "Proposals to close urgent reports, and who confirmed them"

    def __str__(self) -> str:
        return f"{self.act} of report {self.report_id}: {self.state}"


class PlaceKind(models.TextChoices):
    """What somebody looks at again and again."""

    DESK = "desk", "A desk"
    BUNDLE = "bundle", "A bundle"
    CLUSTER = "cluster", "A cluster"
    REPORT = "report", "A report"


class LastLook(models.Model):
    """When a person last looked at a place. `before` is the look before the one that is going on: what is new is new since then."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=7, choices=PlaceKind.choices)
    number = models.BigIntegerField(db_comment="of the agency, bundle, cluster or report")
    at = models.DateTimeField(db_comment="when the look that is going on began")
    seen_at = models.DateTimeField(db_comment="last opened")
    before = models.DateTimeField(null=True, db_comment="last opened in the look before")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "number"], name="lastlook_once"),
            models.CheckConstraint(condition=Q(kind__in=PlaceKind.values), name="lastlook_kind_known"),
        ]
        db_table_comment = "When people last looked where"

    def __str__(self) -> str:
        return f"{self.person_id} at {self.kind} {self.number}"
