"""Tables of retention. None of them holds reported content."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.investigation.cases.models import Case
from tipline.referrals.models import Referral
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class Hold(models.Model):
    """A legal hold: while it stands, nothing of the report or the case is destroyed, whoever ordered it. Lifted, never deleted."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="legal_holds")
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="legal_holds",
        db_comment="covers every report of the case, also those that join later",
    )  # fmt: skip
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField(max_length=300, db_comment="who demands it, on what law")
    reference = models.CharField(max_length=100, db_comment="number of the order or letter")
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=254)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=254, default="", blank=True)
    lift_reason = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(report__isnull=True, case__isnull=False) | Q(report__isnull=False, case__isnull=True),
                name="hold_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(authority="") & ~Q(reference=""), name="hold_says_on_what"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lift_reason="", lifted_by="")
                | (Q(lifted_at__isnull=False) & ~Q(lift_reason="") & ~Q(lifted_by="")),
                name="hold_lifted_with_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report"], condition=Q(lifted_at__isnull=True), name="hold_stands_report"),
            models.Index(fields=["case"], condition=Q(lifted_at__isnull=True), name="hold_stands_case"),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class Schedule(models.Model):
    """That an agency lets what is due be destroyed by itself. No row means no."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="retention_schedule")
    active = models.BooleanField()
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.agency_id}: {'on' if self.active else 'off'}"


class Kept(models.TextChoices):
    """Why a report stays longer than the agreement says by which it came."""

    HOLD = "hold", "A legal hold stands"
    CASE = "case", "It is in a registered case, whose law goes before"


class Agreed(models.Model):
    """By which agreement a report came here from another installation, and until when that lets it be kept. A row a hop."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="agreed", db_index=False)
    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, related_name="+", db_comment="the hop by which it came"
    )
    from_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_comment="works elsewhere: its own rules are kept there",
    )
    to_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="answers here for the agreement"
    )
    reference = models.CharField(max_length=300, db_comment="of the agreement")
    days = models.PositiveIntegerField(
        null=True, db_comment="the fewer of those that both sides have; null: it names none"
    )
    since = models.DateTimeField(db_comment="when it came")
    due_at = models.DateTimeField(null=True)
    kept_why = models.CharField(max_length=4, choices=Kept.choices, default="", blank=True)
    kept_at = models.DateTimeField(null=True, db_comment="when that was written down, and the sender told")
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(days__isnull=True, due_at__isnull=True) | Q(days__gte=1, due_at__isnull=False),
                name="agreed_days_whole",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True, kept_why="") | Q(kept_at__isnull=False, kept_why__in=Kept.values),
                name="agreed_kept_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report"], name="agreed_of_report"),
            models.Index(
                fields=["to_agency", "due_at"],
                condition=Q(due_at__isnull=False, destroyed_at__isnull=True),
                name="agreed_due",
            ),
        ]
        db_table_comment = "Until when agreements let reports be kept that came by them"

    def __str__(self) -> str:
        return f"report {self.report_id} by {self.reference}"


class Basis(models.TextChoices):
    """What a destruction rests on."""

    ORDER = "order", "On order"
    SCHEDULE = "schedule", "By schedule"


class DestructionState(models.TextChoices):
    """Where a destruction stands. From `begun` on it cannot be stopped: a crash is finished by the next run."""

    ORDERED = "ordered", "Waits for a second person"
    CONFIRMED = "confirmed", "Confirmed"
    BEGUN = "begun", "Being carried out"
    DONE = "done", "Done"
    REFUSED = "refused", "Not carried out"


class Destruction(models.Model):
    """One destruction, from its order to its certificate."""

    basis = models.CharField(max_length=10, choices=Basis.choices)
    state = models.CharField(max_length=10, choices=DestructionState.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_comment="for which it is done")
    reference = models.CharField(max_length=100, default="", blank=True, db_comment="number of the order")
    authority = models.CharField(max_length=300, default="", blank=True, db_comment="who ordered it, on what law")
    court_order = models.BooleanField(
        default=False,
        db_comment="ordered by a court: goes before a minimum period, never before a hold or an open case",
    )
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=254)
    orderer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=254, default="", blank=True, db_comment="who confirmed or refused it")
    decider = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.CharField(max_length=300, default="", blank=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="destruction_basis_known"),
            models.CheckConstraint(condition=Q(state__in=DestructionState.values), name="destruction_state_known"),
            models.CheckConstraint(
                condition=Q(basis=Basis.SCHEDULE) | (~Q(reference="") & ~Q(authority="")),
                name="destruction_order_says_on_what",
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.ORDER, state__in=["confirmed", "begun", "done"])
                | (~Q(decided_by="") & ~Q(decided_by=F("ordered_by"))),
                name="destruction_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["begun", "done"]) | Q(begun_at__isnull=False), name="destruction_begun_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(ended_at__isnull=False), name="destruction_ended_when"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(refusal=""), name="destruction_refused_why"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "-id"], name="destruction_of_agency"),
            models.Index(fields=["id"], condition=Q(state__in=["confirmed", "begun"]), name="destruction_unfinished"),
        ]
        db_table_comment = "Orders and runs of the schedule; kept for ever"

    def __str__(self) -> str:
        return f"destruction {self.pk}"


class DestructionItem(models.Model):
    """A thing that a destruction takes, by its number: never what was in it."""

    destruction = models.ForeignKey(Destruction, on_delete=models.PROTECT, related_name="items")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_comment="of the destruction; row-level security reads it"
    )
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="destruction_items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="destruction_items")
    refused_document = models.BigIntegerField(
        null=True, db_comment="its former number; no foreign key: it leaves no row"
    )
    rules = models.JSONField(default=list, db_comment="[{id, version, ...}, ...] that applied when it was listed")
    live = models.BooleanField(default=True, db_comment="false once done or refused")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(report__isnull=False, case__isnull=True, refused_document__isnull=True)
                | Q(report__isnull=True, case__isnull=False, refused_document__isnull=True)
                | Q(report__isnull=True, case__isnull=True, refused_document__isnull=False),
                name="destructionitem_one_thing",
            ),
            models.UniqueConstraint(fields=["report"], condition=Q(live=True), name="destructionitem_report_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(live=True), name="destructionitem_case_once"),
            models.UniqueConstraint(fields=["refused_document"], name="destructionitem_refused_document_once"),
        ]

    def __str__(self) -> str:
        return f"item {self.pk} of destruction {self.destruction_id}"


class Certificate(models.Model):
    """What is left to show: signed, and never changed."""

    destruction = models.OneToOneField(Destruction, on_delete=models.PROTECT, related_name="certificate")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField(db_comment="RFC 8785 canonical JSON, the very bytes that are signed")
    signature = models.CharField(max_length=100, db_comment="Ed25519 over the statement, base64")
    key = models.CharField(max_length=300, db_comment="public key, NAME+HASH+KEY")
    at = models.DateTimeField()

    class Meta:
        db_table_comment = "Append-only: certificates of destruction"

    def __str__(self) -> str:
        return f"certificate {self.pk}"
