"""Tables of cases."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.referrals.models import Referral
from tipline.reports.models import Identifier, Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class CaseState(models.TextChoices):
    """Where an investigation stands."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Case(models.Model):
    """An investigation of one agency, opened from one or many leads."""

    number = models.CharField(max_length=60, db_comment="by the agency's scheme (NumberScheme), once in the agency")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases")
    year = models.SmallIntegerField()
    running_number = models.IntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True, db_comment="its content is gone; the number and the dates stay")
    investigating_officer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_comment="IT Act 2000 s.78: Inspector or above"
    )
    fir_number = models.CharField(
        max_length=60, default="", db_default="", blank=True, db_comment="as the station registered it; empty: not yet"
    )
    fir_registered_at = models.DateTimeField(null=True)
    fir_station = models.CharField(max_length=200, default="", db_default="", blank=True)
    zero_fir = models.BooleanField(
        default=False, db_default=False, db_comment="registered whatever the place, to be transferred (BNSS 2023 s.173)"
    )
    closed_reason = models.CharField(
        max_length=40, default="", db_default="", blank=True, db_comment="id in cases/data/closing.toml"
    )
    changes = models.IntegerField(
        default=0, db_default=0, db_comment="counts up with every change of the case; a form says which it saw"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "number"], name="case_number_of_agency"),
            models.CheckConstraint(
                condition=Q(fir_number="", fir_registered_at__isnull=True)
                | (~Q(fir_number="") & Q(fir_registered_at__isnull=False)),
                name="case_fir_whole",
            ),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, closed_at__isnull=True, destroyed_at__isnull=True)
                | Q(state=CaseState.CLOSED, closed_at__isnull=False),
                name="case_closed_when",
            ),
            models.UniqueConstraint(fields=["agency", "year", "running_number"], name="case_number_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-opened_at"], name="case_of_agency")]

    def __str__(self) -> str:
        return self.number


class CaseAssignment(models.Model):
    """A person who works on a case. An investigator sees no other cases. Ended assignments are kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_comment="of the case; row-level security reads it here"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=254)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "person"], condition=Q(ended_at__isnull=True), name="caseassignment_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} on case {self.case_id}"


class CaseOffence(models.Model):
    """A section of law that the case is registered under, as the catalogue had it on that day."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offences")
    section_id = models.CharField(max_length=60, db_comment="id in investigation/legal/data")
    label = models.CharField(max_length=200)
    catalogue_version = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "section_id"], name="caseoffence_once"),
        ]

    def __str__(self) -> str:
        return self.label


class CaseReport(models.Model):
    """A report that the case was opened from or that joined it. A report is in one case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_reports")
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="case_report")
    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, null=True, related_name="+",
        db_comment="by which it came to the agency; null: the agency filed it itself, of a reply",
    )  # fmt: skip
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"report {self.report_id} in case {self.case_id}"


class CaseHandle(models.Model):
    """An account that the case is about: a lead to be traced, not a person."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handles")
    identifier = models.ForeignKey(Identifier, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_comment="first named by")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "identifier"], name="casehandle_once"),
        ]

    def __str__(self) -> str:
        return f"handle {self.identifier_id} in case {self.case_id}"


class Standing(models.TextChoices):
    """How a person stands in a case. Only what is written down moves anybody, and never software."""

    ACCOUNT_HOLDER = "account_holder", "Account holder"
    PERSON_OF_INTEREST = "person_of_interest", "Person of interest"
    CLEARED = "cleared", "Cleared"


class CasePerson(models.Model):
    """A person whom a source names as behind an account or a line. Named so, not judged."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="persons")
    name = models.CharField(max_length=200, db_comment="as the source writes it")
    standing = models.CharField(max_length=20, choices=Standing.choices, default=Standing.ACCOUNT_HOLDER)
    details = models.JSONField(default=dict, db_comment="name of a particular (phone, email, address, ...) to its text")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    rests_on = models.ForeignKey(
        "cases.StandingProposal", on_delete=models.PROTECT, null=True, related_name="+",
        db_comment="the confirmed proposal by which they are a person of interest",
    )  # fmt: skip
    review_since = models.DateTimeField(
        null=True, db_comment="evidence that the standing rested on was withdrawn; somebody looks at it again"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(standing="person_of_interest", rests_on__isnull=False)
                | (~Q(standing="person_of_interest") & Q(rests_on__isnull=True)),
                name="caseperson_corroborated",
            ),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="caseperson_standing_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="caseperson_case")]

    def __str__(self) -> str:
        return f"person {self.pk} of case {self.case_id}"


class EvidenceKind(models.TextChoices):
    """What speaks for, or against, that a person is behind an account."""

    PROVIDER_REPLY = "provider_reply", "Reply of a provider"
    DEVICE = "device", "Device examined"
    STATEMENT = "statement", "Statement of a witness"
    PAYMENT = "payment", "Payment record"
    OBSERVATION = "observation", "Observation by police"
    DOCUMENT = "document", "Document"
    OTHER = "other", "Other (say which)"


class PersonEvidence(models.Model):
    """One piece of evidence about a person of a case. Never changed; what was wrong is withdrawn and stays."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(CasePerson, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=20, choices=EvidenceKind.choices)
    text = models.CharField(max_length=1000, db_comment="what it says, in the officer's words")
    source = models.CharField(max_length=300, db_comment="where it can be looked up: reply, exhibit, diary entry")
    handle = models.ForeignKey(
        CaseHandle, on_delete=models.PROTECT, null=True, related_name="evidence", db_comment="the account it ties to"
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="personevidence_kind_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")),
                name="personevidence_withdrawn_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "person"], name="personevidence_case")]

    def __str__(self) -> str:
        return f"evidence {self.pk} of person {self.person_id}"


# Django finds the tables of a room by this module.
from tipline.investigation.cases import records  # noqa: E402

__all__ = [
    "Case", "CaseAssignment", "CaseHandle", "CaseOffence", "CasePerson", "CaseReport", "CaseState", "EvidenceKind",
    "PersonEvidence", "Standing", "records",
]  # fmt: skip
